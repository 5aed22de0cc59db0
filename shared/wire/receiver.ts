// The receiving half of a session: every message once and in order, however they arrive. Its memory is one window of
// messages: what was not consumed yet is not offered as room to the peer (credit).
import { ProvisionerError } from '../errors/error.ts';
import { encodeAck } from './ack.ts';
import type { Frame } from './frame.ts';
import { ahead, type Message } from './sender.ts';

export type Receiver = ReturnType<typeof createReceiver>;

export function createReceiver(work: {
  readonly window: number;
  /** One at a time; the next waits until this one is consumed. */
  readonly deliver: (message: Message) => void | Promise<void>;
  readonly transmit: (frame: Frame) => void;
  readonly onFailure: (error: ProvisionerError) => void;
}) {
  const { window, deliver, transmit, onFailure } = work;
  const early = new Map<number, Message>();
  const ready: Message[] = [];
  let next = 0;
  let isConsuming = false;
  let isAckDue = false;
  let offered = window;
  let isOver = false;

  const credit = () => window - ready.length - (isConsuming ? 1 : 0);
  const acknowledge = () => {
    isAckDue = false;
    offered = (next + credit()) >>> 0;
    transmit(encodeAck(next, credit(), early.keys()));
  };
  async function consume(): Promise<void> {
    if (isConsuming) return;
    for (let message = ready.shift(); message && !isOver; message = ready.shift()) {
      isConsuming = true;
      const waits = deliver(message);
      if (waits) await waits;
      isConsuming = false;
      // The peer may stand still for want of room: half a window is worth a word.
      if (!isOver && ahead(offered, next + credit()) >= window / 2) acknowledge();
    }
  }
  return {
    /** @returns whether it is new @throws agent.protocol when the peer sends more than it was offered */
    take(frame: Frame): boolean {
      const distance = ahead(next, frame.sequence);
      isAckDue = true;
      if (distance < 0 || early.has(frame.sequence)) return false;
      if (ahead(frame.sequence, offered) <= 0)
        throw new ProvisionerError(
          'agent.protocol',
          `message ${frame.sequence} came, room was offered to ${offered}`,
        );
      early.set(frame.sequence, { type: frame.type, body: frame.body });
      for (let message = early.get(next); message !== undefined; message = early.get(next)) {
        early.delete(next);
        ready.push(message);
        next = (next + 1) >>> 0;
      }
      consume().catch((error: unknown) =>
        onFailure(
          error instanceof ProvisionerError
            ? error
            : new ProvisionerError('internal.unexpected', String(error), { cause: error }),
        ),
      );
      return true;
    },
    /** An answer is owed even to what was known already: its acknowledgement may have been lost. */
    owe(): void {
      isAckDue = true;
    },
    /** Once after each piece of input: one acknowledgement for all that came with it. */
    flush(): void {
      if (isAckDue && !isOver) acknowledge();
    },
    end(): void {
      isOver = true;
      ready.length = 0;
      early.clear();
    },
  };
}
