// What a virtual box is, apart from its line and its CPM: identity, programs, shells, and how the program ends.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test, vi } from 'vitest';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { closeTerminals, openSession, openTerminal, runCommand } from '../helpers/terminal.ts';
import {
  scratchOf,
  startVirtualBox,
  startVirtualBoxes,
  stopVirtualBoxes,
  type VirtualBox,
} from '../helpers/virtual-box.ts';

const program = resolve(import.meta.dirname, '..', '..', 'device', 'virtual', 'main.ts');

afterEach(async () => {
  vi.unstubAllEnvs();
  await closeTerminals();
  await stopVirtualBoxes();
});

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function until(isSo: () => boolean): Promise<boolean> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; ) {
    if (isSo()) return true;
    await pause(50);
  }
  return isSo();
}

/** Processes that were started for this box. */
function processesOf(box: VirtualBox): string[] {
  const root = scratchOf(box);
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(root);
    } catch {
      return false;
    }
  });
}

const traces = (box: VirtualBox) => ({
  scratch: existsSync(scratchOf(box)),
  port: lstatSync(box.port, { throwIfNoEntry: false }) !== undefined,
  processes: processesOf(box),
});
const nothing = { scratch: false, port: false, processes: [] };

test('identity is where Linux has it, under TRUSTBOX_ROOT', async () => {
  const box = await startVirtualBox(['--serial-base', '7']);
  expect(box.serial).toBe('TBE201-V0007');
  const terminal = await openSession(box);
  const show = async (command: string) => (await runCommand(terminal, command)).output.trim();
  expect(await show('cat $TRUSTBOX_ROOT/proc/sys/kernel/random/boot_id')).toBe((await box.state()).bootId);
  expect(await show("tr -d '\\000' < $TRUSTBOX_ROOT/proc/device-tree/serial-number")).toBe('TBE201-V0007');
  expect(await show("tr '\\000' @ < $TRUSTBOX_ROOT/proc/device-tree/model")).toBe(
    'Scalys TrustBox Edge 201@',
  );
  expect(await show('cat $TRUSTBOX_ROOT/proc/device-tree/firmware/optee/compatible')).toContain(
    'linaro,optee-tz',
  );
  expect(await show('[ -e $TRUSTBOX_ROOT/dev/tee0 ] && echo yes')).toBe('yes');
  expect(await show('hostname; uname -n; cat $TRUSTBOX_ROOT/etc/hostname')).toBe(
    'trustbox\ntrustbox\ntrustbox',
  );
  expect(await show('command -v cpk-tool')).toBe(join(scratchOf(box), 'usr/bin/cpk-tool'));
});

test('a program can be missing, because the PATH is closed', async () => {
  const box = await startVirtualBox(['--no-tool', 'base64', '--no-tool', 'cpk-tool', '--no-tool', 'timeout']);
  const terminal = await openSession(box);
  for (const name of ['base64', 'cpk-tool', 'timeout', 'node', 'python3'])
    expect((await runCommand(terminal, `command -v ${name}`)).output, name).toBe('');
  expect((await runCommand(terminal, 'printf abc | sha256sum')).output).toMatch(/^ba7816bf/);
});

test('a wrong-key box shows a key that its CPM does not hold, and df says what it is told', async () => {
  const box = await startVirtualBox(['--free-bytes', '4096']);
  const terminal = await openSession(box);
  expect((await runCommand(terminal, "df -Pk . | tail -n 1 | tr -s ' ' | cut -d ' ' -f 4")).output).toBe(
    '4\n',
  );
});

test('busybox is a shell too', async () => {
  const box = await startVirtualBox(['--shell', 'busybox', '--slow-shell', '50']);
  const terminal = await openSession(box);
  expect((await runCommand(terminal, 'cd /; cd; pwd')).output.trim()).toBe(join(scratchOf(box), 'home'));
});

test('a busybox that prefers its own applets still answers as the box', async () => {
  const terminal = await openSession(await startVirtualBox(['--shell', 'busybox']));
  expect((await runCommand(terminal, 'hostname; uname -sr')).output.trim().split(/\s*\n/)).toEqual([
    'trustbox',
    'Linux 5.15.0-trustbox',
  ]);
});

test('a busybox box answers as the box, in a shell of a shell too', async () => {
  const terminal = await openSession(await startVirtualBox(['--shell', 'busybox']));
  expect((await runCommand(terminal, 'hostname; sh -c "uname -sr"')).output.trim().split(/\s*\n/)).toEqual([
    'trustbox',
    'Linux 5.15.0-trustbox',
  ]);
});

test('a session that logs out meets the login prompt again', async () => {
  const box = await startVirtualBox();
  const terminal = await openSession(box);
  terminal.write('exit\n');
  await terminal.expect(/login: $/);
});

