// The other end of a hash lane: takes filled slots in order and hashes them until the end mark.
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import {
  consumedAt,
  endMark,
  type LaneMemory,
  lengthAt,
  producedAt,
  slotBytes,
  slotCount,
} from './lane-memory.ts';

const { control, slots } = workerData as LaneMemory;
const words = new Int32Array(control);
const hash = createHash('sha256');

for (let taken = 0; ; taken += 1) {
  // A wake-up may belong to the slot before: the producer notifies after it has stored, and this may sleep again between.
  while (Atomics.load(words, producedAt) === taken) Atomics.wait(words, producedAt, taken);
  const slot = taken % slotCount;
  const length = Atomics.load(words, lengthAt + slot);
  if (length === endMark) break;
  hash.update(new Uint8Array(slots, slot * slotBytes, length));
  Atomics.store(words, consumedAt, taken + 1);
  Atomics.notify(words, consumedAt);
}
parentPort?.postMessage(new Uint8Array(hash.digest()));
