// Twenty thousand bad inputs for deframers, decoder and both ends of the calls. The bench takes two million.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { maxQueuedBytes } from '../../../shared/wire/bodies.ts';
import { countKept } from '../../helpers/kept-bytes.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import {
  fuzzAgent,
  fuzzDecoder,
  fuzzDeframers,
  fuzzStation,
  openMutator,
  type Tally,
} from '../../helpers/wire-fuzz.ts';

const seed = Number(process.env.TRUSTBOX_FUZZ_SEED ?? 20_261_123);
const inputs = 5000;
const path = process.env.PATH;

const maxKeptBytes = 4 * 1024 * 1024;

beforeAll(async () => {
  console.log(`TRUSTBOX_FUZZ_SEED=${seed}`);
  // The agent runs programs of its PATH.
  process.env.PATH = join(await makeTempDir(), 'no-programs');
});

afterAll(() => {
  process.env.PATH = path;
});

/** Runs it, and holds what is kept behind it to a few megabytes. */
async function bounded<T>(run: () => T | Promise<T>): Promise<T> {
  const kept = await countKept();
  const result = await run();
  expect(await kept(maxKeptBytes)).toBeLessThan(maxKeptBytes);
  return result;
}

const outcomes = (tally: Tally) => Object.keys(tally).toSorted();

test('deframers emit only frames with a good checksum', async () => {
  const tally = await bounded(() => fuzzDeframers(openMutator(seed), inputs));
  expect(outcomes(tally)).toEqual(['frame']);
  expect(tally.frame).toBeGreaterThan(inputs / 4);
});

test('the decoder reads or refuses', async () => {
  const tally = await bounded(() => fuzzDecoder(openMutator(seed), inputs));
  expect(outcomes(tally)).toEqual(['read', 'refused']);
  expect(tally.read).toBeGreaterThan(100);
});

test("the station's sessions end with closed codes", async () => {
  const tally = await bounded(() => fuzzStation(openMutator(seed), inputs));
  expect(outcomes(tally)).toEqual(
    expect.arrayContaining(['agent.not-supported', 'agent.protocol', 'answered', 'sent']),
  );
  const closed = [
    'agent.call-failed',
    'agent.not-supported',
    'agent.protocol',
    'agent.restarted',
    'answered',
    'device.bad-answer',
    'noticed',
    'port.lost',
    'sent',
  ];
  expect(closed).toEqual(expect.arrayContaining(outcomes(tally)));
});

test('the agent answers, leaves, and keeps no more than may wait for its line', async () => {
  const dir = await makeTempDir();
  const { tally, waitingBytes } = await bounded(() => fuzzAgent(openMutator(seed), inputs, dir));
  expect(tally['sent 4']).toBeGreaterThan(inputs / 64);
  expect(tally['sent 17']).toBeGreaterThan(10);
  expect(tally['sent 7']).toBeGreaterThan(10);
  expect(waitingBytes).toBeLessThan(maxQueuedBytes + 4096);
});
