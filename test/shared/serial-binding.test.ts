// The repairs of the serial library's binding, on a binding of the test's own and on a real line.
import { EventEmitter } from 'node:events';
import { readSync } from 'node:fs';
import { SerialPort } from 'serialport';
import { expect, test } from 'vitest';
import { openPty } from '../../device/virtual/pty.ts';
import { repairBinding } from '../../shared/serial-binding.ts';

class FakePoller extends EventEmitter {
  readonly polled: number[] = [];
  poll(events: number): void {
    this.polled.push(events);
  }
  override once(event: string, run: (error?: Error) => void): this {
    this.poll(event === 'readable' ? 1 : 2);
    return super.once(event, run);
  }
  stop(): void {
    this.emitCanceled();
  }
  emitCanceled(): void {
    this.emit('readable', new Error('canceled'));
    this.emit('writable', new Error('canceled'));
  }
}

/** @param reads what one read after the other gives: a count, or the code of an error */
function openBinding(reads: (number | string)[]) {
  const poller = new FakePoller();
  const binding = {
    fd: 7,
    poller,
    read: async (buffer: Uint8Array, _offset: number, _length: number) => ({ bytesRead: -1, buffer }),
    close: async () => poller.stop(),
  };
  const readOnce = (): number => {
    const next = reads.shift() ?? 'EAGAIN';
    if (typeof next === 'number') return next;
    throw Object.assign(new Error(next), { code: next });
  };
  repairBinding(binding, readOnce);
  const read = () => binding.read(new Uint8Array(8), 0, 8);
  const saying = () =>
    read().then(
      ({ bytesRead }) => bytesRead,
      (error: Error) => error.message,
    );
  return { binding, poller, saying };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function wake(poller: FakePoller, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    poller.emit('readable', null);
    await turn();
  }
}

test('a read gives what is there, and waits again where the kernel had nothing after all', async () => {
  const { poller, saying } = openBinding(['EAGAIN', 'EINTR', 5]);
  const said = saying();
  await wake(poller, 3);
  expect([await said, poller.polled]).toEqual([5, [1, 1, 1]]);
});

test('a line that was hung up gives nothing once, and not for ever', async () => {
  const { poller, saying } = openBinding([0]);
  const said = saying();
  await wake(poller, 1);
  expect(await said).toBe('the line was hung up');
});

test('a line that fails says why', async () => {
  const { poller, saying } = openBinding(['EIO']);
  const said = saying();
  await wake(poller, 1);
  expect(await said).toBe('EIO');
});

test('a close ends the wait for bytes, and nothing waits on a closed port', async () => {
  const { binding, saying } = openBinding([]);
  const said = saying();
  await binding.close();
  expect([await said, await saying()]).toEqual(['canceled', 'canceled']);
});

test('a wait for room does not end the wait for bytes', () => {
  const { poller, saying } = openBinding([]);
  void saying();
  poller.once('writable', () => undefined);
  expect(poller.polled).toEqual([1, 3]);
});

test('what has no poller, as on Windows, is left as it is', () => {
  const binding = { read: async () => undefined, close: async () => undefined };
  const before = { ...binding };
  repairBinding(binding, readSync);
  expect(binding).toEqual(before);
});

test('a real line is opened, read and closed again and again, each time at once', {
  timeout: 60_000,
}, async () => {
  const pty = openPty();
  const flood = setInterval(() => pty.writer.write(Buffer.alloc(512)), 1);
  for (let round = 0; round < 150; round += 1) {
    const serial = new SerialPort({ path: pty.slavePath, baudRate: 115_200, autoOpen: false, hupcl: false });
    await new Promise<void>((done, fail) => serial.open((error) => (error ? fail(error) : done())));
    repairBinding(serial.port, readSync);
    await new Promise<void>((done) => serial.once('data', () => done()));
    await new Promise<void>((done) => serial.close(() => done()));
  }
  clearInterval(flood);
  pty.close();
});
