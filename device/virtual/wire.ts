// One direction of the cable. A byte takes ten bit times at its sender's speed, and is understood only by a receiver
// at the same speed. On an unpaced wire bytes pass as fast as they are read, at any speed.
import { damage, garble, type LineFaults } from './damage.ts';
import type { LineEnd } from './line-end.ts';

export type WireOptions = {
  readonly from: LineEnd;
  readonly to: LineEnd;
  readonly random: () => number;
  /** Read anew for every piece, so that it may change. */
  readonly faults: Readonly<LineFaults>;
  /** The fastest the line carries, bits per second; null: the wire is not paced. */
  readonly maxBaud: number | null;
  /** Bytes that nobody reads for so long are lost, as in a UART without flow control; null: the sender waits. */
  readonly loseAfterMs: number | null;
  readonly onPassed?: (byteCount: number) => void;
};

export type Wire = {
  /** Puts bytes of our own (kernel messages) between the others; dropped when the line is backed up. */
  inject(bytes: Buffer): void;
  close(): void;
};

type Piece = { readonly bytes: Buffer; readonly baud: number };

const bitsPerByte = 10;
/** Line time that passes in one piece. */
const quantumMs = 4;
/** Line time that a late timer may catch up. */
const maxLateMs = 50;
const maxQueuedBytes = 64 * 1024;

/** Bytes waiting to be sent, each with the speed it was sent at. */
function makeQueue() {
  const pieces: Piece[] = [];
  let sizeBytes = 0;
  return {
    sizeBytes: () => sizeBytes,
    put(piece: Piece) {
      pieces.push(piece);
      sizeBytes += piece.bytes.length;
    },
    /** The speed of the next byte. */
    nextBaud: () => pieces[0]?.baud ?? 0,
    /** At most so many bytes of one speed. */
    take(mostBytes: number): Piece {
      const head = pieces.shift();
      if (!head) return { bytes: Buffer.alloc(0), baud: 0 };
      const bytes = head.bytes.subarray(0, mostBytes);
      if (bytes.length < head.bytes.length)
        pieces.unshift({ ...head, bytes: head.bytes.subarray(mostBytes) });
      sizeBytes -= bytes.length;
      return { bytes, baud: head.baud };
    },
    clear() {
      pieces.length = 0;
      sizeBytes = 0;
    },
  };
}

/** Carries bytes from one end to the other until closed. */
export function layWire(options: WireOptions): Wire {
  const { from, to, maxBaud, faults, random } = options;
  const source = from.pty.reader;
  const sink = to.pty.writer;
  const queue = makeQueue();
  let freeAtMs = 0;
  let timer: NodeJS.Timeout | null = null;
  let deafTimer: NodeJS.Timeout | null = null;
  let state: 'open' | 'waiting' | 'blocked' | 'deaf' | 'closed' = 'open';

  /** Runs now, or after the speed of that end is known again. @returns false when it runs later */
  const knowing = (end: LineEnd, run: () => void): boolean => {
    const looking = maxBaud === null ? null : end.refresh();
    if (looking === null) run();
    else void looking.then(run);
    return looking === null;
  };

  const enqueue = (bytes: Buffer) => {
    if (state === 'closed' || state === 'deaf') return;
    // An idle line saves up nothing.
    if (queue.sizeBytes() === 0) freeAtMs = Math.max(freeAtMs, performance.now());
    queue.put({ bytes, baud: from.baud() });
    pump();
  };

  // While the speed is looked up nothing more is read, so the order stays.
  const onData = (bytes: Buffer) => {
    const isNow = knowing(from, () => {
      enqueue(bytes);
      resumeSource();
    });
    if (!isNow || queue.sizeBytes() > maxQueuedBytes) source.pause();
  };

  const resumeSource = () => {
    if (state !== 'closed' && source.isPaused() && queue.sizeBytes() < maxQueuedBytes / 2) source.resume();
  };

  const deliver = ({ bytes, baud }: Piece) => {
    options.onPassed?.(bytes.length);
    const isHeard = maxBaud === null || baud === to.baud();
    const arriving = isHeard ? damage(bytes, faults, random) : garble(bytes, random);
    if (arriving.length === 0 || sink.destroyed || sink.write(arriving)) return;
    state = 'blocked';
    sink.once('drain', onDrain);
    if (options.loseAfterMs !== null) deafTimer = setTimeout(goDeaf, options.loseAfterMs);
  };

  function goDeaf(): void {
    state = 'deaf';
    queue.clear();
    source.resume();
  }

  function onDrain(): void {
    if (deafTimer !== null) clearTimeout(deafTimer);
    if (state === 'closed') return;
    state = 'open';
    pump();
  }

  /** How long until the line is free for the next piece, and how much that is. */
  const nextPiece = (): { waitMs: number; mostBytes: number; bytesPerMs: number } => {
    if (maxBaud === null) return { waitMs: 0, mostBytes: maxQueuedBytes, bytesPerMs: Infinity };
    const nowMs = performance.now();
    // Time owed is carried over while the line is busy, so that late timers do not slow it down.
    freeAtMs = Math.max(freeAtMs, nowMs - maxLateMs);
    const bytesPerMs = Math.max(1, Math.min(queue.nextBaud(), maxBaud)) / bitsPerByte / 1000;
    return {
      waitMs: freeAtMs - nowMs,
      mostBytes: Math.max(1, Math.floor(bytesPerMs * quantumMs)),
      bytesPerMs,
    };
  };

  function pump(): void {
    if (state !== 'open' || timer !== null) return;
    if (queue.sizeBytes() > 0) {
      state = 'waiting';
      knowing(to, sendDue);
    }
  }

  function sendDue(): void {
    if (state !== 'waiting') return;
    state = 'open';
    while (queue.sizeBytes() > 0 && state === 'open') {
      const { waitMs, mostBytes, bytesPerMs } = nextPiece();
      if (waitMs > 0) {
        timer = setTimeout(onTimer, waitMs);
        break;
      }
      const piece = queue.take(mostBytes);
      freeAtMs += piece.bytes.length / bytesPerMs;
      deliver(piece);
    }
    resumeSource();
  }

  function onTimer(): void {
    timer = null;
    pump();
  }

  source.on('data', onData);
  source.resume();
  return {
    inject(bytes) {
      if (queue.sizeBytes() < maxQueuedBytes / 2) enqueue(bytes);
    },
    close() {
      state = 'closed';
      if (timer !== null) clearTimeout(timer);
      if (deafTimer !== null) clearTimeout(deafTimer);
      source.off('data', onData);
      sink.off('drain', onDrain);
      // What is sent while nothing is plugged in is lost, not kept.
      source.resume();
    },
  };
}
