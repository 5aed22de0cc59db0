// Building a large package against `age -r` and `openssl dgst` on the same file, in one run.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTestSigner } from '../electron/cli/test-signer.ts';
import { type Bench, type BenchRow, median } from './table.ts';

const gib = 1024 ** 3;
const rounds = 3;

type Built = { sealMs: number; flushMs: number; readBackMs: number; peakBytes: number };

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

function makePayload(path: string, sizeBytes: number): void {
  const file = openSync(path, 'w');
  const block = randomBytes(16 * 1024 * 1024);
  for (let at = 0; at < sizeBytes; at += block.length) writeSync(file, block);
  closeSync(file);
}

/** What one run wrote is on the disk before the next is timed: nobody pays for the pages of somebody else. */
const settle = () => void spawnSync('sync');

/** The build in a process of its own, so that peak memory is its alone. */
function build(dir: string, payload: string): Built {
  settle();
  const child = join(import.meta.dirname, 'build-once.ts');
  const out = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', child, dir, payload], {
    encoding: 'utf8',
  });
  return JSON.parse(out) as Built;
}

function timeMs(command: string, args: readonly string[]): number {
  settle();
  const startedMs = performance.now();
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  return performance.now() - startedMs;
}

async function run(report: (row: BenchRow) => void): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'trustbox-bench-'));
  try {
    await measure(dir, report);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(dir: string, report: (row: BenchRow) => void): Promise<void> {
  const signer = await makeTestSigner('TEST bench signer');
  writeFileSync(join(dir, 'sign.pem'), signer.keyPem);
  writeFileSync(join(dir, 'sign.crt'), signer.certificatePem);
  const payload = join(dir, 'payload');
  makePayload(payload, gib);
  const runs = { build: [] as Built[], age: [] as number[], openssl: [] as number[] };
  const withAge = has('age') && has('age-keygen');
  if (!withAge) process.stderr.write('bench: age is NOT INSTALLED; its row is missing\n');
  const recipient = withAge
    ? /age1[a-z0-9]+/.exec(
        execFileSync('sh', ['-c', `age-keygen -o ${dir}/age.key 2>&1`], { encoding: 'utf8' }),
      )?.[0]
    : undefined;
  for (let round = 0; round < rounds; round += 1) {
    runs.build.push(build(dir, payload));
    if (recipient) runs.age.push(timeMs('age', ['-r', recipient, '-o', join(dir, 'out.age'), payload]));
    rmSync(join(dir, 'out.age'), { force: true });
    runs.openssl.push(timeMs('openssl', ['dgst', '-sha256', payload]));
  }
  const seal = median(runs.build.map(({ sealMs }) => sealMs));
  const openssl = median(runs.openssl);
  const age = recipient ? median(runs.age) : Number.NaN;
  const note = `build ${Math.round(seal)} ms, openssl dgst ${Math.round(openssl)} ms${recipient ? `, age ${Math.round(age)} ms` : ''}`;
  if (recipient)
    report({ name: 'build 1 GiB / age -r', value: seal / age, unit: 'x', target: { atMost: 1 }, note });
  report({
    name: 'build 1 GiB / openssl dgst -sha256',
    value: seal / openssl,
    unit: 'x',
    target: { atMost: 2.2 },
    note,
  });
  report({
    name: 're-read 1 GiB / openssl dgst -sha256',
    value: median(runs.build.map(({ readBackMs }) => readBackMs)) / openssl,
    unit: 'x',
    target: { atMost: 1.3 },
  });
  report({
    name: 'flush 1 GiB to disk',
    value: median(runs.build.map(({ flushMs }) => flushMs)),
    unit: 'ms',
    note: 'fsync before the rename; age does not do it',
  });
  const small = Math.max(...runs.build.map(({ peakBytes }) => peakBytes)) / 1e6;
  report({ name: 'peak memory, build 1 GiB', value: small, unit: 'MB', target: { atMost: 200 } });
  rmSync(payload);
  makePayload(payload, 4 * gib);
  if (statSync(payload).size !== 4 * gib) throw new Error('the large payload was not written');
  report({
    name: 'peak memory, 4 GiB / 1 GiB',
    value: build(dir, payload).peakBytes / 1e6 / small,
    unit: 'x',
    target: { atMost: 1.05 },
  });
}

export const bench: Bench = { name: 'package', run };
