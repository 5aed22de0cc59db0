// The lane that hashes beside the main thread.
import { createHash, randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { feedLane, openInlineLane, openWorkerLane } from '../../../electron/core/package/hash-lane.ts';
import {
  endMark,
  lengthAt,
  makeLaneMemory,
  producedAt,
  slotBytes,
} from '../../../electron/core/package/lane-memory.ts';
import { toHex } from '../../../shared/bytes.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test.each([
  ['inline', openInlineLane],
  ['worker', openWorkerLane],
])('%s: any length gives its SHA-256', async (_name, open) => {
  for (const length of [0, 1, slotBytes - 1, slotBytes, slotBytes + 1, 40 * slotBytes + 7]) {
    const bytes = new Uint8Array(randomBytes(length));
    const lane = open();
    await feedLane(lane, bytes);
    expect(toHex(await lane.digest())).toBe(sha256(bytes));
    await lane.close();
  }
});

// The producer stores its count and then notifies. A worker that sees the count before the notification sleeps again by
// the time it comes, and is woken with nothing to take: it once hashed the next slot before that was filled.
test('a wake-up without a new slot is slept through', async () => {
  const memory = makeLaneMemory();
  const words = new Int32Array(memory.control);
  const program = resolve(import.meta.dirname, '../../../electron/core/package/hash-worker.ts');
  const worker = new Worker(program, { workerData: memory });
  const digest = new Promise<Uint8Array>((done, fail) => worker.once('message', done).once('error', fail));
  for (let woken = 0; woken < 3; ) {
    woken += Atomics.notify(words, producedAt);
    await new Promise((done) => setTimeout(done, 5));
  }
  new Uint8Array(memory.slots).set(new TextEncoder().encode('abc'));
  for (const [slot, length] of [3, endMark].entries()) {
    Atomics.store(words, lengthAt + slot, length);
    Atomics.store(words, producedAt, slot + 1);
    Atomics.notify(words, producedAt);
  }
  expect(toHex(await digest)).toBe(sha256(new TextEncoder().encode('abc')));
});
