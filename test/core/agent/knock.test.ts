// The question whether an agent is there, put to real consoles: what each of them shows, and what it does not do.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../../device/virtual/programs.ts';
import { systemClock } from '../../../electron/core/clock.ts';
import { silentLog } from '../../../electron/core/log.ts';
import { askForAgent, createLinkOpener, nothingKnown, openLinkOn } from '../../../electron/core/open-link.ts';
import { openPort } from '../../../electron/core/port.ts';
import { frameTypes } from '../../../shared/wire/frame.ts';
import { serialFraming } from '../../../shared/wire/serial-framing.ts';
import { runCli } from '../../helpers/cli.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import { frameOf } from '../../helpers/raw-link.ts';
import { goodHello } from '../../helpers/scripted-agent.ts';
import { openScriptedEnd } from '../../helpers/scripted-end.ts';
import { loadArgs, makeStation, type TestStation } from '../../helpers/station.ts';
import { openRealConsole, type TappedLine, tapBox } from '../../helpers/tapped-line.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { startVirtualBox, stopVirtualBoxes } from '../../helpers/virtual-box.ts';

afterAll(stopVirtualBoxes);

const knock = '\u0005\u0015';
const baudRate = 115_200;
const surroundings = { log: silentLog, clock: systemClock, ...nothingKnown };

/** Asks as every command does, and goes away again. */
async function ask(port: string): Promise<void> {
  const open = await openPort(port, baudRate);
  const answer = await askForAgent(open, { link: 'auto' }, surroundings);
  await open.close();
  expect(answer.link).toBe(null);
}

/** What was begun is shown late on a busy machine, and a line that says something is not knocked at. */
async function askUntilKnocked(line: TappedLine): Promise<void> {
  while (knocks(line) === 0) await ask(line.port);
}

const knocks = ({ typed }: TappedLine) => typed.filter((piece) => piece === knock).length;

