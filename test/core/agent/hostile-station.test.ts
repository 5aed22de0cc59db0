// A hostile station against the real agent, over a real pty: it loses its session or is refused, and the next one is served.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Carrier, serveLink } from '../../../device/agent/session.ts';
import { openStaging } from '../../../device/agent/staging.ts';
import type { CborValue } from '../../../shared/cbor.ts';
import { encodeAck } from '../../../shared/wire/ack.ts';
import { maxQueuedBytes } from '../../../shared/wire/bodies.ts';
import { type Frame, frameTypes } from '../../../shared/wire/frame.ts';
import { serialFraming } from '../../../shared/wire/serial-framing.ts';
import { bodyOf, digestOf, frameOf, openRawStation } from '../../helpers/raw-link.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { scratchOf, startVirtualBox, stopVirtualBoxes, type VirtualBox } from '../../helpers/virtual-box.ts';

type RawStation = Awaited<ReturnType<typeof openRawStation>>;

let box: VirtualBox;
let station: RawStation;
let sent = 0;

beforeAll(async () => {
  box = await startVirtualBox(['--agent']);
});

beforeEach(async () => {
  station = await openRawStation(box.port);
  sent = 0;
});

/** Whatever was done to it, the agent serves the next station. */
afterEach(async () => {
  await station.close();
  const next = await openRawStation(box.port);
  try {
    const accept = await next.open({}, new Uint8Array(randomBytes(8)));
    expect(accept.type).toBe(frameTypes.accept);
    await next.send(frameOf(frameTypes.call, 0, [1, 'file-probe', { name: 'nothing.cpk' }]));
    expect(await next.answerTo(1)).toEqual([1, 'ok', { sha256: null }]);
  } finally {
    await next.close();
  }
});

afterAll(stopVirtualBoxes);

const stateDir = () => join(scratchOf(box), 'var/lib/trustbox-agent');
const isType = (type: number) => (frame: Frame) => frame.type === type;
const open = (change: Record<string, CborValue> = {}) => station.open(change, new Uint8Array(randomBytes(8)));
const message = (type: number, body: CborValue) => station.send(frameOf(type, sent++, body));

let lastId = 0;
async function ask(name: string, request: CborValue): Promise<[outcome: string, value: unknown]> {
  const id = ++lastId;
  await message(frameTypes.call, [id, name, request]);
  const [, outcome, value] = await station.answerTo(id);
  return [outcome, value];
}

/** The agent said why it left, and knows no session any more. */
async function expectLeft(): Promise<void> {
  const close = await station.wait(isType(frameTypes.close));
  expect(bodyOf(close)).toEqual(['protocol']);
  const from = station.frames.length;
  await message(frameTypes.call, [99, 'receipt-list', {}]);
  const hello = await station.wait(isType(frameTypes.hello), from);
  expect((bodyOf(hello) as { session: unknown }).session).toBeNull();
}

const empty = new Uint8Array(0);
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const raw = (type: number, hex: string): Frame => ({ type, sequence: 0, body: bytes(hex) });

const breaches: readonly (readonly [string, Frame])[] = [
  ['calls with something that is no call', frameOf(frameTypes.call, 0, { id: 1 })],
  ['calls with a name of 100 characters', frameOf(frameTypes.call, 0, [1, 'x'.repeat(100), {}])],
  ['calls with a negative id', frameOf(frameTypes.call, 0, [-1, 'identity', {}])],
  ['sends data of a transfer that was never begun', frameOf(frameTypes.data, 0, [4_000_000, empty])],
  ['sends data that is none', frameOf(frameTypes.data, 0, [1, 'text'])],
  ['answers', frameOf(frameTypes.answer, 0, [1, 'ok', {}])],
  ['gives notice', frameOf(frameTypes.notice, 0, [1, 'failed', ''])],
  ['sends more than it was offered room for', frameOf(frameTypes.call, 8, [1, 'identity', {}])],
  ['acknowledges what was never sent', encodeAck(1, 8, [])],
  ['says that messages are here which were never sent', encodeAck(0, 8, [3])],
  ['offers more room than any window', frameOf(frameTypes.ack, 0, [65, empty])],
  ['acknowledges with garbage', raw(frameTypes.ack, 'ff')],
  ['sends a larger frame than was agreed', raw(frameTypes.call, '00'.repeat(70_000))],
  ['nests 4000 deep', raw(frameTypes.call, '81'.repeat(4000))],
  ['announces a list of 2^64 - 1', raw(frameTypes.call, '9bffffffffffffffff')],
  ['announces 4 GiB of bytes', raw(frameTypes.data, '82015affffffff00')],
  ['sends a map with a key twice', raw(frameTypes.call, '8301686964656e74697479a2616101616102')],
  ['sends a list without end', raw(frameTypes.call, '9f01686964656e74697479a0ff')],
  ['sends bytes without end', raw(frameTypes.data, '82015f4100ff')],
];

