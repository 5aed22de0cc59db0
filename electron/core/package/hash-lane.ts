// SHA-256 beside the main thread: one lane is one digest on a core of its own. The producer fills slots of a small
// shared ring and never waits unless all are full, so memory is constant whatever the file's size.
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import {
  consumedAt,
  endMark,
  lengthAt,
  makeLaneMemory,
  producedAt,
  slotBytes,
  slotCount,
} from './lane-memory.ts';

export interface HashLane {
  /** An empty slot of 256 KiB. Several may be out at once; they are committed in the order they were reserved. */
  reserve(): Promise<Uint8Array>;
  /** Hands the first `length` bytes of the oldest reserved slot over; they must not be written to again. */
  commit(length: number): void;
  /** The digest of all that was committed, 32 bytes. Ends the lane. */
  digest(): Promise<Uint8Array>;
  /** Ends the lane without a digest; harmless after `digest`. */
  close(): Promise<void>;
}

/** Beside this file, under the same kind of name: from sources as from a bundle. */
const workerUrl = new URL(`./hash-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'mjs'}`, import.meta.url);

/** How long a stuck worker may go unnoticed. */
const recheckMs = 1000;

export function openWorkerLane(): HashLane {
  const memory = makeLaneMemory();
  const words = new Int32Array(memory.control);
  const worker = new Worker(workerUrl, { workerData: memory });
  const result = new Promise<Uint8Array>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', () => reject(new Error('the hash worker ended early')));
  });
  let failure: unknown = null;
  result.catch((error: unknown) => {
    failure = error;
  });
  let reserved = 0;
  let produced = 0;

  const reserve = async () => {
    for (;;) {
      if (failure !== null) throw failure;
      const consumed = Atomics.load(words, consumedAt);
      if (reserved - consumed < slotCount) break;
      await Atomics.waitAsync(words, consumedAt, consumed, recheckMs).value;
    }
    const slot = reserved % slotCount;
    reserved += 1;
    return new Uint8Array(memory.slots, slot * slotBytes, slotBytes);
  };
  const commit = (length: number) => {
    Atomics.store(words, lengthAt + (produced % slotCount), length);
    produced += 1;
    Atomics.store(words, producedAt, produced);
    Atomics.notify(words, producedAt);
  };
  return {
    reserve,
    commit,
    async digest() {
      await reserve();
      commit(endMark);
      return result;
    },
    close: async () => void (await worker.terminate()),
  };
}

/** More than are ever reserved at once. */
const inlineSlots = 8;

/** For small inputs: the same lane on this thread, without the cost of starting a worker. */
export function openInlineLane(): HashLane {
  const hash = createHash('sha256');
  const slots: Uint8Array[] = [];
  let reserved = 0;
  let produced = 0;
  const slotAt = (count: number) => {
    slots[count % inlineSlots] ??= new Uint8Array(slotBytes);
    return slots[count % inlineSlots] as Uint8Array;
  };
  return {
    reserve: async () => slotAt(reserved++),
    commit: (length) => void hash.update(slotAt(produced++).subarray(0, length)),
    digest: async () => new Uint8Array(hash.digest()),
    close: async () => undefined,
  };
}

/** Starting a worker takes about as long as hashing this much. */
const worthAWorkerBytes = 16 * 1024 * 1024;

export const openLane = (expectedBytes: number): HashLane =>
  expectedBytes >= worthAWorkerBytes ? openWorkerLane() : openInlineLane();

/** Hands bytes of any length over, slot by slot. */
export async function feedLane(lane: HashLane, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += slotBytes) {
    const part = bytes.subarray(at, at + slotBytes);
    (await lane.reserve()).set(part);
    lane.commit(part.length);
  }
}
