// A session over a line that loses and damages: every message once and in order, in bounded memory, in bounded time.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { encodeAck } from '../../../shared/wire/ack.ts';
import { encodeBody } from '../../../shared/wire/bodies.ts';
import { openChannel } from '../../../shared/wire/channel.ts';
import { type Frame, frameTypes } from '../../../shared/wire/frame.ts';
import { serialFraming } from '../../../shared/wire/serial-framing.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import { type LineOptions, simulateLine, simulateTime } from '../../helpers/simulated-line.ts';

const clean: LineOptions = {
  framing: serialFraming,
  bytesPerSecond: 11_520,
  lossRate: 0,
  corruptRate: 0,
  seed: 1,
  window: 8,
};
const hourMs = 3_600_000;
const message = (index: number, sizeBytes = 200) => {
  const body = new Uint8Array(sizeBytes).fill(index);
  new DataView(body.buffer).setUint32(0, index);
  return { type: frameTypes.data, body };
};
const numbersOf = (received: readonly { body: Uint8Array }[]) =>
  received.map(({ body }) => new DataView(body.buffer, body.byteOffset).getUint32(0));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Sends so many both ways and lets time pass until they are there. */
async function exchange(options: LineOptions, count: number) {
  const line = simulateLine(options);
  const { station, agent } = line;
  for (const index of upTo(count)) {
    void station.channel.send(message(index), 'bulk').catch(() => undefined);
    void agent.channel.send(message(index), 'bulk').catch(() => undefined);
  }
  const isDone = () =>
    (station.received.length >= count && agent.received.length >= count) ||
    station.errors.length + agent.errors.length > 0;
  await line.run(isDone, hourMs);
  return line;
}

test('on a clean line nothing is sent twice', async () => {
  const { station, agent } = await exchange(clean, 300);
  expect(numbersOf(agent.received)).toEqual(upTo(300));
  expect(numbersOf(station.received)).toEqual(upTo(300));
  expect(station.channel.quality().resentCount + agent.channel.quality().resentCount).toBe(0);
});

test('whatever the line loses and changes, every message arrives once and in order', async () => {
  const lines = fc.record({
    lossRate: fc.constantFrom(0, 0.0001, 0.001),
    corruptRate: fc.constantFrom(0, 0.0001, 0.001),
    seed: fc.nat(1_000_000),
    window: fc.integer({ min: 1, max: 64 }),
    bytesPerSecond: fc.constantFrom(960, 11_520, 300_000),
  });
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(lines, async (line) => {
      const { station, agent } = await exchange({ ...clean, ...line }, 60);
      expect([...station.errors, ...agent.errors]).toEqual([]);
      expect(numbersOf(agent.received)).toEqual(upTo(60));
      expect(numbersOf(station.received)).toEqual(upTo(60));
      tried += 1;
    }),
    { numRuns: 150 },
  );
  expect(tried).toBe(150);
});

test('one damaged frame costs one frame', async () => {
  const line = simulateLine(clean);
  let count = 0;
  const { station, agent } = line;
  const receive = agent.channel.receive.bind(agent.channel);
  // The fifth piece of input never arrives.
  Object.assign(agent.channel, {
    receive: (frames: readonly Frame[]) => (count++ === 4 ? undefined : receive(frames)),
  });
  for (const index of upTo(50)) void station.channel.send(message(index), 'bulk');
  await line.run(() => agent.received.length === 50, hourMs);
  expect(numbersOf(agent.received)).toEqual(upTo(50));
  expect(station.channel.quality().resentCount).toBe(1);
});

test('a reader who stands still stops the sender within the window, and goes on where it was', async () => {
  const line = simulateLine(clean);
  const { station, agent } = line;
  let letGo: () => void = () => undefined;
  agent.hold = new Promise((resolve) => {
    letGo = resolve;
  });
  for (const index of upTo(100)) void station.channel.send(message(index), 'bulk');
  await line.run(() => false, 60_000);
  expect(agent.received.length).toBe(1);
  expect(agent.errors).toEqual([]);
  // The window, and the pings that ask for room.
  expect(station.transmitted).toBeLessThan(8 + 60);
  agent.hold = undefined;
  letGo();
  await line.run(() => agent.received.length === 100, hourMs);
  expect(numbersOf(agent.received)).toEqual(upTo(100));
});

test('a call overtakes the file data that waits behind the window', async () => {
  const line = simulateLine(clean);
  const { station, agent } = line;
  for (const index of upTo(40)) void station.channel.send(message(index), 'bulk');
  void station.channel.send({ type: frameTypes.call, body: encodeBody([1, 'identity', {}]) }, 'urgent');
  await line.run(() => agent.received.length === 41, hourMs);
  expect(agent.received.findIndex(({ type }) => type === frameTypes.call)).toBe(8);
});

test('a peer that falls silent ends the session, and everything that waits fails with it', async () => {
  const line = simulateLine({ ...clean, lossRate: 1 });
  const failed: unknown[] = [];
  for (const index of upTo(20))
    line.station.channel.send(message(index), 'bulk').catch((error) => failed.push(error));
  await line.run(() => line.station.errors.length > 0, hourMs);
  expect(line.station.errors.map(({ code }) => code)).toEqual(['agent.silent']);
  expect(line.nowMs()).toBeLessThan(60_000);
  await Promise.resolve();
  expect(failed.length).toBe(12);
  expect(line.waitingCount()).toBeLessThan(3);
});

