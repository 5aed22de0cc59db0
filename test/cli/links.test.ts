// `--link`, what each command says of the link, and `devices --watch`.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliResult, runCli } from '../helpers/cli.ts';
import { loadArgs, makeStation, type TestStation } from '../helpers/station.ts';
import { startBoxesOf } from '../helpers/station-process.ts';
import { startVirtualBox, stopVirtualBoxes, type VirtualBox } from '../helpers/virtual-box.ts';

let station: TestStation;
let agentBox: VirtualBox;
let consoleBox: VirtualBox;

beforeAll(async () => {
  station = await makeStation();
  [agentBox, consoleBox] = await Promise.all([startVirtualBox(['--agent']), startVirtualBox()]);
});
afterAll(stopVirtualBoxes);

const run = (...args: string[]) => runCli(station.home, args);
const login = ['--user', 'admin', '--password-env', 'BOX_PASSWORD'];
const codeOf = ({ lines }: CliResult) => (lines.at(-1)?.error as { code?: string } | undefined)?.code;
const findings = ({ lines }: CliResult) =>
  Object.fromEntries(
    ((lines[0]?.findings ?? []) as { point: string; ok: boolean | null }[]).map(({ point, ok }) => [
      point,
      ok,
    ]),
  );

describe('--link', () => {
  test('left out, an agent is found and needs no login', async () => {
    const read = await run('read', '--port', agentBox.port, '--json');
    expect(read.lines[0]).toMatchObject({
      device: { serialNumber: agentBox.serial },
      link: { kind: 'agent', agent: expect.stringMatching(/^trustbox-agent /), baudRate: 115_200 },
    });
  });

  test('auto finds the console', async () => {
    const read = await run('read', '--port', consoleBox.port, '--link', 'auto', ...login, '--json');
    expect(read.lines[0]).toMatchObject({ link: { kind: 'console', agent: null, quality: null } });
  });

  test('agent, where there is a login prompt: refused, not another way found', {
    timeout: 60_000,
  }, async () => {
    const read = await run('read', '--port', consoleBox.port, '--link', 'agent', ...login, '--json');
    expect(codeOf(read)).toBe('agent.silent');
    expect(read.status).not.toBe(0);
  });

  test('console, where only an agent is: refused, and the agent answers the next visit', async () => {
    const read = await run('read', '--port', agentBox.port, '--link', 'console', ...login, '--json');
    expect(codeOf(read)).toBe('console.silent');
    expect((await run('read', '--port', agentBox.port, '--json')).status).toBe(0);
  });

  test('another word is refused before any port is opened', async () => {
    const read = await run('read', '--port', '/dev/ttyNONE', '--link', 'radio', '--json');
    expect(read.status).not.toBe(0);
    expect(read.stderr + read.stdout).toContain('agent, console');
    expect(read.stdout).not.toContain('port.not-found');
  });

  test('a load says at its step which link it took', async () => {
    const loaded = await runCli(station.home, [...loadArgs(station, agentBox), '--link', 'agent']);
    const connected = loaded.lines.find(({ step, state }) => step === 'connect' && state === 'done');
    expect(connected?.detail).toMatch(/^trustbox-agent /);
    expect(loaded.lines.at(-1)).toMatchObject({ receipt: { outcome: { state: 'installed' } } });
  });
});

test('diagnose asks the agent, and looks inside through it', async () => {
  const report = await run('diagnose', '--port', agentBox.port, '--json');
  expect(findings(report)).toMatchObject({ port: true, free: true, agent: true, identity: true, CPM: true });
  expect(findings(report)).not.toHaveProperty('login');
  expect(report.status).toBe(0);
});

test('diagnose for an agent that is not there says so', { timeout: 60_000 }, async () => {
  const report = await run('diagnose', '--port', consoleBox.port, '--link', 'agent', '--json');
  expect(findings(report)).toEqual({ port: true, permission: true, free: true, agent: false });
  expect(report.status).not.toBe(0);
});

test('devices --watch: what is there, what comes and what goes, until Ctrl-C', {
  timeout: 60_000,
}, async () => {
  const { boxes } = await startBoxesOf(station.home, ['--serial-base', '77']);
  const [box] = boxes as [VirtualBox];
  const port = join(station.home, 'virtual', `ttyVBX-${box.serial}`);
  const seen: string[] = [];
  const watched = await runCli(station.home, ['devices', '--watch', '--json'], {
    onLine(line, child) {
      if ((line.device as { port?: string }).port !== port) return;
      seen.push(String(line.event));
      if (seen.length === 1) void box.control({ do: 'unplug' });
      if (seen.length === 2) void box.control({ do: 'plug' });
      if (seen.length === 3) child.kill('SIGINT');
    },
  });
  expect(seen).toEqual(['present', 'unplugged', 'plugged']);
  expect(watched.lines.every(({ event, at, device }) => event && at && device)).toBe(true);
  expect(watched.stderr).toBe('');
  expect(watched.status).toBe(0);
});
