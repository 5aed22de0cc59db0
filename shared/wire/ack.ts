// An acknowledgement: the next message expected, how many more are welcome, and which later ones are here already.
import { ProvisionerError } from '../errors/error.ts';
import { ackSchema, encodeBody, maxWindow, parseBody } from './bodies.ts';
import { type Frame, frameTypes } from './frame.ts';

export type Ack = {
  readonly next: number;
  readonly credit: number;
  readonly isHere: (sequence: number) => boolean;
};

/** `early` are the numbers after `next` that arrived before it. */
export function encodeAck(next: number, credit: number, early: Iterable<number>): Frame {
  const bitmap = new Uint8Array(maxWindow / 8);
  let usedBytes = 0;
  for (const sequence of early) {
    const bit = (sequence - next) | 0;
    bitmap[bit >> 3] = (bitmap[bit >> 3] ?? 0) | (1 << (bit & 7));
    usedBytes = Math.max(usedBytes, (bit >> 3) + 1);
  }
  return { type: frameTypes.ack, sequence: next, body: encodeBody([credit, bitmap.subarray(0, usedBytes)]) };
}

/** Number of the highest bit that is set; -1: none is. */
function highestBit(bitmap: Uint8Array): number {
  const at = bitmap.findLastIndex((byte) => byte !== 0);
  return at < 0 ? -1 : 8 * at + 31 - Math.clz32(bitmap[at] ?? 0);
}

/** `sent` is the number of the next message to be sent. @throws agent.protocol */
export function parseAck(frame: Frame, sent: number): Ack {
  const body = parseBody(ackSchema, frame.body);
  const next = frame.sequence;
  // The newest that it says is here, one behind; `next` itself is what it says is not.
  const newest = next + highestBit(body?.[1] ?? new Uint8Array(0)) + 1;
  if (body === null || ((sent - next) | 0) < 0 || ((sent - newest) | 0) < 0 || ((body[1][0] ?? 0) & 1) !== 0)
    throw new ProvisionerError('agent.protocol', `an acknowledgement of ${next}, sent were ${sent}`);
  const [credit, bitmap] = body;
  const isHere = (sequence: number) => {
    const bit = (sequence - next) | 0;
    return bit < 0 || ((bitmap[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  };
  return { next, credit, isHere };
}
