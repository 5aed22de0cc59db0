// Consistent Overhead Byte Stuffing (Cheshire and Baker, IEEE/ACM Transactions on Networking 7(2), 1999): bytes without
// any 0x00, so that 0x00 can end a frame. A code byte n says: n - 1 bytes follow as they are, then a zero; 0xff says: 254
// bytes follow and no zero. Rejects: a zero inside, a run that passes the end, an empty input.

const fullCode = 0xff;

/** The most bytes that `byteCount` can become: one code byte for each 254, and one. */
export const cobsBound = (byteCount: number): number => byteCount + Math.floor(byteCount / 254) + 1;

/** Writes the encoded `source` into `target` from `start`; both are the caller's. @returns where it ended */
export function encodeCobs(source: Uint8Array, target: Uint8Array, start = 0): number {
  const sizeBytes = source.length;
  let codeAt = start;
  for (let from = 0; ; ) {
    const runEnd = Math.min(from + fullCode - 1, sizeBytes);
    let to = codeAt + 1;
    for (let byte = 0; from < runEnd; from += 1) {
      byte = source[from] as number;
      if (byte === 0) break;
      target[to++] = byte;
    }
    const code = to - codeAt;
    target[codeAt] = code;
    codeAt = to;
    if (from === sizeBytes) return to;
    // The run ended at a zero, which its code stands for, unless it is full.
    if (code < fullCode) from += 1;
  }
}

/** Decodes `bytes[start, end)` in place. @returns the decoded part of `bytes`, or null when it is not COBS */
export function decodeCobs(bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array | null {
  let from = start;
  let to = start;
  if (end === start) return null;
  while (from < end) {
    const code = bytes[from] as number;
    const next = from + code;
    if (code === 0 || next > end) return null;
    for (from += 1; from < next; from += 1) {
      const byte = bytes[from] as number;
      if (byte === 0) return null;
      bytes[to++] = byte;
    }
    if (code < fullCode && from < end) bytes[to++] = 0;
  }
  return bytes.subarray(start, to);
}
