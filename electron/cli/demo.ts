// `npm run demo`: the main job, end to end, against a virtual box that behaves like a stock one. Every step is the real
// command, run as a user would run it, in a fresh folder that is removed at the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeDemoFiles } from './demo-files.ts';

const trustbox = join(import.meta.dirname, 'trustbox.mjs');

type Json = Record<string, unknown>;

/** Runs one command; its last JSON line is the answer. */
async function run(home: string, args: readonly string[]): Promise<Json> {
  const env = {
    ...process.env,
    TRUSTBOX_HOME: home,
    TRUSTBOX_PASSPHRASE: 'a passphrase for the demo',
    BOX_PASSWORD: 'trust',
  };
  const child = spawn(process.execPath, [trustbox, ...args, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  const status = await new Promise<number | null>((resolve) =>
    child.exitCode === null ? child.once('exit', resolve) : resolve(child.exitCode),
  );
  const last = lines.at(-1) ?? '{}';
  if (status === 0) return JSON.parse(last) as Json;
  throw new Error(`trustbox ${args.slice(0, 2).join(' ')} ended with ${status}: ${last}`);
}

async function startBox(home: string): Promise<{ box: ChildProcess; port: string; serial: string }> {
  const env = { ...process.env, TRUSTBOX_HOME: home };
  const box = spawn(process.execPath, [trustbox, 'virtual', '--count', '1', '--baud', '921600', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const first = await createInterface({ input: box.stdout })[Symbol.asyncIterator]().next();
  if (first.done) throw new Error('the virtual box did not start');
  const { port, serial } = JSON.parse(first.value) as { port: string; serial: string };
  return { box, port, serial };
}

/** Prints a step with its duration; throws on. */
async function step<T>(title: string, work: () => Promise<T>, describe: (value: T) => string): Promise<T> {
  const startedMs = performance.now();
  const value = await work();
  console.log(
    `${String(Math.round(performance.now() - startedMs)).padStart(6)} ms  ${title}${describe(value) ? `: ${describe(value)}` : ''}`,
  );
  return value;
}

const quiet = () => '';
const at = (value: unknown, ...path: string[]): string =>
  String(path.reduce<unknown>((found, key) => (found as Json | undefined)?.[key], value) ?? '');

async function demonstrate(dir: string, home: string): Promise<void> {
  const file = (name: string) => join(dir, name);
  const files = await step(
    'Make a payload and a signing key with its certificate',
    () => makeDemoFiles(dir),
    quiet,
  );
  const who = ['--operator', 'Demo', '--reason', 'demonstration on a virtual box'];
  await step(
    'Keep that certificate as a trust anchor of this station',
    () => run(home, ['trust', 'add', files.signCert, '--name', 'TEST demo root', ...who]),
    (found) => `${at(found, 'anchor', 'fingerprint').slice(0, 16)}...`,
  );
  const { box, port, serial } = await step(
    'Start a virtual TrustBox on a real pty at 921600 baud',
    () => startBox(home),
    (found) => found.serial,
  );
  try {
    const login = ['--port', port, '--user', 'admin', '--password-env', 'BOX_PASSWORD', '--baud', '921600'];
    const reading = await step(
      'Log in on its console, read the TEE public key and judge it',
      () => run(home, ['read', ...login]),
      (found) =>
        `${at(found, 'verdict', 'level')}, key ${at(found, 'publicKey', 'fingerprint').slice(0, 16)}...`,
    );
    await step('Make a class key in the vault', () => run(home, ['key', 'create', 'demo-app']), quiet);
    const cpk = file('demo-app.cpk');
    const about = [
      '--id',
      'demo-app',
      '--name',
      'Demo application',
      '--vendor',
      'TrustBox',
      '--version',
      '1.2.3',
      '--key',
      'demo-app',
    ];
    await step(
      'Sign and seal the payload into a package',
      () =>
        run(home, [
          'package',
          'build',
          '--payload',
          files.payload,
          ...about,
          '--sign-key',
          files.signKey,
          '--sign-cert',
          files.signCert,
          '--out',
          cpk,
        ]),
      (found) => `${at(found, 'package', 'fileBytes')} bytes`,
    );
    await step(
      'Verify it, with key and kept anchor',
      () => run(home, ['package', 'verify', cpk, '--key', 'demo-app']),
      (found) => `${(found.checks as unknown[]).length} checks`,
    );
    await step('Lint it for this device', () => run(home, ['package', 'lint', cpk, '--for', serial]), quiet);
    const loaded = await step(
      'Load: wrap and install the key, send and install the package, read back',
      () => run(home, ['load', ...login, '--package', cpk, '--key', 'demo-app', ...who]),
      (found) => at(found, 'receipt', 'outcome', 'summary'),
    );
    if (at(loaded, 'receipt', 'key', 'fingerprint') !== at(reading, 'publicKey', 'fingerprint'))
      throw new Error('the receipt names another key than was read');
    console.log(`\nReceipt\n${JSON.stringify(loaded.receipt, null, 2)}\n`);
    await writeFile(file('receipt.json'), JSON.stringify(loaded.receipt));
    await step(
      'Verify the journal and every receipt',
      () => run(home, ['records', 'verify']),
      (found) => `${at(found, 'entries')} entries, ${at(found, 'receipts')} receipt(s)`,
    );
    await step(
      'Verify the receipt alone, with the public key alone',
      () =>
        run(home, [
          'records',
          'verify',
          '--receipt',
          file('receipt.json'),
          '--public-key',
          at(loaded, 'receipt', 'station', 'publicKey'),
        ]),
      quiet,
    );
  } finally {
    box.kill('SIGTERM');
    await new Promise((resolve) => box.once('exit', resolve));
  }
}

const dir = await mkdtemp(join(tmpdir(), 'trustbox-demo-'));
try {
  await demonstrate(dir, join(dir, 'home'));
  console.log('\nDone: one box provisioned, one receipt filed, everything verifies.');
} catch (error) {
  console.error(`\nThe demo failed: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}
