// Sessions that were recorded stay: today's station holds them with the recorded agent, today's agent with the recorded
// station. What was sent twice counts once: when a resend comes is a matter of time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openLineEnd } from '../../../device/virtual/line-end.ts';
import { type Frame, frameTypes, isMessage } from '../../../shared/wire/frame.ts';
import { serialFraming } from '../../../shared/wire/serial-framing.ts';
import { doGolden, type GoldenEntry, goldenFile, readGolden } from '../../helpers/golden-agent.ts';
import { bodyOf, openRawLink, openRawStation } from '../../helpers/raw-link.ts';
import { scratchOf, startVirtualBox, stopVirtualBoxes } from '../../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const entries = readGolden();
const bytesOf = ({ hex }: GoldenEntry) => new Uint8Array(Buffer.from(hex, 'hex'));
const asHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const framesOf = (from: GoldenEntry['from']) => {
  const deframer = serialFraming.openDeframer();
  return entries.filter((entry) => entry.from === from).flatMap((entry) => deframer.push(bytesOf(entry), 0));
};
const once = (frames: readonly Frame[]) => [
  ...new Set(frames.map((frame) => asHex(serialFraming.encode(frame)))),
];
const openIn = (frames: readonly Frame[]) => frames.find(({ type }) => type === frameTypes.open) as Frame;
const sessionIn = (frame: Frame) => (bodyOf(frame) as { session: Uint8Array }).session;

/** The bytes with another session id. */
function inSession(frame: Frame, from: Uint8Array, to: Uint8Array): Frame {
  const at = asHex(frame.body).indexOf(asHex(from));
  if (at < 0) return frame;
  const body = frame.body.slice();
  body.set(to, at / 2);
  return { ...frame, body };
}

test('the recording has what it should: hello, identity, a file with a lost frame, a call that no agent knows', () => {
  const station = framesOf('station');
  expect(entries.filter(({ lost }) => lost).length).toBe(1);
  expect(station.filter(({ type }) => type === frameTypes.data).length).toBe(5);
  expect(new Set(once(station.filter(({ type }) => type === frameTypes.data))).size).toBe(4);
  const names = station
    .filter(({ type }) => type === frameTypes.call)
    .map((frame) => (bodyOf(frame) as unknown[])[1]);
  expect(names).toEqual(['identity', 'file-begin', 'file-end', 'make-coffee']);
});

test("today's station says to the recorded agent what it said then, byte for byte", async () => {
  const golden = framesOf('station');
  const recorded = sessionIn(openIn(golden));
  const end = await openLineEnd(4_000_000);
  const deframer = serialFraming.openDeframer();
  const said: Frame[] = [];
  let at = 0;
  let isKnocked = false;
  /** How many different frames of the station come before the next entry of the agent. */
  const dueBefore = (index: number) => {
    const before = serialFraming.openDeframer();
    return once(
      entries
        .slice(0, index)
        .filter(({ from }) => from === 'station')
        .flatMap((entry) => before.push(bytesOf(entry), 0)),
    ).length;
  };
  const play = () => {
    for (; at < entries.length; at += 1) {
      const entry = entries[at] as GoldenEntry;
      if (entry.from === 'station') continue;
      if (!isKnocked || once(said).length < dueBefore(at)) return;
      const [frame] = serialFraming.openDeframer().push(bytesOf(entry), 0) as [Frame];
      const ours = said.length > 0 ? inSession(frame, recorded, sessionIn(openIn(said))) : frame;
      end.pty.writer.write(serialFraming.encode(ours));
    }
  };
  end.pty.reader.on('data', (bytes: Buffer) => {
    said.push(...deframer.push(bytes, 0));
    isKnocked ||= deframer.isKnocked;
    play();
  });
  const link = await openRawLink(end.pty.slavePath);
  const { identity, unknown } = await doGolden(link);
  expect(identity).toMatchObject({ serialNumber: 'TBE201-V0001', kernel: 'Linux 6.6.0-TEST' });
  expect(unknown).toBe('agent.not-supported');
  expect(at).toBeGreaterThan(10);
  const session = sessionIn(openIn(said));
  const expected = once(golden);
  for (let count = 0; count < 100 && once(said).length < expected.length; count += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(once(said.map((frame) => inSession(frame, session, recorded)))).toEqual(expected);
  expect(link.ends).toEqual([]);
  await link.close();
  await end.close();
});

/** What of an agent's answer may not change: everything but what a box tells about itself. */
const kept = (frame: Frame) => {
  const [id, outcome, value] = bodyOf(frame) as [number, string, Record<string, unknown> | string];
  if (outcome !== 'ok') return [id, outcome];
  const claims = Object.entries(value).map(([key, claim]) => [key, claim === null ? 'null' : typeof claim]);
  return [id, outcome, id === 1 ? Object.fromEntries(claims) : value];
};

test("today's agent answers the recorded station what was answered then", async () => {
  const box = await startVirtualBox(['--agent']);
  const station = await openRawStation(box.port, false);
  await station.knock();
  const messages = () => station.frames.filter(({ type }) => isMessage(type));
  const lastAck = () => station.frames.findLast(({ type }) => type === frameTypes.ack)?.sequence ?? 0;
  let due = 0;
  let acked = 0;
  for (const entry of entries) {
    const [frame] = serialFraming.openDeframer().push(bytesOf(entry), 0);
    if (frame === undefined) continue;
    if (entry.from === 'agent') {
      if (isMessage(frame.type)) due = frame.sequence + 1;
      if (frame.type === frameTypes.ack) acked = frame.sequence;
      continue;
    }
    await station.wait(
      () => new Set(messages().map(({ sequence }) => sequence)).size >= due && lastAck() >= acked,
    );
    if (!entry.lost) await station.port.write(bytesOf(entry));
    if (frame.type === frameTypes.open) await station.wait(({ type }) => type === frameTypes.accept);
  }
  const golden = framesOf('agent').filter(({ type }) => isMessage(type));
  const answers = messages().filter(
    ({ sequence }, index, all) => all.findIndex((other) => other.sequence === sequence) === index,
  );
  expect(answers.map(kept)).toEqual(golden.map(kept));
  expect(golden.length).toBe(4);
  const staged = join(scratchOf(box), 'var/lib/trustbox-agent/staging/golden-TEST.cpk');
  expect(readFileSync(staged).equals(goldenFile)).toBe(true);
  const accept = bodyOf(station.frames.find(({ type }) => type === frameTypes.accept) as Frame) as {
    calls: string[];
  };
  const then = bodyOf(framesOf('agent').find(({ type }) => type === frameTypes.accept) as Frame) as {
    calls: string[];
  };
  expect(accept.calls).toEqual(expect.arrayContaining(then.calls));
  await station.close();
});
