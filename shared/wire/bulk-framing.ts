// Frames on USB bulk, which delivers what was sent or nothing: each frame behind its length, 4 bytes big-endian.
import { encodeFrame, type Frame, frameTypes, maxFrameBytes, minFrameBytes, parseFrame } from './frame.ts';
import type { Deframer, Framing } from './framing.ts';

const lengthBytes = 4;
/** A frame whose rest does not come in this time was cut off with its sender; the next bytes begin a new one. */
const cutOffMs = 300;

function encodeOnBulk(frame: Frame): Uint8Array {
  const plain = encodeFrame(frame);
  const out = new Uint8Array(lengthBytes + plain.length);
  new DataView(out.buffer).setUint32(0, plain.length);
  out.set(plain, lengthBytes);
  return out;
}

function openBulkDeframer(): Deframer {
  const pending = new Uint8Array(lengthBytes + maxFrameBytes);
  const view = new DataView(pending.buffer);
  let length = 0;
  let lastMs = 0;
  let damagedCount = 0;
  let garbageBytes = 0;

  const wantedBytes = () => (length < lengthBytes ? lengthBytes : lengthBytes + view.getUint32(0));
  const isImpossible = () => {
    const sizeBytes = view.getUint32(0);
    return length >= lengthBytes && (sizeBytes < minFrameBytes || sizeBytes > maxFrameBytes);
  };
  /** The frame that is complete now; null when more bytes are wanted or it was damaged. */
  const finish = (): Frame | null => {
    if (length === lengthBytes && isImpossible()) {
      damagedCount += 1;
      length = 0;
    }
    if (length <= lengthBytes || length < wantedBytes()) return null;
    const frame = parseFrame(pending.slice(lengthBytes, length));
    length = 0;
    if (frame === null) damagedCount += 1;
    else garbageBytes = 0;
    return frame;
  };
  return {
    push(bytes, nowMs) {
      if (length > 0 && nowMs - lastMs > cutOffMs) {
        length = 0;
        damagedCount += 1;
      }
      lastMs = nowMs;
      const frames: Frame[] = [];
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + wantedBytes() - length);
        pending.set(part, length);
        length += part.length;
        garbageBytes += part.length;
        at += part.length;
        const frame = finish();
        if (frame !== null) frames.push(frame);
      }
      return frames;
    },
    isKnocked: false,
    get damagedCount() {
      return damagedCount;
    },
    get garbageBytes() {
      return garbageBytes;
    },
  };
}

export const bulkFraming: Framing = {
  encode: encodeOnBulk,
  openDeframer: openBulkDeframer,
  knock: encodeOnBulk({ type: frameTypes.knock, sequence: 0, body: new Uint8Array(0) }),
};
