// The repairs of the serial library's binding, on a binding whose reads end when the test says so.
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { repairBinding } from '../../shared/serial-binding.ts';

class FakePoller extends EventEmitter {
  readonly polled: number[] = [];
  poll(events: number): void {
    this.polled.push(events);
  }
  stop(): void {
    this.emitCanceled();
  }
  emitCanceled(): void {
    this.emit('readable', new Error('canceled'));
  }
}

function openBinding() {
  const poller = new FakePoller();
  const reads: PromiseWithResolvers<void>[] = [];
  let isClosed = false;
  const binding = {
    poller,
    /** As the library's: a read of the worker thread, then a wait for bytes. */
    async read(): Promise<void> {
      const worker = Promise.withResolvers<void>();
      reads.push(worker);
      await worker.promise;
      await new Promise<void>((resolve, reject) => {
        poller.poll(1);
        poller.once('readable', (error?: Error) => (error ? reject(error) : resolve()));
      });
    },
    close: async () => {
      isClosed = true;
    },
  };
  repairBinding(binding);
  return { binding, poller, reads, isClosed: () => isClosed };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a port is closed when the read that a worker has begun is over, and not before', async () => {
  const { binding, reads, isClosed } = openBinding();
  const read = binding.read().catch((error: Error) => error.message);
  const closed = binding.close();
  await turn();
  expect(isClosed()).toBe(false);
  reads[0]?.resolve();
  await closed;
  expect([isClosed(), await read]).toEqual([true, 'canceled']);
});

test('a read that waits for bytes does not hold up the close', async () => {
  const { binding, reads, isClosed } = openBinding();
  const read = binding.read().catch((error: Error) => error.message);
  reads[0]?.resolve();
  await turn();
  await binding.close();
  expect([isClosed(), await read]).toEqual([true, 'canceled']);
});

test('a wait for room does not end the wait for bytes', async () => {
  const { binding, poller, reads } = openBinding();
  binding.read().catch(() => undefined);
  reads[0]?.resolve();
  await turn();
  poller.poll(2);
  expect(poller.polled).toEqual([1, 3]);
});

test('what has no poller, as on Windows, is left as it is', () => {
  const binding = { read: async () => undefined, close: async () => undefined };
  const before = { ...binding };
  repairBinding(binding);
  expect(binding).toEqual(before);
});
