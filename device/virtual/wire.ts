// The cable between two ptys, and everything that is wrong with real cables: it takes 10 bit times a byte, loses and
// changes bytes, strips the eighth bit, and turns to garbage when the two ends run at different speeds.
import type { ReadStream } from 'node:tty';

export type LineFaults = {
  /** Share of bytes lost and changed, 0 to 1. */
  lossRate: number;
  corruptRate: number;
  stripBit7: boolean;
};

export type WireOptions = {
  /** Bits per second the line really carries now; null: as fast as it goes. */
  readonly speed: () => number | null;
  /** True while the two ends disagree about the speed. */
  readonly isGarbled: () => boolean;
  readonly faults: LineFaults;
  readonly random: () => number;
  /** Bytes in one go by default about 4 ms of line time. */
  readonly onPassed?: (byteCount: number) => void;
};

const bitsPerByte = 10;
const quantumMs = 4;
const maxQueuedBytes = 64 * 1024;

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

function garble(bytes: Buffer, random: () => number): Buffer {
  return Buffer.from(bytes.map((byte) => (byte * 29 + 0x80 + Math.floor(random() * 128)) & 0xff));
}

/** What arrives of what was sent. */
export function damage(
  bytes: Buffer,
  { faults, isGarbled, random }: Pick<WireOptions, 'faults' | 'isGarbled' | 'random'>,
): Buffer {
  if (isGarbled()) return garble(bytes, random);
  if (faults.lossRate === 0 && faults.corruptRate === 0 && !faults.stripBit7) return bytes;
  const kept: number[] = [];
  for (const byte of bytes) {
    if (faults.lossRate > 0 && random() < faults.lossRate) continue;
    const changed =
      faults.corruptRate > 0 && random() < faults.corruptRate ? byte ^ (1 << Math.floor(random() * 8)) : byte;
    kept.push(faults.stripBit7 ? changed & 0x7f : changed);
  }
  return Buffer.from(kept);
}

export type Direction = {
  /** Adds bytes of the box's own (kernel messages); dropped when the line is backed up. */
  inject(bytes: Buffer): void;
  close(): void;
};

/** Carries one direction, from one master to the other, until closed. */
export function carry(from: ReadStream, to: ReadStream, options: WireOptions): Direction {
  const queue: Buffer[] = [];
  let queuedBytes = 0;
  let freeAtMs = 0;
  let timer: NodeJS.Timeout | null = null;
  let isBlocked = false;
  let isClosed = false;

  const enqueue = (bytes: Buffer) => {
    queue.push(bytes);
    queuedBytes += bytes.length;
    if (queuedBytes > maxQueuedBytes) from.pause();
    pump();
  };

  const takeBytes = (most: number): Buffer => {
    const parts: Buffer[] = [];
    for (let left = most; left > 0 && queue.length > 0; ) {
      const head = queue[0] as Buffer;
      parts.push(head.subarray(0, left));
      if (head.length <= left) queue.shift();
      else queue[0] = head.subarray(left);
      left -= Math.min(left, head.length);
    }
    const taken = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    queuedBytes -= taken.length;
    return taken;
  };

  const send = (bytes: Buffer) => {
    options.onPassed?.(bytes.length);
    const arriving = damage(bytes, options);
    if (arriving.length === 0 || to.destroyed) return;
    isBlocked = !to.write(arriving);
    if (isBlocked) to.once('drain', onDrain);
  };

  const onDrain = () => {
    isBlocked = false;
    pump();
  };

  // Time owed is carried over while the line is busy, so that late timers do not slow it down.
  function pump(): void {
    if (timer !== null || isBlocked || isClosed) return;
    while (queuedBytes > 0 && !isBlocked) {
      const speed = options.speed();
      const nowMs = performance.now();
      if (speed === null) {
        send(takeBytes(maxQueuedBytes));
        continue;
      }
      freeAtMs = Math.max(freeAtMs, nowMs - 50);
      if (freeAtMs > nowMs) {
        timer = setTimeout(onTimer, freeAtMs - nowMs);
        return;
      }
      const bytesPerMs = speed / bitsPerByte / 1000;
      const chunk = takeBytes(Math.max(1, Math.floor(bytesPerMs * quantumMs)));
      freeAtMs += chunk.length / bytesPerMs;
      send(chunk);
    }
    if (queuedBytes === 0) freeAtMs = Math.max(freeAtMs, performance.now());
    if (queuedBytes < maxQueuedBytes / 2 && from.isPaused()) from.resume();
  }

  function onTimer(): void {
    timer = null;
    pump();
  }

  from.on('data', enqueue);
  return {
    inject: (bytes) => {
      if (queuedBytes < maxQueuedBytes) enqueue(bytes);
    },
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      from.off('data', enqueue);
      to.off('drain', onDrain);
    },
  };
}