test.each(breaches)('a station that %s loses its session', async (_what, frame) => {
  await open();
  await station.send(frame);
  await expectLeft();
});

const ping = serialFraming.encode({ type: frameTypes.ping, sequence: 0, body: empty });
const knocks = Buffer.concat(new Array<Uint8Array>(500).fill(serialFraming.knock));
const floods: readonly (readonly [string, Buffer, number])[] = [
  ['pings', Buffer.concat(new Array<Uint8Array>(500).fill(ping)), 10],
  ['garbage', Buffer.from(Uint8Array.from({ length: 65_536 }, (_, at) => (at * 167 + (at >> 8)) & 255)), 20],
  ['a frame without end', Buffer.alloc(65_536, 0x55), 20],
  ['knocks', knocks, 1100],
];

test.each(floods)('a station that floods with %s loses its session', async (_what, piece, count) => {
  await open();
  for (let at = 0; at < count && !station.frames.some(isType(frameTypes.close)); at += 1)
    await station.port.write(piece);
  await expectLeft();
});

test.each([
  '../evil',
  '/etc/passwd',
  'a/b',
  '..',
  '.hidden',
  '',
  '-rf',
  'a\0b',
  'a b',
  'é',
  'x'.repeat(65),
  'a\n',
])('no call takes the file name %j', async (name) => {
  await open();
  const id = new Uint8Array(16);
  const calls = [
    ['file-begin', { id, name, sizeBytes: 1, restart: true }],
    ['file-probe', { name }],
    ['file-remove', { name }],
    ['install-package', { name }],
    ['receipt-put', { name, receipt: empty }],
    ['install-key', { applicationId: name, wrapped: empty }],
  ] as const;
  for (const [call, request] of calls) expect((await ask(call, request))[0], call).toBe('bad-request');
  expect(readdirSync(join(stateDir(), 'staging')).filter((file) => !file.endsWith('.part'))).toEqual([]);
});

const id = (byte: number) => new Uint8Array(16).fill(byte);
type Begun = { readonly handle: number; readonly offset: number };

async function begin(byte: number, name: string, sizeBytes: number): Promise<Begun> {
  const [outcome, value] = await ask('file-begin', { id: id(byte), name, sizeBytes, restart: true });
  expect(outcome).toBe('ok');
  return value as Begun;
}

test('a transfer larger than the disk is refused before a byte of it comes', async () => {
  await open();
  const request = { id: id(1), name: 'large.cpk', restart: true };
  expect((await ask('file-begin', { ...request, sizeBytes: 2 ** 40 }))[0]).toBe('no-space');
  expect((await ask('file-begin', { ...request, sizeBytes: 2 ** 40 + 1 }))[0]).toBe('bad-request');
  expect((await ask('file-begin', { ...request, sizeBytes: -1 }))[0]).toBe('bad-request');
});

test('more bytes than were announced end the transfer with one notice, and nothing is kept', async () => {
  await open();
  const { handle } = await begin(2, 'more.cpk', 10);
  for (let count = 0; count < 3; count += 1) await message(frameTypes.data, [handle, new Uint8Array(8)]);
  const notice = await station.wait(isType(frameTypes.notice));
  expect(bodyOf(notice)).toEqual([handle, 'bad-request', 'more bytes than were announced']);
  expect((await ask('file-end', { handle, sha256: digestOf(new Uint8Array(24)) }))[0]).toBe('not-found');
  // The same frame may come again where our word that it is here was late.
  const notices = station.frames.filter(isType(frameTypes.notice)).map(({ sequence }) => sequence);
  expect(new Set(notices).size).toBe(1);
  expect(readdirSync(join(stateDir(), 'staging')).filter((name) => /more|0202/.test(name))).toEqual([]);
});

test("a transfer that is ended with another's digest is refused and thrown away; the other one is whole", async () => {
  await open();
  const [one, two] = [new Uint8Array(randomBytes(100)), new Uint8Array(randomBytes(100))];
  const first = await begin(3, 'one.cpk', 100);
  const second = await begin(4, 'two.cpk', 100);
  await message(frameTypes.data, [first.handle, one]);
  await message(frameTypes.data, [second.handle, two]);
  expect((await ask('file-end', { handle: first.handle, sha256: digestOf(two) }))[0]).toBe('refused');
  expect((await ask('file-end', { handle: first.handle, sha256: digestOf(one) }))[0]).toBe('not-found');
  expect((await ask('file-end', { handle: second.handle, sha256: digestOf(two) }))[0]).toBe('ok');
  const staged = readdirSync(join(stateDir(), 'staging')).filter((name) => /^(one|two)|0303/.test(name));
  expect(staged).toEqual(['two.cpk']);
  expect(readFileSync(join(stateDir(), 'staging', 'two.cpk')).equals(two)).toBe(true);
  expect((await ask('file-remove', { name: 'two.cpk' }))[0]).toBe('ok');
});