/** One end alone, and what it sends. */
function openAlone(window = 8) {
  const time = simulateTime();
  const sent: Frame[] = [];
  const errors: ProvisionerError[] = [];
  const channel = openChannel({
    terms: { window, frameBytes: 4096, bytesPerSecond: null },
    edge: time.edge,
    transmit: (frame) => sent.push(frame),
    deliver: () => undefined,
    onEnd: (error) => errors.push(error),
  });
  return { channel, sent, errors };
}

test.each([
  ['acknowledges what was never sent', encodeAck(1, 8, [])],
  ['acknowledges with garbage', { type: frameTypes.ack, sequence: 0, body: Uint8Array.of(0xff) }],
  [
    'offers room for more than any window',
    { type: frameTypes.ack, sequence: 0, body: encodeBody([65, new Uint8Array(0)]) },
  ],
  ['says that messages are here which were never sent', encodeAck(0, 8, [3])],
  [
    'says of the next message that it is here and that it is not',
    { type: frameTypes.ack, sequence: 0, body: encodeBody([8, Uint8Array.of(1)]) },
  ],
  [
    'sends a larger frame than was agreed',
    { type: frameTypes.data, sequence: 0, body: new Uint8Array(4085) },
  ],
  ['sends beyond the room it was offered', { type: frameTypes.data, sequence: 8, body: new Uint8Array(0) }],
])('a peer that %s is left, and told so', (_what, frame) => {
  const { channel, sent, errors } = openAlone();
  channel.receive([frame]);
  expect(errors.map(({ code }) => code)).toEqual(['agent.protocol']);
  expect(sent.at(-1)?.type).toBe(frameTypes.close);
  channel.receive([frame]);
  expect(errors.length).toBe(1);
});

test('a peer that sends without end what moves nothing is left', () => {
  const { channel, sent, errors } = openAlone();
  const ping = { type: frameTypes.ping, sequence: 0, body: new Uint8Array(0) };
  const later = { type: 15, sequence: 0, body: new Uint8Array(0) };
  for (let count = 0; count < 2048; count += 1) channel.receive([ping, later]);
  expect(errors).toEqual([]);
  // One acknowledgement for each piece of input, and no more.
  expect(sent.length).toBe(2048);
  channel.receive([later]);
  expect(errors.map(({ code }) => code)).toEqual(['agent.protocol']);
});

test.each([
  ['protocol', 'agent.protocol'],
  ['going down', 'agent.restarted'],
])('a peer that leaves because of "%s" ends the session with %s, without a word back', (why, code) => {
  const { channel, sent, errors } = openAlone();
  channel.receive([{ type: frameTypes.close, sequence: 0, body: encodeBody([why, 'and more']) }]);
  expect(errors.map((error) => error.code)).toEqual([code]);
  expect(sent).toEqual([]);
});

test('a message that fits no frame of the link is refused, and the session goes on', async () => {
  const { channel, sent, errors } = openAlone();
  const message = (sizeBytes: number) => ({ type: frameTypes.call, body: new Uint8Array(sizeBytes) });
  expect(await codeOfAsync(channel.send(message(4085), 'urgent'))).toBe('agent.call-failed');
  await channel.send(message(4084), 'urgent');
  expect([sent.length, errors.length]).toEqual([1, 0]);
});

test('a repeated message is acknowledged again and delivered once', () => {
  const { channel, sent } = openAlone();
  const frame = { type: frameTypes.data, sequence: 0, body: new Uint8Array(0) };
  channel.receive([frame]);
  channel.receive([frame]);
  expect(sent.map(({ type, sequence }) => [type, sequence])).toEqual([
    [frameTypes.ack, 1],
    [frameTypes.ack, 1],
  ]);
});

test('a type of a later version that steers the link is passed over', () => {
  const { channel, errors, sent } = openAlone();
  channel.receive([{ type: 15, sequence: 7, body: Uint8Array.of(0xff) }]);
  expect([errors, sent]).toEqual([[], []]);
});

test('numbers wrap after 2^32', () => {
  const frame = encodeAck(0, 8, [1, 3, 9]);
  expect(Buffer.from(frame.body).toString('hex')).toBe(
    Buffer.from(encodeBody([8, Uint8Array.of(0b1010, 0b10)])).toString('hex'),
  );
  const wrapped = encodeAck(0xfffffffe, 8, [0xffffffff, 1]);
  expect(Buffer.from(wrapped.body).toString('hex')).toBe(
    Buffer.from(encodeBody([8, Uint8Array.of(0b1010)])).toString('hex'),
  );
});

test('a side that closes says so, once, and hears no more of it', async () => {
  const line = await exchange(clean, 3);
  const { station, agent } = line;
  const over = new ProvisionerError('agent.restarted', 'closed here');
  station.channel.close(over);
  station.channel.close(over);
  await line.run(() => agent.errors.length > 0, hourMs);
  expect(agent.errors).toMatchObject([{ code: 'agent.restarted', message: 'the other side left: left' }]);
  expect(station.errors).toEqual([]);
  expect(await codeOfAsync(station.channel.send(message(4), 'bulk'))).toBe('agent.restarted');
});
