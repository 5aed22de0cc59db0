// Frames on a serial line, which loses and damages bytes: COBS, with 0x00 before and after each frame.
import { cobsBound, decodeCobs, encodeCobs } from './cobs.ts';
import { encodeFrame, type Frame, maxFrameBytes, parseFrame } from './frame.ts';
import type { Deframer, Framing } from './framing.ts';

// Our choice: ENQ, the old terminals' "who are you", then NAK, which is ^U. At a login prompt and in a shell's line the
// first is one character and the second erases the line, so a console is as it was. A zero byte would not do: agetty
// reads it as a break and takes another speed.
const enq = 0x05;
const nak = 0x15;
const delimiter = 0;

function encodeOnSerial(frame: Frame): Uint8Array {
  const plain = encodeFrame(frame);
  const out = new Uint8Array(cobsBound(plain.length) + 2);
  const end = encodeCobs(plain, out, 1);
  // A delimiter before as well: what the line held until now is not part of this frame.
  return out.subarray(0, end + 1);
}

function openSerialDeframer(): Deframer {
  const pending = new Uint8Array(cobsBound(maxFrameBytes));
  let length = 0;
  let isTooLong = false;
  let damagedCount = 0;
  let garbageBytes = 0;
  // Apart from what is pending: a knock is heard behind more noise than a frame can have, too.
  let last = 0;
  let beforeLast = 0;

  const hear = (part: Uint8Array) => {
    beforeLast = part.at(-2) ?? last;
    last = part.at(-1) ?? last;
  };
  const keep = (part: Uint8Array) => {
    garbageBytes += part.length;
    if (length + part.length > pending.length) isTooLong = true;
    else pending.set(part, length);
    if (!isTooLong) length += part.length;
  };
  const finish = (): Frame | null => {
    const isEmpty = length === 0 && !isTooLong;
    const plain = isEmpty || isTooLong ? null : decodeCobs(pending, 0, length);
    const frame = plain && parseFrame(plain.slice());
    length = 0;
    isTooLong = false;
    if (frame === null && !isEmpty) damagedCount += 1;
    if (frame !== null) garbageBytes = 0;
    return frame;
  };
  return {
    push(bytes) {
      const frames: Frame[] = [];
      let at = 0;
      for (let end = bytes.indexOf(delimiter); end >= 0; end = bytes.indexOf(delimiter, at)) {
        keep(bytes.subarray(at, end));
        const frame = finish();
        if (frame !== null) frames.push(frame);
        at = end + 1;
      }
      keep(bytes.subarray(at));
      if (bytes.length > 0) hear(bytes);
      return frames;
    },
    get isKnocked() {
      return beforeLast === enq && last === nak;
    },
    get damagedCount() {
      return damagedCount;
    },
    get garbageBytes() {
      return garbageBytes;
    },
  };
}

export const serialFraming: Framing = {
  encode: encodeOnSerial,
  openDeframer: openSerialDeframer,
  knock: Uint8Array.of(enq, nak),
};
