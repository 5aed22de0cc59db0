// Two million bad inputs for the agent protocol: none hangs, none throws anything but a closed code, nothing of them is kept.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorTable } from '../shared/errors/error.ts';
import { maxQueuedBytes } from '../shared/wire/bodies.ts';
import { countKept } from '../test/helpers/kept-bytes.ts';
import {
  fuzzAgent,
  fuzzDecoder,
  fuzzDeframers,
  fuzzStation,
  openMutator,
  type Tally,
} from '../test/helpers/wire-fuzz.ts';
import type { Bench, BenchRow } from './table.ts';

const rounds = 10;
const inputsPerRound = 50_000;
const firstSeed = Number(process.env.TRUSTBOX_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** What may become of an input. */
const isClosed = (outcome: string) =>
  /^(frame|read|refused|answered|noticed|sent( \d+)?)$/.test(outcome) || outcome in errorTable;

type Target = (seed: number) => Tally | Promise<Tally>;

/** All rounds of one target, the first of which warms up what is counted as kept. */
async function measure(report: (row: BenchRow) => void, name: string, target: Target): Promise<void> {
  const startedMs = performance.now();
  let strange = 0;
  let kept = await countKept();
  for (let round = 0; round < rounds; round += 1) {
    const tally = await target(firstSeed + round);
    strange += Object.keys(tally).filter((outcome) => !isClosed(outcome)).length;
    if (round === 0) kept = await countKept();
  }
  const seconds = (performance.now() - startedMs) / 1000;
  report({
    name: `bad input, ${name}`,
    value: strange === 0 ? rounds * inputsPerRound : 0,
    unit: 'inputs',
    target: { atLeast: rounds * inputsPerRound },
    note: `TRUSTBOX_FUZZ_SEED=${firstSeed}, ${Math.round((rounds * inputsPerRound) / seconds)} a second`,
  });
  report({
    name: `kept after it, ${name}`,
    value: (await kept(1e6)) / 1e6,
    unit: 'MB',
    target: { atMost: 1 },
  });
}

async function run(report: (row: BenchRow) => void): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'trustbox-fuzz-'));
  const path = process.env.PATH;
  // The agent runs programs of its PATH.
  process.env.PATH = join(dir, 'no-programs');
  let mostWaiting = 0;
  try {
    await measure(report, 'deframers', (seed) => fuzzDeframers(openMutator(seed), inputsPerRound));
    await measure(report, 'decoder', (seed) => fuzzDecoder(openMutator(seed), inputsPerRound));
    await measure(report, "the station's calls", (seed) => fuzzStation(openMutator(seed), inputsPerRound));
    await measure(report, "the agent's calls", async (seed) => {
      const { tally, waitingBytes } = await fuzzAgent(openMutator(seed), inputsPerRound, dir);
      mostWaiting = Math.max(mostWaiting, waitingBytes);
      return tally;
    });
    report({
      name: "most that waited for the agent's line",
      value: mostWaiting / 1e6,
      unit: 'MB',
      target: { atMost: (maxQueuedBytes + 4096) / 1e6 },
    });
  } finally {
    process.env.PATH = path;
    rmSync(dir, { recursive: true, force: true });
  }
}

export const bench: Bench = { name: 'fuzz', run };
