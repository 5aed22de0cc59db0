// Repairs of @serialport/bindings-cpp 13 on Unix.
// Its poller waits for the event that was asked for last and forgets the others, so a write that waits for room is never woken
// while a read waits for bytes, until bytes come; between two programs that both wait, none do. Here every wait is asked for
// again together with the new one.
// Its reads run in worker threads, and its close does not wait for one: the port stays locked until that returns, so that who
// opens it next finds it busy. And a read that gives nothing, which is how a line that was hung up answers for ever (a gadget's
// ttyGS after its host left), is tried again at once, for ever. Here a read is made when there is something to read, by the
// thread that waits for it, and nothing means that the line is gone.

const readable = 1;
const writable = 2;
const disconnect = 4;

type Poller = {
  poll(events: number): void;
  once(event: 'readable', run: (error?: Error | null) => void): void;
  emitCanceled(): void;
  stop(): void;
  listenerCount(event: string): number;
};

type Binding = {
  readonly fd: number | null;
  readonly poller: Poller;
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
  ): Promise<{ bytesRead: number; buffer: Uint8Array }>;
  close(): Promise<void>;
};

/** `readSync` of node:fs. */
export type ReadSync = (
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: null,
) => number;

const hasAll = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => name in value);

const isUnix = (binding: unknown): binding is Binding =>
  hasAll(binding, ['fd', 'poller', 'read', 'close']) &&
  hasAll((binding as Binding).poller, ['poll', 'once', 'stop', 'emitCanceled', 'listenerCount']);

const isNotYet = (error: unknown): boolean =>
  ['EAGAIN', 'EWOULDBLOCK', 'EINTR'].includes((error as { code?: string }).code ?? '');

/** What `read` gives, null when there is nothing yet. @throws Error when the line is gone */
function readNow(read: () => number): number | null {
  try {
    const count = read();
    if (count > 0) return count;
  } catch (error) {
    if (isNotYet(error)) return null;
    throw error;
  }
  throw new Error('the line was hung up');
}

/** Waits are asked for together, and cancelled once the port is closed. */
function repairPoller(poller: Poller, isClosing: () => boolean): void {
  const poll = poller.poll.bind(poller);
  const waited = (event: string, flag: number) => (poller.listenerCount(event) > 0 ? flag : 0);
  poller.poll = (events) => {
    if (isClosing()) void Promise.resolve().then(() => poller.emitCanceled());
    else
      poll(
        events |
          waited('readable', readable) |
          waited('writable', writable) |
          waited('disconnect', disconnect),
      );
  };
}

/** Call it once after the port was opened, with the SerialPort's binding; on Windows there is nothing to repair. */
export function repairBinding(binding: unknown, readSync: ReadSync): void {
  if (!isUnix(binding)) return;
  const { poller } = binding;
  const close = binding.close.bind(binding);
  let isClosing = false;
  repairPoller(poller, () => isClosing);
  const isReadable = () =>
    new Promise<void>((resolve, reject) => {
      poller.once('readable', (error) => (error ? reject(error) : resolve()));
    });

  binding.read = async (buffer, offset, length) => {
    for (;;) {
      await isReadable();
      const { fd } = binding;
      const bytesRead = fd === null ? null : readNow(() => readSync(fd, buffer, offset, length, null));
      if (bytesRead !== null) return { bytesRead, buffer };
    }
  };
  binding.close = () => {
    isClosing = true;
    return close();
  };
}
