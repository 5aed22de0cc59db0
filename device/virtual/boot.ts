// Power on and off: a CPM with a new key, a boot id, a console tty with a getty on it; and none of it.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bootCpm, type Cpm } from './cpm.ts';
import { type LineEnd, openLineEnd } from './line-end.ts';
import type { BoxOptions } from './options.ts';
import { killProcesses } from './processes.ts';
import { findProgram, needProgram } from './programs.ts';
import { agentState, type Sysroot, storeImage, writeBootId } from './sysroot.ts';

export type Boot = {
  readonly bootId: string;
  readonly cpm: Cpm;
  readonly console: LineEnd;
  readonly getty: ChildProcess;
};

export type BootContext = {
  readonly root: Sysroot;
  readonly options: BoxOptions;
  readonly baud: number;
  readonly onStored: (installed: { id: string; sha256: string }) => void;
};

function startGetty({ root, options }: BootContext, console: LineEnd, isReboot: boolean): ChildProcess {
  const env = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    BOX_USER: options.user,
    BOX_PASSWORD: options.password,
    BOX_MODE: options.mode,
    BOX_DELAY: String(options.loginDelaySeconds),
    BOX_BOOT: isReboot ? 'yes' : 'no',
    BOX_ROOT: root.dir,
    BOX_PROGRAM: needProgram(options.shell),
    BOX_SHELL: options.shell,
  };
  const command = ['-c', findProgram('sh') ?? '/bin/sh', join(import.meta.dirname, 'getty.sh')];
  const fd = console.pty.slaveFd;
  // A session of its own with the tty as its controlling terminal, as init starts a getty.
  return spawnAlone(needProgram('setsid'), command, { env, stdio: [fd, fd, fd] });
}

const agentProgram = resolve(import.meta.dirname, '..', 'agent', 'main.ts');

const carrierFlags = (path: string) => [statSync(path).isDirectory() ? '--usb' : '--port', path];

/** The real agent, as systemd starts it on a box. */
function startAgent({ root, options, baud }: BootContext, console: LineEnd): ChildProcess {
  const env = { PATH: root.bin, TRUSTBOX_ROOT: root.dir, HOME: root.home, TMPDIR: join(root.dir, 'tmp') };
  const carrier = carrierFlags(options.gadget ?? console.pty.slavePath);
  const flags = [...carrier, '--state', join(root.dir, agentState), '--cpm-socket', root.doorPath];
  const speed = ['--baud', String(options.baud === null ? options.maxBaud : baud)];
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', agentProgram];
  const [nothing, log] = [openSync('/dev/null', 'r'), openSync(root.logPath, 'a')];
  try {
    return spawnAlone(needProgram('setsid'), [...node, ...flags, ...speed], {
      env,
      stdio: [nothing, log, log],
    });
  } finally {
    closeSync(nothing);
    closeSync(log);
  }
}

/**
 * A child that has these and nothing else of ours. The native openpty leaves its descriptors inheritable: a child
 * that held the master of a port would keep that port from hanging up. So each is covered with /dev/null.
 */
function spawnAlone(
  program: string,
  args: readonly string[],
  { env, stdio }: { env: NodeJS.ProcessEnv; stdio: readonly [number, number, number] },
): ChildProcess {
  const nothing = openSync('/dev/null', 'r+');
  try {
    const highest = Math.max(...readdirSync('/proc/self/fd').map(Number));
    const covers = new Array<number>(highest - 2).fill(nothing);
    return spawn(program, args, { env, stdio: [...stdio, ...covers] });
  } finally {
    closeSync(nothing);
  }
}

/** @throws Error when a program is missing or there are no more ptys */
export async function powerOn(context: BootContext, isReboot: boolean): Promise<Boot> {
  const { root, options, baud, onStored } = context;
  const bootId = writeBootId(root);
  const cpm = await bootCpm({
    profile: options.profile,
    wrongKey: options.wrongKey,
    store: (image, id) => {
      onStored({ id, sha256: storeImage(root, image, options.rejectInstall) });
    },
  });
  const console = await openLineEnd(baud);
  if (options.mode === 'agent') return { bootId, cpm, console, getty: startAgent(context, console) };
  // Cooked before anything can be typed: a return typed on the raw tty would stay in front of the user's name.
  await promisify(execFile)(needProgram('stty'), ['-F', console.pty.slavePath, 'sane']);
  return { bootId, cpm, console, getty: startGetty(context, console, isReboot) };
}

/** Ends every process and frees the tty; the disk stays. */
export async function powerOff({ getty, console }: Boot, root: Sysroot): Promise<void> {
  const isGone = getty.exitCode !== null || getty.signalCode !== null;
  const gone = isGone ? null : new Promise<void>((resolve) => getty.once('exit', () => resolve()));
  if (getty.pid !== undefined)
    killProcesses({ sessionId: getty.pid, environment: `TRUSTBOX_ROOT=${root.dir}` });
  getty.kill('SIGKILL');
  await gone;
  await console.close();
}
