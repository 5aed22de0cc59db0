// What happens to bytes on bad lines. Pure, given a generator.

export type LineFaults = {
  /** Share of bytes lost and changed, 0 to 1. */
  lossRate: number;
  corruptRate: number;
  /** The line carries seven bits. */
  stripBit7: boolean;
};

/** Small repeatable generator (mulberry32): the same seed gives the same faults. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a receiver at another speed makes of them: mostly bytes that no text has. */
export function garble(bytes: Buffer, random: () => number): Buffer {
  return Buffer.from(bytes.map((byte) => (byte * 29 + 0x80 + Math.floor(random() * 128)) & 0xff));
}

/** What arrives of what was sent; the same buffer where the line is good. */
export function damage(bytes: Buffer, faults: Readonly<LineFaults>, random: () => number): Buffer {
  const { lossRate, corruptRate, stripBit7 } = faults;
  if (lossRate === 0 && corruptRate === 0 && !stripBit7) return bytes;
  const kept: number[] = [];
  for (const byte of bytes) {
    if (lossRate > 0 && random() < lossRate) continue;
    const isChanged = corruptRate > 0 && random() < corruptRate;
    const arrived = isChanged ? byte ^ (1 << Math.floor(random() * 8)) : byte;
    kept.push(stripBit7 ? arrived & 0x7f : arrived);
  }
  return Buffer.from(kept);
}
