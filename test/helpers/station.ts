// A station with a class key and a small signed package, ready to load.
import { randomBytes } from 'node:crypto';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { makeTestSigner, type TestSigner } from '../../electron/cli/test-signer.ts';
import { runCli } from './cli.ts';
import { makeTempDir } from './temp-dir.ts';
import type { VirtualBox } from './virtual-box.ts';

let shared: Promise<TestSigner> | null = null;

/** One key for a whole test process: making them is slow. */
export const testSigner = (): Promise<TestSigner> => {
  shared ??= makeTestSigner('TEST signer');
  return shared;
};

export type TestStation = {
  readonly dir: string;
  readonly home: string;
  readonly cpk: string;
  readonly cert: string;
};

export async function makeStation(payloadBytes = 8192): Promise<TestStation> {
  const dir = await makeTempDir();
  const file = (name: string) => join(dir, name);
  const signer = await testSigner();
  await writeFile(file('sign.pem'), signer.keyPem);
  await writeFile(file('sign.crt'), signer.certificatePem);
  await writeFile(file('app.ta'), randomBytes(payloadBytes));
  const home = file('home');
  expect((await runCli(home, ['key', 'create', 'test-app', '--json'])).status).toBe(0);
  const about = [
    '--id',
    'test-app',
    '--name',
    'Test',
    '--vendor',
    'TEST',
    '--version',
    '1.2.3',
    '--key',
    'test-app',
  ];
  const sign = ['--sign-key', file('sign.pem'), '--sign-cert', file('sign.crt')];
  const built = await runCli(home, [
    'package',
    'build',
    '--payload',
    file('app.ta'),
    ...about,
    ...sign,
    '--out',
    file('app.cpk'),
    '--json',
  ]);
  expect(built.status, built.stdout + built.stderr).toBe(0);
  return { dir, home, cpk: file('app.cpk'), cert: file('sign.crt') };
}

export const loadArgs = (station: TestStation, box: Pick<VirtualBox, 'port'>): string[] => [
  'load',
  '--port',
  box.port,
  '--package',
  station.cpk,
  '--key',
  'test-app',
  '--user',
  'admin',
  '--password-env',
  'BOX_PASSWORD',
  '--operator',
  'T. Ester',
  '--reason',
  'a test',
  '--json',
];

/** A fresh copy of a station that was made once: the same keys and package, its own records. */
export async function copyStation(from: TestStation): Promise<TestStation> {
  const dir = await makeTempDir();
  await cp(from.dir, dir, { recursive: true });
  return { dir, home: join(dir, 'home'), cpk: join(dir, 'app.cpk'), cert: join(dir, 'sign.crt') };
}
