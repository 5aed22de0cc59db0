// A hostile device against the station's own code, over a real pty: each is left with a closed code, and keeps us from nothing.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openSession } from '../../../electron/core/agent/session.ts';
import { sendFile } from '../../../electron/core/agent/transfer.ts';
import type { Port } from '../../../electron/core/port.ts';
import type { CborValue } from '../../../shared/cbor.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { encodeAck } from '../../../shared/wire/ack.ts';
import { maxQueuedBytes } from '../../../shared/wire/bodies.ts';
import { encodeFrame, type Frame, frameTypes } from '../../../shared/wire/frame.ts';
import { serialFraming } from '../../../shared/wire/serial-framing.ts';
import { codeOfAsync, refusalOfAsync } from '../../helpers/errors.ts';
import { countKept } from '../../helpers/kept-bytes.ts';
import { bodyOf, digestOf, frameOf, openRawLink, type RawLink } from '../../helpers/raw-link.ts';
import {
  callOf,
  goodHello,
  type Script,
  type ScriptedAgent,
  startScriptedAgent,
} from '../../helpers/scripted-agent.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const agents: ScriptedAgent[] = [];
const links: RawLink[] = [];

afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()));
  await Promise.all(agents.splice(0).map((agent) => agent.close()));
});

async function meet(script: Script): Promise<{ agent: ScriptedAgent; link: RawLink }> {
  const agent = await startScriptedAgent(script);
  agents.push(agent);
  const link = await openRawLink(agent.port);
  links.push(link);
  return { agent, link };
}

const codeOfMeeting = async (script: Script, askMs?: number) => {
  const agent = await startScriptedAgent(script);
  agents.push(agent);
  return codeOfAsync(openRawLink(agent.port, askMs));
};

