// One frame of the agent protocol (docs/formats/agent-protocol.md), big-endian:
//
//   offset  size  field
//   0       1     frame version, 1
//   1       1     type
//   2       2     flags: sent as 0, ignored when received (room for ten years)
//   4       4     sequence: of a message its number, of an acknowledgement the next number expected
//   8       n     body, CBOR (shared/cbor.ts)
//   8 + n   4     CRC-32C of everything before
//
// On a serial line a frame is COBS-encoded and ended by 0x00; on USB bulk it follows its length, 4 bytes big-endian.
import { crc32c } from './crc32c.ts';

export const frameVersion = 1;
export const headerBytes = 8;
export const crcBytes = 4;
export const minFrameBytes = headerBytes + crcBytes;
/** The largest frame that either side may ever announce. */
export const maxFrameBytes = 128 * 1024;

/** Types below 16 steer the link and are not acknowledged; the others are messages, delivered once and in order. */
export const frameTypes = {
  knock: 1,
  hello: 2,
  open: 3,
  accept: 4,
  ack: 5,
  ping: 6,
  close: 7,
  call: 16,
  answer: 17,
  data: 18,
  notice: 19,
} as const;

export type FrameType = (typeof frameTypes)[keyof typeof frameTypes];

export type Frame = {
  readonly type: number;
  /** 0 to 2^32 - 1. */
  readonly sequence: number;
  readonly body: Uint8Array;
};

export const isMessage = (type: number): boolean => type >= 16;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The frame's bytes, newly made, not yet stuffed. */
export function encodeFrame({ type, sequence, body }: Frame): Uint8Array {
  const bytes = new Uint8Array(minFrameBytes + body.length);
  const view = viewOf(bytes);
  view.setUint8(0, frameVersion);
  view.setUint8(1, type);
  view.setUint32(4, sequence);
  bytes.set(body, headerBytes);
  view.setUint32(headerBytes + body.length, crc32c(bytes, 0, headerBytes + body.length));
  return bytes;
}

/** The frame in `bytes`, its body a view of them; null when it is damaged or of another frame version. */
export function parseFrame(bytes: Uint8Array): Frame | null {
  if (bytes.length < minFrameBytes || bytes[0] !== frameVersion) return null;
  const view = viewOf(bytes);
  const end = bytes.length - crcBytes;
  if (view.getUint32(end) !== crc32c(bytes, 0, end)) return null;
  return { type: view.getUint8(1), sequence: view.getUint32(4), body: bytes.subarray(headerBytes, end) };
}
