// Trust anchors from the command line: kept once, used by every verify and load that names none.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTestSigner } from '../../electron/cli/test-signer.ts';
import { runCli } from '../helpers/cli.ts';
import { copyStation, loadArgs, makeStation, type TestStation } from '../helpers/station.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { stopVirtualBoxes, withBox } from '../helpers/virtual-box.ts';

let prepared: TestStation;
let foreign = '';

beforeAll(async () => {
  prepared = await makeStation();
  foreign = join(prepared.dir, 'foreign.crt');
  await writeFile(foreign, (await makeTestSigner('TEST foreign root')).certificatePem);
});
afterAll(stopVirtualBoxes);

const who = ['--operator', 'Ada', '--reason', 'work order 4711'];
const run = ({ home }: TestStation, ...args: string[]) => runCli(home, [...args, '--json']);
const add = (station: TestStation, file: string, name: string) =>
  run(station, 'trust', 'add', file, '--name', name, ...who, '--note', 'TEST');

const chainOf = async (station: TestStation, ...options: string[]) => {
  const { status, lines } = await run(station, 'package', 'verify', station.cpk, ...options);
  const checks = lines[0]?.checks as { name: string; ok: boolean | null }[];
  return { status, chain: checks.find(({ name }) => name === 'chain')?.ok };
};

test('trust add, list, remove', async () => {
  const station = await copyStation(prepared);
  expect((await run(station, 'trust', 'list')).lines[0]).toEqual({ anchors: [] });
  const added = await add(station, station.cert, 'Signing root');
  expect(added.lines[0]).toMatchObject({ anchor: { name: 'Signing root', subject: 'CN=TEST signer' } });
  expect((await run(station, 'trust', 'list')).lines[0]).toMatchObject({
    anchors: [
      { name: 'Signing root', state: 'good', addedBy: 'Ada', reason: 'work order 4711', note: 'TEST' },
    ],
  });
  expect((await add(station, station.cert, 'Twice')).status).toBe(54);
  expect((await run(station, 'trust', 'remove', 'Signing root')).status).toBe(2);
  expect((await run(station, 'trust', 'remove', 'Signing root', ...who)).status).toBe(0);
  expect((await run(station, 'trust', 'remove', 'Signing root', ...who)).status).toBe(55);
  expect((await run(station, 'records', 'verify')).lines[0]).toMatchObject({ ok: true });
});

test('adding one needs the passphrase of the vault', async () => {
  const station = await copyStation(prepared);
  const args = ['trust', 'add', station.cert, '--name', 'Signing root', ...who, '--json'];
  const refused = await runCli(station.home, args, { env: { TRUSTBOX_PASSPHRASE: 'another passphrase' } });
  expect(refused.status).toBe(47);
  expect((await run(station, 'trust', 'list')).lines[0]).toEqual({ anchors: [] });
});

test('package verify checks against what is kept, unless --anchor names another', async () => {
  const station = await copyStation(prepared);
  expect(await chainOf(station)).toEqual({ status: 0, chain: null });
  await add(station, foreign, 'Foreign');
  expect(await chainOf(station)).toEqual({ status: 11, chain: false });
  expect(await chainOf(station, '--anchor', station.cert)).toEqual({ status: 0, chain: true });
  await add(station, station.cert, 'Signing root');
  expect(await chainOf(station)).toEqual({ status: 0, chain: true });
  expect(await chainOf(station, '--anchor', foreign)).toEqual({ status: 11, chain: false });
});

test('package verify makes no station where there is none', async () => {
  const home = join(await makeTempDir(), 'home');
  const { status } = await runCli(home, ['package', 'verify', prepared.cpk, '--json']);
  expect(status).toBe(0);
  expect((await runCli(home, ['trust', 'list', '--json'])).lines[0]).toEqual({ anchors: [] });
});

test('load refuses a signer that no kept anchor issued, before the device is touched', async () => {
  const station = await copyStation(prepared);
  await add(station, foreign, 'Foreign');
  await withBox([], async (box) => {
    expect((await runCli(station.home, loadArgs(station, box))).status).toBe(11);
    expect(await box.state()).toMatchObject({ installed: [], hasKey: false });
    await run(station, 'trust', 'remove', 'Foreign', ...who);
    await add(station, station.cert, 'Signing root');
    expect((await runCli(station.home, loadArgs(station, box))).status).toBe(0);
  });
});