test('a box may have a shell already, a root prompt, no login prompt, or nothing to say', async () => {
  const shell = await startVirtualBox(['--no-login', '--root', '--user', 'root']);
  const first = await openTerminal(shell.port);
  first.write('\r');
  await first.expect(/root@trustbox:~# /);
  const talker = await openTerminal((await startVirtualBox(['--no-prompt'])).port);
  await talker.expect(/heartbeat \d+\r\n/);
  const silent = await openTerminal((await startVirtualBox(['--silent'])).port);
  await pause(300);
  expect(silent.heard()).toBe('');
});

test('the port does not echo and the console is cooked', async () => {
  const box = await startVirtualBox();
  // The console is set by what runs on it, a moment after the box is there.
  const settings = async () => (await box.state()).ttySettings ?? '';
  await expect.poll(settings, { timeout: 10_000 }).toMatch(/ ixon.* icanon/s);
  const port = spawnSync('stty', ['-a', '-F', box.port], { encoding: 'utf8' }).stdout;
  expect(port).toMatch(/-icanon/);
  expect(port).toMatch(/-echo /);
});

test('many boxes have serials, ports and keys of their own', async () => {
  const links = join(await makeTempDir(), 'links');
  const { boxes } = await startVirtualBoxes(['--port-links', links], 4);
  const states = await Promise.all(boxes.map((box) => box.state()));
  expect(new Set(boxes.map((box) => box.serial)).size).toBe(4);
  expect(new Set(boxes.map((box) => realpathSync(box.port))).size).toBe(4);
  expect(new Set(states.map((state) => state.fingerprint)).size).toBe(4);
  expect(readdirSync(links).toSorted()).toEqual(boxes.map((box) => `ttyVBX-${box.serial}`).toSorted());
});

/** Sockets of a process that are not of the Unix family. */
function networkSockets(pid: number): string[] {
  const inodes = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const target = realpathSync.native(`/proc/${pid}/fd/${fd}`);
      inodes.add(/socket:\[(\d+)\]/.exec(target)?.[1] ?? '');
    } catch (error) {
      const name = /socket:\[(\d+)\]/.exec(String((error as Error).message))?.[1];
      if (name) inodes.add(name);
    }
  }
  const tables = ['tcp', 'tcp6', 'udp', 'udp6'].filter((name) => existsSync(`/proc/${pid}/net/${name}`));
  const rows = tables.flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1),
  );
  return rows.filter((row) => inodes.has(row.trim().split(/\s+/)[9] ?? 'none'));
}

test('nothing listens on a network, and the scratch folder is for this user alone', async () => {
  const { boxes, pid } = await startVirtualBoxes();
  expect(networkSockets(pid)).toEqual([]);
  for (const box of boxes) expect(lstatSync(scratchOf(box)).mode & 0o077).toBe(0);
});

test('SIGTERM ends with 0 and leaves no folder, no port and no process, not even one that left its session', async () => {
  const started = await startVirtualBoxes([], 2);
  const [box] = started.boxes as [VirtualBox];
  const terminal = await openSession(box);
  await runCommand(terminal, 'sleep 300 & nohup sleep 301 >/dev/null 2>&1 &');
  expect(processesOf(box).length).toBeGreaterThan(3);
  expect(await started.stop()).toBe(0);
  // A killed process is in the table for a moment more.
  for (const one of started.boxes) await until(() => processesOf(one).length === 0);
  for (const one of started.boxes) expect(traces(one)).toEqual(nothing);
});

/** A parent that starts the boxes and prints what they print. */
function startUnderParent(args: readonly string[]): ChildProcess {
  const script = `const c = require('node:child_process').spawn(process.execPath, ${JSON.stringify([program, '--json', ...args])}, { stdio: ['ignore', 'inherit', 'inherit'] }); setInterval(() => c, 1000);`;
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstLine(child: ChildProcess): Promise<VirtualBox> {
  if (!child.stdout) throw new Error('no standard output');
  const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const { control, ...rest } = JSON.parse(line.value ?? '{}') as VirtualBox & { control: string };
  return { ...rest, controlPath: control as unknown as string } as VirtualBox;
}

test('with --with-parent the death of the parent leaves nothing behind', async () => {
  const parent = startUnderParent(['--with-parent']);
  const box = await firstLine(parent);
  expect(traces(box).scratch).toBe(true);
  parent.kill('SIGKILL');
  expect(await until(() => !existsSync(scratchOf(box)))).toBe(true);
  expect(traces(box)).toEqual(nothing);
});

test('what a killed program left is ended by its terminals and swept by the next start', async () => {
  // A folder of its own: boxes of other tests that start meanwhile would sweep too.
  vi.stubEnv('TMPDIR', await makeTempDir());
  const child = spawn(process.execPath, [program, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const box = await firstLine(child);
  child.kill('SIGKILL');
  expect(await until(() => processesOf(box).length === 0)).toBe(true);
  expect(existsSync(scratchOf(box))).toBe(true);
  await startVirtualBox();
  expect(existsSync(scratchOf(box))).toBe(false);
});

const runProgram = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', timeout: 20_000 });

test('--help shows the options, and what is not understood ends with 2', () => {
  const help = runProgram('--help');
  expect(help.status).toBe(0);
  expect(help.stdout).toContain('--kernel-chatter');
  for (const args of [
    ['--nonsense'],
    ['--count', '0'],
    ['--count', '65'],
    ['--baud', 'fast'],
    ['--profile', 'other'],
    ['--loss', '2'],
    ['--power-loss', 'sometimes'],
    ['--power-loss', 'transfer:x'],
    ['--user', "a'b"],
  ]) {
    const { status, stderr } = runProgram(...args);
    expect(status, args.join(' ')).toBe(2);
    expect(stderr, args.join(' ')).toContain('Usage: trustbox virtual');
  }
});

test('a box that cannot start says why with its own code and leaves nothing', async () => {
  const dir = await makeTempDir();
  mkdirSync(join(dir, 'empty'));
  const env = { ...process.env, PATH: join(dir, 'empty'), TMPDIR: dir };
  const { status, stderr } = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    env,
    timeout: 20_000,
  });
  expect(status).toBe(90);
  expect(stderr).toMatch(/has no \w+ on its PATH/);
  expect(readdirSync(dir)).toEqual(['empty']);
  expect(tmpdir()).not.toBe(dir);
});