describe('a shell', () => {
  const bash = (...options: string[]) => ['bash', ['--norc', '--noprofile', ...options, '-i']] as const;
  test.each([
    ['bash', ...bash(), ''],
    ['bash, the cursor in the middle of a line', ...bash(), '\u0001\u001b[C\u001b[C'],
    ['bash in vi mode', ...bash('-o', 'vi'), ''],
    ['sh without line editing', 'sh', ['-i'], ''],
    ['busybox ash', 'busybox', ['sh', '-i'], ''],
    ['busybox ash, the cursor in the middle of a line', 'busybox', ['sh', '-i'], '\u001b[D\u001b[D\u001b[D'],
  ] as const)(
    '%s: a line that somebody began is empty, and nothing was run',
    async (_title, program, args, keys) => {
      const dir = await makeTempDir();
      const line = openRealConsole(program, args);
      await line.expect(/\$ (?:\u001b\[6n)?$/);
      // Not empty and not harmless, should any part of it be run.
      line.type(`touch ${dir}/A; touch ${dir}/B; touch ${dir}/C`);
      await line.expect(/C$/);
      line.type(keys);
      await askUntilKnocked(line);
      line.type(`\recho $((6 * 7)) > ${dir}/done\r`);
      await expect.poll(() => existsSync(join(dir, 'done')), { timeout: 10_000 }).toBe(true);
      expect(['A', 'B', 'C'].filter((name) => existsSync(join(dir, name)))).toEqual([]);
      expect(line.shown()).not.toMatch(/not found|syntax error/);
    },
  );
});

describe('a login', () => {
  test.each([
    ['agetty', 'agetty', ['-L', 'TTY', '115200', 'vt220'], ''],
    ['agetty, half a name', 'agetty', ['-L', 'TTY', '115200', 'vt220'], 'adm'],
    ['agetty that looks for the speed', 'agetty', ['TTY', '115200,9600', 'vt220'], ''],
    ['busybox getty, half a name', 'busybox', ['getty', '-L', '115200', 'TTY', 'vt220'], 'adm'],
  ] as const)('%s: the name is empty, and asked for again', async (_title, program, args, begun, ...rest) => {
    const [ctx] = rest as unknown as [{ skip(why: string): void }];
    if (process.getuid?.() !== 0) return ctx?.skip('only root may run a getty');
    if (findProgram(program) === null) return ctx?.skip(`this machine has no ${program}`);
    const line = openRealConsole(program, args);
    await line.expect(/login: $/);
    line.type(begun);
    if (begun !== '') await line.expect(new RegExp(`${begun}$`));
    await askUntilKnocked(line);
    line.type('\r');
    const shown = await line.expect(/login: $/);
    expect(shown).not.toMatch(/incorrect|Password/i);
  });

  test('a password prompt: no attempt, and what was typed of it is gone', async () => {
    const line = openRealConsole('bash', ['-c', 'read -rsp "Password: " p; printf "got <%s>\\n" "$p"']);
    await line.expect(/Password: $/);
    line.type('hal');
    await ask(line.port);
    expect(line.shown()).toBe('Password: ');
    line.type('secret\r');
    expect(await line.expect(/got/)).toContain('got <secret>');
  });

  test('the password prompt of login(1): no attempt', async (ctx) => {
    if (process.getuid?.() !== 0) return ctx.skip('only root may run login');
    const line = openRealConsole(needed('login'), []);
    await line.expect(/login: $/);
    line.type('no-such-TEST-user\r');
    await line.expect(/Password: $/);
    const before = line.shown();
    await ask(line.port);
    await ask(line.port);
    expect(line.shown()).toBe(before);
  });

  test('the password of a virtual box counts as if nobody had asked', async () => {
    const box = await startVirtualBox();
    const line = await tapBox(box.port);
    line.type('\radmin\r');
    await line.expect(/Password: $/);
    await ask(line.port);
    line.type('trust\r');
    expect(await line.expect(/\$ $|Login incorrect/)).toContain('Welcome');
  });
});

const needed = (program: string): string => {
  const path = findProgram(program);
  if (path === null) throw new Error(`this machine has no ${program}`);
  return path;
};

test('a console that waits for Enter is not activated', async () => {
  const line = openRealConsole('sh', [
    '-c',
    'echo Please press Enter to activate this console.; read -r x; echo active',
  ]);
  await line.expect(/console/);
  await ask(line.port);
  expect(line.shown()).not.toContain('active\r');
  line.type('\r');
  await line.expect(/active/);
});

test('a boot loader that counts and is silent for a second is waited for, as without the question', {
  timeout: 30_000,
}, async () => {
  const end = openScriptedEnd((text) => {
    if (text.includes('\r')) end.say('\r\ntrustbox login: ');
  });
  const port = await openPort(end.port, baudRate);
  // Heard while an agent is listened for; the console link that follows must know of it.
  end.say('U-Boot 2020.04 (TrustBox)\r\nHit any key to stop autoboot:  2');
  const opening = codeOfAsync(openLinkOn(port, { baudRate, credentials: null, link: 'auto' }, surroundings));
  const beforeKernel = new Promise<string>((done) =>
    setTimeout(() => {
      done(end.typed());
      end.say('\b\b1\b\b0\r\nStarting kernel ...\r\n\r\ntrustbox login: ');
    }, 1200),
  );
  expect(await beforeKernel).toBe('');
  expect(await opening).toBe('console.login-needed');
  expect(end.typed()).not.toContain(knock);
  end.close();
});

test('a line that is silent as a console is asked for an agent once more: it may have been starting', {
  timeout: 60_000,
}, async () => {
  let isStarted = false;
  const end = openScriptedEnd((text) => {
    isStarted ||= text.includes('\r');
    if (!isStarted || !text.includes(knock)) return;
    const hello = frameOf(frameTypes.hello, 0, { ...goodHello, versions: [9] });
    end.say(Buffer.from(serialFraming.encode(hello)).toString('latin1'));
  });
  const openLink = createLinkOpener(surroundings);
  expect(await codeOfAsync(openLink(end.port, { baudRate, credentials: null }))).toBe('agent.version');
  end.close();
});

describe('a job', () => {
  let station: TestStation;
  beforeAll(async () => {
    station = await makeStation();
  });

  test('asks a console once, however often the device restarts', { timeout: 120_000 }, async () => {
    const box = await startVirtualBox(['--power-loss', 'install']);
    const line = await tapBox(box.port);
    const loaded = await runCli(station.home, loadArgs(station, line));
    expect(loaded.lines.at(-1), loaded.stdout).toMatchObject({
      receipt: { outcome: { state: 'installed' } },
    });
    expect(loaded.lines.filter(({ event }) => event === 'waiting')).toHaveLength(1);
    expect(knocks(line)).toBe(1);
  });
});