/** The link is dropped: what ended it, what every later call gets, and that the device was told. */
async function expectDropped({ link, agent }: { link: RawLink; agent: ScriptedAgent }): Promise<void> {
  expect(link.ends.map(({ code }) => code)).toEqual(['agent.protocol']);
  expect(await codeOfAsync(link.caller.call('receipt-list', {}))).toBe('agent.protocol');
  for (let count = 0; count < 200 && agent.frames.at(-1)?.type !== frameTypes.close; count += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(agent.frames.at(-1)?.type).toBe(frameTypes.close);
}

const maxKeptBytes = 4 * 1024 * 1024;

const answer = (id: number, value: CborValue): CborValue => [id, 'ok', value];
const idOf = (frame: Frame) => callOf(frame)?.id ?? 0;

const absurd: readonly (readonly [string, CborValue])[] = [
  ['a frame of 4 GiB', { ...goodHello, frame: 2 ** 32 }],
  ['a frame of 2^53 and more', { ...goodHello, frame: 2n ** 60n }],
  ['a frame of nothing', { ...goodHello, frame: 0 }],
  ['a frame of less than nothing', { ...goodHello, frame: -4096 }],
  ['half a frame', { ...goodHello, frame: 4096.5 }],
  ['no window', { ...goodHello, window: 0 }],
  ['a window of a million', { ...goodHello, window: 1_000_000 }],
  ['a window of text', { ...goodHello, window: '8' }],
  ['no versions', { ...goodHello, versions: [] }],
  ['a thousand versions', { ...goodHello, versions: Array.from({ length: 1000 }, (_, at) => at) }],
  ['a name of 100 000 characters', { ...goodHello, agent: 'x'.repeat(100_000) }],
  ['a list', [1, 2, 3]],
];

test.each(absurd)('a hello with %s', async (_what, hello) => {
  expect(await codeOfMeeting({ hello })).toBe('agent.protocol');
});

test('an accept that lists ten thousand calls', async () => {
  const accept = (session: Uint8Array) => ({
    session,
    calls: Array.from({ length: 10_000 }, (_, at) => `c${at}`),
  });
  expect(await codeOfMeeting({ accept })).toBe('agent.protocol');
});

test('an agent that says hello and then no more', async () => {
  expect(await codeOfMeeting({ accept: () => ({ session: new Uint8Array(8), calls: [] }) })).toBe(
    'agent.silent',
  );
});

test('a device that floods before it ever says hello keeps nobody longer than was agreed', async () => {
  const agent = await startScriptedAgent({ hello: null });
  agents.push(agent);
  const flood = Buffer.alloc(65_536, 0x80);
  let isOver = false;
  const flooding = (async () => {
    while (!isOver)
      await Promise.race([agent.write(flood), new Promise((resolve) => setTimeout(resolve, 50))]);
  })();
  await expect(openRawLink(agent.port, 1000)).rejects.toThrow('no agent');
  isOver = true;
  await flooding;
});

/** What a device does at the first call, and what that call is answered with. */
const breaches: readonly (readonly [string, (frame: Frame, agent: ScriptedAgent) => void, string])[] = [
  [
    "answers another's id",
    (frame, agent) => agent.message(frameTypes.answer, answer(idOf(frame) + 1, {})),
    'agent.protocol',
  ],
  [
    'answers with something else than an answer',
    (_frame, agent) => agent.message(frameTypes.answer, { ok: true }),
    'agent.protocol',
  ],
  [
    'gives a transfer up that was never begun',
    (_frame, agent) => agent.message(frameTypes.notice, [1, 'failed', 'no']),
    'agent.protocol',
  ],
  [
    'calls the station',
    (_frame, agent) => agent.message(frameTypes.call, [1, 'identity', {}]),
    'agent.protocol',
  ],
  [
    'sends the station data',
    (_frame, agent) => agent.message(frameTypes.data, [1, new Uint8Array(9)]),
    'agent.protocol',
  ],
  [
    'sends more than it was offered room for',
    (_frame, agent) => agent.send(frameOf(frameTypes.answer, 8, answer(1, {}))),
    'agent.protocol',
  ],
  [
    'sends a larger frame than was agreed',
    (frame, agent) => agent.message(frameTypes.answer, answer(idOf(frame), { text: 'x'.repeat(5000) })),
    'agent.protocol',
  ],
  [
    'acknowledges what was never sent',
    (_frame, agent) => agent.send(encodeAck(1000, 8, [])),
    'agent.protocol',
  ],
  [
    'offers room for 4 GiB of messages',
    (_frame, agent) => agent.send(frameOf(frameTypes.ack, 1, [2 ** 32 - 1, new Uint8Array(0)])),
    'agent.protocol',
  ],
];

test.each(breaches)('a device that %s is dropped', async (_what, onMessage, code) => {
  const met = await meet({ onMessage });
  expect(await codeOfAsync(met.link.caller.call('receipt-list', {}))).toBe(code);
  await expectDropped(met);
});

test('a device that answers twice is dropped; the first answer was good', async () => {
  const met = await meet({
    onMessage(frame, agent) {
      agent.message(frameTypes.answer, answer(idOf(frame), { names: ['a'] }));
      agent.message(frameTypes.answer, answer(idOf(frame), { names: ['b'] }));
    },
  });
  expect(await met.link.caller.call('receipt-list', {})).toEqual({ names: ['a'] });
  for (let count = 0; count < 200 && met.link.ends.length === 0; count += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await expectDropped(met);
});

test('a device that never answers costs its deadline; its late answer does no harm, a second one does', async () => {
  let late: () => void = () => undefined;
  const met = await meet({
    onMessage(frame, agent) {
      late = () => agent.message(frameTypes.answer, answer(idOf(frame), { names: [] }));
    },
  });
  const asked = met.link.caller.call('receipt-list', {}, { timeoutMs: 100 });
  expect(await codeOfAsync(asked)).toBe('agent.timeout');
  late();
  expect(await codeOfAsync(met.link.caller.call('receipt-list', {}, { timeoutMs: 100 }))).toBe(
    'agent.timeout',
  );
  expect(met.link.ends).toEqual([]);
  late();
  late();
  for (let count = 0; count < 200 && met.link.ends.length === 0; count += 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  await expectDropped(met);
});

const strict = (body: string) => ({
  type: frameTypes.answer,
  sequence: 0,
  body: new Uint8Array(Buffer.from(body, 'hex')),
});
const bombs: readonly (readonly [string, string])[] = [
  ['nests 4000 deep', '81'.repeat(4000)],
  ['announces a list of 2^64 - 1', '9bffffffffffffffff'],
  ['announces 4 GiB of bytes', '8301626f6b5affffffff00'],
  ['announces a text of 2^63', '7b7fffffffffffffff61'],
  ['has a map with a key twice', '8301626f6ba2656e616d657380656e616d657380'],
  ['has a list without end', '9f01626f6ba0ff'],
  ['has bytes without end', '5f41004100ff'],
  ['ends in the middle', '8301626f'],
  ['goes on behind its end', '8301626f6ba000'],
  ['is text that is none', '8301626f6b61ff'],
  ['is nothing at all', ''],
];

test.each(bombs)('a device whose answer %s is dropped', async (_what, hex) => {
  const met = await meet({ onMessage: (_frame, agent) => agent.send(strict(hex)) });
  const kept = await countKept();
  expect(await codeOfAsync(met.link.caller.call('receipt-list', {}))).toBe('agent.protocol');
  expect(await kept(maxKeptBytes)).toBeLessThan(maxKeptBytes);
  await expectDropped(met);
});

const badAnswers: readonly (readonly [string, CborValue])[] = [
  ['names with paths', { names: ['../../etc/passwd'] }],
  ['a number for a list', { names: 7 }],
  ['more names than there may be', { names: Array.from({ length: 1001 }, (_, at) => `n${at}`) }],
];

test.each(badAnswers)('an answer with %s is refused', async (_what, value) => {
  const { link } = await meet({
    hello: { ...goodHello, frame: 65_536 },
    onMessage: (frame, agent) => agent.message(frameTypes.answer, answer(idOf(frame), value)),
  });
  expect(await codeOfAsync(link.caller.call('receipt-list', {}))).toBe('device.bad-answer');
});

test('what a device says of a failure reaches no terminal as it is', async () => {
  const { link } = await meet({
    hello: { ...goodHello, frame: 65_536 },
    onMessage: (frame, agent) =>
      agent.message(frameTypes.answer, [idOf(frame), 'failed', `\u001b[2J${'x'.repeat(5000)}`]),
  });
  const { code, message } = await refusalOfAsync(link.caller.call('receipt-list', {}));
  expect(code).toBe('agent.call-failed');
  expect(message).toMatch(/^receipt-list: \?\[2Jx+$/);
  expect(message.length).toBeLessThan(500);
});

test('a device that says it has 4 GiB of a small file already is sent it anew, or refused', async () => {
  const offsets = [2 ** 32, 2 ** 32];
  const { link } = await meet({
    onMessage(frame, agent) {
      const offset = offsets.shift() ?? 0;
      agent.message(
        frameTypes.answer,
        answer(idOf(frame), { handle: 1, offset, prefix: new Uint8Array(32) }),
      );
    },
  });
  const path = join(await makeTempDir(), 'file');
  writeFileSync(path, 'small');
  const file = { path, sizeBytes: 5, sha256: digestOf(Buffer.from('small')), remoteName: 'file.cpk' };
  const kept = await countKept();
  expect(await codeOfAsync(sendFile(link.transfer, file, {}))).toBe('device.bad-answer');
  expect(await kept(maxKeptBytes)).toBeLessThan(maxKeptBytes);
});

const ping = serialFraming.encode({ type: frameTypes.ping, sequence: 0, body: new Uint8Array(0) });
const later = serialFraming.encode({ type: 12, sequence: 0, body: new Uint8Array(2000) });
const notAFrame = serialFraming
  .encode({ type: 12, sequence: 0, body: new Uint8Array(2000) })
  .map((byte) => (byte && byte ^ 1) || byte);
const repeat = (bytes: Uint8Array, count: number) => Buffer.concat(new Array<Uint8Array>(count).fill(bytes));

const floods: readonly (readonly [string, Buffer])[] = [
  ['pings', repeat(ping, 2000)],
  ['frames of a type of no version', repeat(later, 200)],
  ['damaged frames', repeat(notAFrame, 200)],
  ['garbage', Buffer.from(Uint8Array.from({ length: 65_536 }, (_, at) => (at * 167 + (at >> 8)) & 255))],
  ['a frame without end', Buffer.alloc(65_536, 0x55)],
  ['nothing but delimiters, then garbage', Buffer.concat([Buffer.alloc(60_000), Buffer.alloc(60_000, 7)])],
];

test.each(floods)(
  'a device that floods with %s is dropped, and nothing of it is kept',
  async (_what, piece) => {
    const met = await meet({});
    const kept = await countKept();
    const asked = codeOfAsync(met.link.caller.call('receipt-list', {}));
    let floodedBytes = 0;
    while (met.link.ends.length === 0 && floodedBytes < 64 * 1024 * 1024) {
      await met.agent.write(piece);
      floodedBytes += piece.length;
    }
    expect(await asked).toBe('agent.protocol');
    expect(floodedBytes).toBeLessThan(24 * 1024 * 1024);
    expect(await kept(maxKeptBytes)).toBeLessThan(maxKeptBytes);
    await expectDropped(met);
  },
);

/** A port to an agent that opens a session and then takes nothing: what is written waits for ever. */
function openDeafPort() {
  let hear: (frame: Frame) => void = () => undefined;
  let waitingBytes = 0;
  let isDeaf = false;
  const deframer = serialFraming.openDeframer();
  const port: Port = {
    path: 'deaf',
    baudRate: 115_200,
    listen(onData) {
      hear = (frame) => onData(serialFraming.encode(frame));
    },
    write(bytes) {
      waitingBytes += isDeaf ? bytes.length : 0;
      if (isDeaf) return new Promise<void>(() => undefined);
      const [frame] = deframer.push(bytes, 0);
      const said =
        frame?.type === frameTypes.open
          ? frameOf(frameTypes.accept, 0, { session: sessionOf(frame), calls: [] })
          : frameOf(frameTypes.hello, 0, goodHello);
      setImmediate(() => hear(said));
      return Promise.resolve();
    },
    drain: () => Promise.resolve(),
    setBaudRate: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const goDeaf = () => {
    isDeaf = true;
  };
  return { port, goDeaf, hear: (frame: Frame) => hear(frame), waitingBytes: () => waitingBytes };
}

const sessionOf = (open: Frame) => (bodyOf(open) as { session: Uint8Array }).session;

test('for a device that is owed answers and reads nothing, no more waits than may', async () => {
  const { port, hear, goDeaf, waitingBytes } = openDeafPort();
  const ends: ProvisionerError[] = [];
  const work = {
    deliver: () => undefined,
    onEnd: (error: ProvisionerError) => ends.push(error),
    patience: { askMs: 5000, isExpected: true },
  };
  const { session } = await openSession(port, work);
  goDeaf();
  // Each is new, so none of them makes a flood, and each is owed an acknowledgement.
  for (let sequence = 0; sequence < 100_000; sequence += 1)
    hear({ type: frameTypes.notice, sequence, body: new Uint8Array(0) });
  expect(ends).toEqual([]);
  expect(waitingBytes()).toBeGreaterThanOrEqual(maxQueuedBytes);
  expect(waitingBytes()).toBeLessThan(maxQueuedBytes + 100);
  session?.channel.end(new ProvisionerError('port.lost', 'the test is over'));
});

test('the largest frame that any device can make us keep is the one of the format', () => {
  const deframer = serialFraming.openDeframer();
  const huge = encodeFrame({ type: frameTypes.answer, sequence: 0, body: new Uint8Array(300_000).fill(1) });
  const line = Buffer.concat([Buffer.from([0]), huge.map((byte) => byte || 1), Buffer.from([0])]);
  expect(deframer.push(line, 0)).toEqual([]);
  expect(deframer.damagedCount).toBe(1);
});
