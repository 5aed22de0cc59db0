// Old agents and new stations, and the other way round: they agree on what both know, over real ptys.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sendFile } from '../../../electron/core/agent/transfer.ts';
import type { CborValue } from '../../../shared/cbor.ts';
import { encodeFrame, frameTypes } from '../../../shared/wire/frame.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import { bodyOf, digestOf, frameOf, openRawLink, openRawStation } from '../../helpers/raw-link.ts';
import {
  callOf,
  goodHello,
  type Script,
  type ScriptedAgent,
  startScriptedAgent,
} from '../../helpers/scripted-agent.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { startVirtualBox, stopVirtualBoxes } from '../../helpers/virtual-box.ts';

const agents: ScriptedAgent[] = [];

afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.close()));
  await stopVirtualBoxes();
});

async function startAgent(script: Script): Promise<ScriptedAgent> {
  const agent = await startScriptedAgent(script);
  agents.push(agent);
  return agent;
}

const identity = {
  model: null,
  serialNumber: 'TBE201-9',
  hostname: null,
  kernel: 'Linux 7',
  bootId: null,
  teeDevice: true,
  optee: null,
  cpkTool: null,
  freeBytes: null,
  clockMs: 0,
};

test('a station takes from a later agent what it knows, and passes over the rest', async () => {
  const { port } = await startAgent({
    hello: { ...goodHello, versions: [1, 2, 7], colour: 'blue', more: { deep: [1] } },
    accept: (session) => ({ session, calls: ['identity', 'brew'], greeting: 'hi' }),
    onMessage(frame, agent) {
      const call = callOf(frame);
      agent.send({ type: 9, sequence: 77, body: Uint8Array.of(0xff) });
      agent.message(40, ['news', { of: 'later' }]);
      agent.message(frameTypes.answer, [call?.id ?? 0, 'ok', { ...identity, altitudeM: 3 }, 'extra']);
    },
  });
  const link = await openRawLink(port);
  for (let count = 0; count < 3; count += 1) expect(await link.caller.call('identity', {})).toEqual(identity);
  expect(link.session.calls.has('brew')).toBe(true);
  expect(link.ends).toEqual([]);
  await link.close();
});

test.each([
  ['earlier', [0]],
  ['later', [2, 3]],
])('an agent of %s versions only is refused as such', async (_when, versions) => {
  const { port, frames } = await startAgent({ hello: { ...goodHello, versions } });
  expect(await codeOfAsync(openRawLink(port))).toBe('agent.version');
  expect(frames.some(({ type }) => type === frameTypes.open)).toBe(false);
});

test('a failure that a station does not know is a failure', async () => {
  const { port } = await startAgent({
    onMessage: (frame, agent) =>
      agent.message(frameTypes.answer, [callOf(frame)?.id ?? 0, 'too-hot', 'it melts']),
  });
  const link = await openRawLink(port);
  expect(await codeOfAsync(link.caller.call('identity', {}))).toBe('agent.call-failed');
  await link.close();
});

test('an early agent with the smallest frame, a window of one and two calls gets a file as it can take it', async () => {
  const { session: _unknown, ...hello } = { ...goodHello, frame: 256, window: 1 };
  const bytes = Uint8Array.from({ length: 3000 }, (_, at) => at);
  const received: Uint8Array[] = [];
  let isEnded = false;
  const { port, frames } = await startAgent({
    hello,
    accept: (session) => ({ session, calls: ['file-begin', 'file-end'] }),
    acknowledge: (next) => frameOf(frameTypes.ack, next, [1, new Uint8Array(0)]),
    onMessage(frame, agent) {
      const call = callOf(frame);
      if (frame.type === frameTypes.data) received.push((bodyOf(frame) as [number, Uint8Array])[1]);
      const answers: Record<string, CborValue> = {
        'file-begin': { handle: 1, offset: 0, prefix: digestOf(new Uint8Array(0)) },
        'file-end': {},
      };
      isEnded ||= call?.name === 'file-end';
      const answer = call && answers[call.name];
      if (answer) agent.message(frameTypes.answer, [call.id, 'ok', answer]);
      else if (call) agent.message(frameTypes.answer, [call.id, 'not-supported', call.name]);
    },
  });
  const link = await openRawLink(port);
  const path = join(await makeTempDir(), 'file');
  writeFileSync(path, bytes);
  const file = { path, sizeBytes: bytes.length, sha256: digestOf(bytes), remoteName: 'file.cpk' };
  await sendFile(link.transfer, file, {});
  expect(isEnded).toBe(true);
  expect(Buffer.concat(received).equals(bytes)).toBe(true);
  expect(Math.max(...frames.map((frame) => encodeFrame(frame).length))).toBeLessThanOrEqual(256);
  expect(await codeOfAsync(link.caller.call('public-key', {}))).toBe('agent.not-supported');
  // A request that no frame of this link can hold is refused here.
  const large = { name: 'r.json', receipt: new Uint8Array(300) };
  expect(await codeOfAsync(link.caller.call('receipt-put', large))).toBe('agent.call-failed');
  expect(link.ends).toEqual([]);
  await link.close();
});

test('an agent takes from a later station what it knows, and passes over the rest', async () => {
  const box = await startVirtualBox(['--agent']);
  const station = await openRawStation(box.port);
  const accept = await station.open({ colour: 'blue', capabilities: ['brew'] });
  expect(accept.type).toBe(frameTypes.accept);
  await station.send({ type: 9, sequence: 5, body: Uint8Array.of(0xff) });
  await station.send(frameOf(41, 0, ['news']));
  await station.send(frameOf(frameTypes.call, 1, [1, 'receipt-list', { since: 5 }, { priority: 2 }]));
  expect(await station.answerTo(1)).toEqual([1, 'ok', { names: [] }]);
  await station.send(frameOf(frameTypes.call, 2, [2, 'brew', {}]));
  expect(await station.answerTo(2)).toEqual([2, 'not-supported', 'brew']);
  await station.close();
});

test('an agent answers a station of another version with a hello, and serves one of its own behind it', async () => {
  const box = await startVirtualBox(['--agent']);
  const station = await openRawStation(box.port);
  const answer = await station.open({ version: 2 });
  expect([answer.type, (bodyOf(answer) as { versions: number[] }).versions]).toEqual([frameTypes.hello, [1]]);
  expect((await station.open()).type).toBe(frameTypes.accept);
  await station.close();
});

test('an agent keeps to the frame of a station that takes little', async () => {
  const box = await startVirtualBox(['--agent']);
  const station = await openRawStation(box.port);
  await station.open({ frame: 256, window: 1 });
  await station.send(frameOf(frameTypes.call, 0, [1, 'identity', {}]));
  expect((await station.answerTo(1))[1]).toBe('failed');
  await station.send(frameOf(frameTypes.call, 1, [2, 'receipt-list', {}]));
  expect(await station.answerTo(2)).toEqual([2, 'ok', { names: [] }]);
  await station.close();
});
