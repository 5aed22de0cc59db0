// kill -9 in the middle of `trustbox package build`: no package, or the one that was there; the next build cleans up;
// every nonce that was ever claimed stays claimed.
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../electron/core/store/database.ts';
import { type CliResult, runCli } from '../../helpers/cli.ts';
import { copyStation, makeStation, type TestStation } from '../../helpers/station.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

/** Large enough that a build is still at it when the kill arrives. */
const payloadBytes = 128 * 1024 * 1024;

let prepared: TestStation;
let payloadPath: string;

beforeAll(async () => {
  prepared = await makeStation();
  payloadPath = join(await makeTempDir(), 'large.ta');
  await writeFile(payloadPath, '');
  await truncate(payloadPath, payloadBytes);
});

type Line = Readonly<Record<string, unknown>>;

const buildArgs = ({ dir, cert }: TestStation, outPath: string): string[] => [
  ...['package', 'build', '--payload', payloadPath, '--out', outPath, '--json'],
  ...['--id', 'test-app', '--name', 'Test', '--vendor', 'TEST', '--version', '1.2.3', '--key', 'test-app'],
  ...['--sign-key', join(dir, 'sign.pem'), '--sign-cert', cert],
];

const build = (station: TestStation, outPath: string): Promise<CliResult> =>
  runCli(station.home, buildArgs(station, outPath));

async function buildAndKill(
  station: TestStation,
  outPath: string,
  isMoment: (line: Line) => boolean,
): Promise<void> {
  const killed = await runCli(station.home, buildArgs(station, outPath), {
    onLine: (line, child) => {
      if (isMoment(line)) child.kill('SIGKILL');
    },
  });
  expect(killed.status, killed.stdout).toBeNull();
}

async function nonces({ home }: TestStation): Promise<string[]> {
  const db = openDatabase(join(home, 'station.db'));
  try {
    return (await db.selectFrom('seals').select('nonce').execute()).map(({ nonce }) => nonce);
  } finally {
    await db.destroy();
  }
}

const partsIn = async (dir: string) => (await readdir(dir)).filter((name) => name.endsWith('.trustbox-part'));

async function expectSound(station: TestStation, path: string): Promise<void> {
  const verify = ['package', 'verify', path, '--key', 'test-app', '--anchor', station.cert, '--json'];
  const verified = await runCli(station.home, verify);
  expect(verified.status, verified.stdout + verified.stderr).toBe(0);
}

async function expectLedgerWhole(station: TestStation, seals: number): Promise<void> {
  const claimed = await nonces(station);
  expect(claimed).toHaveLength(seals);
  expect(new Set(claimed).size).toBe(seals);
  const records = await runCli(station.home, ['records', 'verify', '--json']);
  expect(records.lines[0], records.stdout).toMatchObject({ ok: true });
}

const moments = [
  {
    moment: 'while it seals',
    isMoment: ({ step, sentBytes }: Line) => step === 'seal' && Number(sentBytes) < payloadBytes,
  },
  { moment: 'while it flushes', isMoment: ({ step }: Line) => step === 'flush' },
];

describe.each(moments)('killed $moment', ({ isMoment }) => {
  test('a build leaves no package; the next removes what it left, with a nonce of its own', {
    timeout: 120_000,
  }, async () => {
    const station = await copyStation(prepared);
    const outPath = join(station.dir, 'new.cpk');
    expect(await nonces(station)).toHaveLength(1);
    await buildAndKill(station, outPath, isMoment);
    expect(await readdir(station.dir)).not.toContain('new.cpk');
    expect(await partsIn(station.dir)).toEqual([
      expect.stringMatching(/^\.new\.cpk\.\d+-[0-9a-f]{8}\.trustbox-part$/),
    ]);
    await expectLedgerWhole(station, 2);
    const spent = await nonces(station);

    const built = await build(station, outPath);
    expect(built.status, built.stdout + built.stderr).toBe(0);
    expect(await partsIn(station.dir)).toEqual([]);
    await expectSound(station, outPath);
    await expectLedgerWhole(station, 3);
    const used = (await readFile(outPath)).subarray(160 + payloadBytes, 160 + payloadBytes + 12);
    expect(await nonces(station)).toEqual(expect.arrayContaining([...spent, used.toString('hex')]));
    expect(spent).not.toContain(used.toString('hex'));
  });

  test('a package that was there before is still the same, and sound', { timeout: 120_000 }, async () => {
    const station = await copyStation(prepared);
    const before = await readFile(station.cpk);
    await buildAndKill(station, station.cpk, isMoment);
    expect((await readFile(station.cpk)).equals(before)).toBe(true);
    await expectSound(station, station.cpk);
    await expectLedgerWhole(station, 2);
  });
});

test('what a killed build left is no package, and does no harm where it lies', {
  timeout: 120_000,
}, async () => {
  const station = await copyStation(prepared);
  await buildAndKill(station, join(station.dir, 'new.cpk'), (line) => line.step === 'seal');
  const [left = ''] = await partsIn(station.dir);
  const inspected = await runCli(station.home, ['package', 'verify', join(station.dir, left), '--json']);
  expect(inspected.status).toBe(11);
  // A build beside it, to another name, does not touch it.
  const built = await build(station, join(station.dir, 'other.cpk'));
  expect(built.status, built.stdout + built.stderr).toBe(0);
  expect(await partsIn(station.dir)).toEqual([left]);
});