test('a transfer that is too short is not taken, and its part stays', async () => {
  await open();
  const { handle } = await begin(5, 'short.cpk', 100);
  await message(frameTypes.data, [handle, new Uint8Array(40)]);
  expect((await ask('file-end', { handle, sha256: digestOf(new Uint8Array(40)) }))[0]).toBe('bad-request');
  const [, again] = await ask('file-begin', { id: id(5), name: 'short.cpk', sizeBytes: 100, restart: false });
  expect((again as Begun).offset).toBe(40);
});

test('transfers that are begun and never ended: four are open, four parts are kept', async () => {
  const dir = await makeTempDir();
  const staging = openStaging(dir);
  const filesBefore = readdirSync('/proc/self/fd').length;
  for (let byte = 0; byte < 60; byte += 1) {
    const { handle } = await staging.begin({ id: id(byte), name: 'x.cpk', sizeBytes: 100, restart: false });
    await staging.append(handle, new Uint8Array(10));
  }
  expect(readdirSync('/proc/self/fd').length - filesBefore).toBeLessThanOrEqual(4);
  expect(readdirSync(dir).length).toBe(4);
  await staging.close();
});

test('a station that asks and reads no answers is given no more room, and loses its session beyond it', async () => {
  await station.close();
  station = await openRawStation(box.port, false);
  writeFileSync(join(scratchOf(box), 'var/log/messages'), 'x'.repeat(60_000));
  await open();
  for (let count = 0; count < 200 && !station.frames.some(isType(frameTypes.close)); count += 1)
    await message(frameTypes.call, [1000 + count, 'log-tail', { lines: 1 }]);
  await expectLeft();
  const answers = station.frames.filter(isType(frameTypes.answer)).map(({ sequence }) => sequence);
  expect(new Set(answers).size).toBeLessThanOrEqual(8);
  const taken = station.frames.filter(isType(frameTypes.ack)).map(({ sequence }) => sequence);
  // Eight on their way, eight at work, eight at the door.
  expect(Math.max(...taken)).toBeLessThanOrEqual(24);
});

test('a station that begins anew again and again gets no more work done at once than one session', async () => {
  const bin = join(scratchOf(box), 'usr/bin');
  const tool = readFileSync(join(bin, 'cpk-tool'));
  const marks = join(scratchOf(box), 'tmp');
  // A tool that leaves a mark when it begins, and goes on when it is let go.
  const script = ': > "$TMPDIR/began.$$"\nwhile [ ! -e "$TMPDIR/go" ]; do sleep 0.05; done\n';
  writeFileSync(join(bin, 'cpk-tool'), `#!/bin/sh\n${script}`);
  const began = () => readdirSync(marks).filter((name) => name.startsWith('began.')).length;
  for (let round = 0; round < 12; round += 1) {
    await open();
    for (let sequence = 0; sequence < 3; sequence += 1)
      await station.send(frameOf(frameTypes.call, sequence, [1, 'public-key', {}]));
  }
  for (let count = 0; count < 200 && began() < 8; count += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(began()).toBe(8);
  writeFileSync(join(marks, 'go'), '');
  expect((await station.answerTo(1))[1]).toBe('failed');
  writeFileSync(join(bin, 'cpk-tool'), tool);
});

test('a thousand receipts are kept, and the next is refused', async () => {
  const dir = join(stateDir(), 'receipts');
  mkdirSync(dir, { recursive: true });
  for (let at = 0; at < 1000; at += 1) writeFileSync(join(dir, `r${at}.json`), '');
  await open();
  expect((await ask('receipt-put', { name: 'new.json', receipt: empty }))[0]).toBe('no-space');
  expect((await ask('receipt-put', { name: 'r7.json', receipt: Uint8Array.of(1) }))[0]).toBe('ok');
  expect(((await ask('receipt-list', {}))[1] as { names: string[] }).names.length).toBe(1000);
});

test('an agent whose line takes nothing keeps no more than may wait for it', async () => {
  const dir = await makeTempDir();
  let waitingBytes = 0;
  const carrier: Carrier = {
    framing: serialFraming,
    bytesPerSecond: null,
    write: (part) => {
      waitingBytes += part.length;
    },
    queuedBytes: () => waitingBytes,
  };
  const place = { root: dir, stagingDir: dir, receiptsDir: dir, wrapSuites: [] };
  const terms = { release: 'TEST', frame: 65_536, window: 8 };
  const link = serveLink(carrier, { place, staging: openStaging(dir), cpmSocket: null }, terms);
  const wish = (at: number) => ({
    version: 1,
    session: Uint8Array.of(at, at >> 8, 0, 0, 0, 0, 0, 0),
    frame: 65_536,
    window: 8,
  });
  for (let at = 0; at < 10_000; at += 1) {
    link.receive(serialFraming.knock);
    link.receive(serialFraming.encode(frameOf(frameTypes.open, 0, wish(at))));
    link.receive(ping);
  }
  expect(waitingBytes).toBeGreaterThanOrEqual(maxQueuedBytes);
  expect(waitingBytes).toBeLessThan(maxQueuedBytes + 1000);
  link.end();
});
