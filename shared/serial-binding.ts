// Two repairs of @serialport/bindings-cpp 13 on Unix.
// Its poller waits for the event that was asked for last and forgets the others, so a write that waits for room is never woken
// while a read waits for bytes, until bytes come; between two programs that both wait, none do. Here every wait is asked for
// again together with the new one.
// Its close does not wait for a read that a worker thread has begun: the port stays locked until that returns, so that who
// opens it next finds it busy, and a read that has yet to begin would take bytes from whatever gets the descriptor's number.

const readable = 1;
const writable = 2;
const disconnect = 4;

type Poller = {
  poll(events: number): void;
  stop(): void;
  emitCanceled(): void;
  listenerCount(event: string): number;
};

type Binding = {
  readonly poller: Poller;
  read(...args: unknown[]): Promise<unknown>;
  close(): Promise<void>;
};

const hasAll = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => name in value);

const isUnix = (binding: unknown): binding is Binding =>
  hasAll(binding, ['poller', 'read', 'close']) &&
  hasAll((binding as Binding).poller, ['poll', 'stop', 'emitCanceled', 'listenerCount']);

/** Call it once after the port was opened, with the SerialPort's binding; on Windows there is nothing to repair. */
export function repairBinding(binding: unknown): void {
  if (!isUnix(binding)) return;
  const { poller } = binding;
  const [poll, read, close] = [
    poller.poll.bind(poller),
    binding.read.bind(binding),
    binding.close.bind(binding),
  ];
  const waited = (event: string, flag: number) => (poller.listenerCount(event) > 0 ? flag : 0);
  const allWaited = () =>
    waited('readable', readable) | waited('writable', writable) | waited('disconnect', disconnect);
  let isClosing = false;
  let reading: Promise<unknown> = Promise.resolve();

  poller.poll = (events) => {
    if (isClosing) void Promise.resolve().then(() => poller.emitCanceled());
    else poll(events | allWaited());
  };
  binding.read = (...args) => {
    const done = read(...args);
    reading = done.catch(() => undefined);
    return done;
  };
  binding.close = async () => {
    isClosing = true;
    poller.stop();
    await reading;
    return close();
  };
}
