// A repair of @serialport/bindings-cpp 13 (Unix): its poller waits for the event that was asked for last and forgets the
// others, so a write that waits for room is never woken while a read waits for bytes, until bytes come. Between two programs
// that both wait, none do. Here every wait is asked for again together with the new one.

const readable = 1;
const writable = 2;
const disconnect = 4;

type Poller = {
  poll(events: number): void;
  listenerCount(event: string): number;
};

const isPoller = (value: unknown): value is Poller =>
  typeof value === 'object' && value !== null && 'poll' in value && 'listenerCount' in value;

/** Call it once after the port was opened, with the SerialPort's binding; on Windows there is no poller. */
export function repairPolling(binding: object | null | undefined): void {
  const poller = binding && 'poller' in binding ? binding.poller : null;
  if (!isPoller(poller)) return;
  const poll = poller.poll.bind(poller);
  const waited = (event: string, flag: number) => (poller.listenerCount(event) > 0 ? flag : 0);
  poller.poll = (events) =>
    poll(
      events | waited('readable', readable) | waited('writable', writable) | waited('disconnect', disconnect),
    );
}
