// Frames on a carrier: how their ends are marked, and how they are found again in bytes that arrive in any pieces. A
// deframer gives whole frames whose checksum is good; what is damaged it counts and skips. Its memory is one largest frame.
import type { Frame } from './frame.ts';

export type Deframer = {
  /** Frames that ended in these bytes. Their bodies are theirs: nothing of `bytes` is kept. */
  push(bytes: Uint8Array, nowMs: number): readonly Frame[];
  /** True when the last bytes ask "is an agent there?" outside of any frame (serial only). */
  readonly isKnocked: boolean;
  /** Frames or garbage that were skipped since the start. */
  readonly damagedCount: number;
  /** Bytes since the last good frame. */
  readonly garbageBytes: number;
};

export type Framing = {
  encode(frame: Frame): Uint8Array;
  openDeframer(): Deframer;
  /** What asks an agent for its hello and does no harm to anything else on the line. */
  readonly knock: Uint8Array;
};
