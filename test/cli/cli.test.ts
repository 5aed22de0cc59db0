// The spellings that scripts rely on, exit statuses, and texts that are documented.
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderErrorCodes } from '../../electron/cli/commands/errors.ts';
import { runCli } from '../helpers/cli.ts';
import { loadArgs, makeStation, type TestStation } from '../helpers/station.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { stopVirtualBoxes, withBox } from '../helpers/virtual-box.ts';

let station: TestStation;

beforeAll(async () => {
  station = await makeStation();
});
afterAll(stopVirtualBoxes);

const run = (...args: string[]) => runCli(station.home, args);

test('docs/error-codes.md is the table that the program has', () => {
  expect(readFileSync(resolve('docs/error-codes.md'), 'utf8')).toContain(renderErrorCodes());
});

describe('fixed spellings', () => {
  test('read, load and records verify', async () => {
    await withBox([], async ({ port }) => {
      const reading = await run(
        'read',
        '--port',
        port,
        '--user',
        'admin',
        '--password-env',
        'BOX_PASSWORD',
        '--json',
      );
      expect(reading.lines).toHaveLength(1);
      expect(reading.lines[0]).toMatchObject({
        device: { serialNumber: 'TBE201-V0001' },
        publicKey: {
          spki: expect.stringMatching(/^MII/),
          fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        verdict: { level: 'L0' },
      });
      const loaded = await runCli(station.home, loadArgs(station, { port }));
      expect(loaded.lines.every((line) => !('text' in line))).toBe(true);
      expect(loaded.lines.at(-1)).toMatchObject({
        receipt: { operator: { name: 'T. Ester' }, outcome: { state: 'installed' } },
      });
      expect((await run('records', 'verify', '--json')).lines[0]).toMatchObject({ ok: true, receipts: 1 });
      const lint = await run('package', 'lint', station.cpk, '--for', 'TBE201-V0001', '--json');
      expect(lint.lines[0]).toMatchObject({ ok: true, profile: 'trustbox-edge-201' });
    });
  });

  test('key import, create, list; a name that exists is refused', async () => {
    const base64 = Buffer.alloc(32, 5).toString('base64');
    expect((await run('key', 'import', 'imported', '--base64', base64)).status).toBe(0);
    expect((await run('key', 'create', 'imported')).status).toBe(45);
    const listed = await run('key', 'list', '--json');
    expect(listed.stdout).toContain('"imported"');
    expect(listed.stdout).not.toContain(base64);
  });

  test('package verify: exit 0 only when ok', async () => {
    const good = await run(
      'package',
      'verify',
      station.cpk,
      '--key',
      'test-app',
      '--anchor',
      station.cert,
      '--json',
    );
    expect(good).toMatchObject({ status: 0, lines: [{ ok: true }] });
    const bytes = await readFile(station.cpk);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    const path = join(station.dir, 'bad.cpk');
    await writeFile(path, bytes);
    const bad = await run('package', 'verify', path, '--json');
    expect(bad).toMatchObject({ status: 11, lines: [{ ok: false }] });
  });
});

describe('errors', () => {
  test('are JSON documents under --json, with the exit status of their code', async () => {
    const failed = await run(
      'read',
      '--port',
      '/dev/ttyNONE',
      '--user',
      'a',
      '--password-env',
      'BOX_PASSWORD',
      '--json',
    );
    expect(failed.status).toBe(20);
    expect(failed.lines[0]).toMatchObject({
      error: { code: 'port.not-found', advice: expect.stringContaining('cable') },
    });
  });
  test('are words with advice otherwise', async () => {
    const failed = await run('package', 'inspect', '/nonexistent.cpk');
    expect(failed.stderr).toContain('What to do:');
    expect(failed.stdout).toBe('');
  });
  test.each([
    [['fly']],
    [['load']],
    [['package', 'build', '--version', '1']],
    [['read', '--port', 'x', '--baud', 'fast']],
  ])('usage %j ends with 2', async (args) => {
    expect((await run(...args)).status).toBe(2);
  });
  test('a wrong passphrase is refused without hints', async () => {
    const failed = await runCli(station.home, ['key', 'create', 'x'], {
      env: { TRUSTBOX_PASSPHRASE: 'not the passphrase' },
    });
    expect(failed.status).toBe(47);
  });
});

test('a recipe runs the same job; a broken one names the field', async () => {
  const path = join(station.dir, 'recipe.json');
  const recipe = {
    recipe: 1,
    name: 'test',
    action: 'load',
    package: 'app.cpk',
    key: 'test-app',
    user: 'admin',
    passwordEnv: 'BOX_PASSWORD',
    operator: 'R',
    reason: 'recipe',
  };
  await withBox([], async ({ port }) => {
    await writeFile(path, JSON.stringify({ ...recipe, ports: [port] }));
    expect((await run('run', path, '--json')).lines.at(-1)).toMatchObject({
      receipt: { operator: { name: 'R' } },
    });
    await writeFile(
      path,
      JSON.stringify({ ...recipe, action: 'enrol', package: undefined, key: undefined, ports: [port] }),
    );
    expect((await run('run', path, '--json')).lines.at(-1)).toMatchObject({
      receipt: { package: null, outcome: { state: 'enrolled' } },
    });
  });
  await writeFile(path, JSON.stringify({ ...recipe, colour: 'red' }));
  const broken = await run('run', path, '--json');
  expect(broken).toMatchObject({ status: 72 });
});

describe('diagnose', () => {
  const findings = (result: { lines: readonly Record<string, unknown>[] }) =>
    Object.fromEntries(
      ((result.lines[0]?.findings ?? []) as { point: string; ok: boolean | null }[]).map(({ point, ok }) => [
        point,
        ok,
      ]),
    );

  test('walks a good box to its clock', async () => {
    await withBox([], async ({ port }) => {
      const report = await run(
        'diagnose',
        '--port',
        port,
        '--user',
        'admin',
        '--password-env',
        'BOX_PASSWORD',
        '--json',
      );
      expect(findings(report)).toEqual({
        port: true,
        permission: true,
        free: true,
        agent: null,
        speed: true,
        login: true,
        identity: true,
        'OP-TEE': true,
        'TEE device': true,
        'cpk-tool': true,
        CPM: true,
        space: true,
        clock: true,
      });
      expect(report.status).toBe(0);
    });
  });
  test('finds the speed that a box really has', { timeout: 90_000 }, async () => {
    await withBox(['--baud', '57600'], async ({ port }) => {
      const report = await run('diagnose', '--port', port, '--json');
      expect(report.stdout).toContain('at 57600 baud it answers');
      expect(findings(report).speed).toBe(false);
    });
  });
  test('names what is missing on a box', async () => {
    await withBox(['--no-tool', 'cpk-tool', '--free-bytes', '1000000'], async ({ port }) => {
      const report = await run(
        'diagnose',
        '--port',
        port,
        '--user',
        'admin',
        '--password-env',
        'BOX_PASSWORD',
        '--json',
      );
      expect(findings(report)).toMatchObject({ 'cpk-tool': false, space: false });
    });
  });
  test('stops at a port that is not there', async () => {
    expect(findings(await run('diagnose', '--port', '/dev/ttyNONE', '--json'))).toEqual({ port: false });
  });
});

test('virtual boxes of this station are listed, and gone when they are', async () => {
  const home = join(await makeTempDir(), 'home');
  const listed: unknown[] = [];
  const ended = await runCli(home, ['virtual', '--count', '2', '--json'], {
    onLine: (line, child) => {
      listed.push(line.port);
      if (listed.length === 2) {
        void runCli(home, ['devices', '--json']).then((found) => {
          listed.push(...((found.lines[0]?.devices ?? []) as { port: string }[]).map(({ port }) => port));
          child.kill('SIGTERM');
        });
      }
    },
  });
  expect(ended.status).toBe(0);
  expect(listed).toHaveLength(4);
  expect(new Set(listed).size).toBe(2);
  expect((await runCli(home, ['devices', '--json'])).lines[0]).toEqual({ devices: [] });
});
