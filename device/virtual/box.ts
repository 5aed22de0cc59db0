// One virtual TrustBox: a console tty with a login and a real shell, a CPM, and a cable to the station's port.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { autoDetect, type BindingPortInterface } from '@serialport/bindings-cpp';
import { bootCpm, type Cpm } from './cpm.ts';
import { type ControlRequest, type CpmRequest, openDoor } from './cpm-door.ts';
import type { BoxOptions } from './options.ts';
import { openPty, type Pty } from './pty.ts';
import { findProgram, isConsoleLoud, makeSysroot, type Sysroot, storeImage, writeBootId } from './sysroot.ts';
import { carry, type Direction, type LineFaults, seededRandom } from './wire.ts';

export type Box = {
  readonly port: string;
  readonly serial: string;
  readonly door: string;
  close(): Promise<void>;
};

/** One end of the cable: a pty and a second, unlocked descriptor that tells its speed. */
type End = { readonly pty: Pty; readonly probe: BindingPortInterface; baud: number };

type Boot = { readonly cpm: Cpm; readonly bootId: string; readonly end: End; readonly getty: ChildProcess };

const defaultBaud = 115_200;
const speedPollMs = 15;

async function openEnd(baud: number): Promise<End> {
  const pty = openPty();
  // Opening by the serial binding also leaves the tty raw, so that the port does not echo the box's banner back.
  const probe = await autoDetect().open({ path: pty.slavePath, baudRate: baud, lock: false, hupcl: false });
  return { pty, probe, baud };
}

async function closeEnd(end: End): Promise<void> {
  await end.probe.close().catch(() => undefined);
  end.pty.close();
}

/** Every process of a session, so that nothing of a box outlives its power. */
function killSession(sessionId: number): void {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) === sessionId)
        process.kill(Number(name), 'SIGKILL');
    } catch {
      // It ended while we looked.
    }
  }
}

function shellCommand(root: Sysroot, options: BoxOptions): string {
  const limit = options.fileLimitKib;
  if (options.shell === 'busybox') {
    const blocks = limit === null ? '' : `ulimit -f ${limit * 2}; `;
    return `${findProgram('busybox')} sh${blocks ? ` -c '${blocks}exec busybox sh -i'` : ' -i'}`;
  }
  return `${findProgram('bash')} --noprofile --rcfile ${join(root.dir, 'etc/bashrc')} -i`;
}

function writeRc(root: Sysroot, options: BoxOptions): void {
  const sign = options.isRoot ? '#' : '$';
  const lines = [`PS1='${options.user}@trustbox:\\w${sign} '`];
  if (options.slowShellMs > 0) lines.push(`PROMPT_COMMAND='sleep ${options.slowShellMs / 1000}'`);
  if (options.fileLimitKib !== null) lines.push(`ulimit -f ${options.fileLimitKib}`);
  execFileSync('sh', ['-c', 'cat > "$1"', 'sh', join(root.dir, 'etc/bashrc')], {
    input: `${lines.join('\n')}\n`,
  });
}

function startGetty(root: Sysroot, options: BoxOptions, how: { tty: Pty; isReboot: boolean }): ChildProcess {
  const sign = options.isRoot ? '#' : '$';
  const env = {
    BOX_USER: options.user,
    BOX_PASSWORD: options.password,
    BOX_MODE: options.mode,
    BOX_DELAY: String(options.loginDelaySeconds),
    BOX_BOOT: how.isReboot ? 'yes' : 'no',
    BOX_HOME: root.home,
    BOX_PATH: root.bin,
    BOX_SHELL: shellCommand(root, options),
    BOX_ROOT: root.dir,
    BOX_TOOL: process.env.PATH ?? '/usr/bin:/bin',
    BOX_BANNER: 'Armbian 22.02 Bullseye trustbox ttyS0',
    BOX_PS1: `trustbox:~${sign} `,
    BOX_ENV: '',
  };
  const tty = how.tty.slaveFd;
  // The native openpty does not mark its descriptors close-on-exec: a shell that held a master would keep a pulled cable alive.
  const closeRest =
    'for f in /proc/self/fd/*; do n=$' + '{f##*/}; [ "$n" -gt 2 ] && eval "exec $n>&-"; done; exec "$@"';
  const closer = findProgram('bash') ?? findProgram('busybox') ?? '/bin/sh';
  const closerArgs = closer.endsWith('busybox') ? ['sh', '-c'] : ['-c'];
  const getty = [findProgram('sh') ?? '/bin/sh', join(import.meta.dirname, 'getty.sh')];
  const args = ['-c', closer, ...closerArgs, closeRest, 'getty', ...getty];
  return spawn(findProgram('setsid') ?? 'setsid', args, { env, stdio: [tty, tty, tty], detached: false });
}

/** A box, powered and plugged in. */
export async function startBox(serial: string, options: BoxOptions, linkDir: string | null): Promise<Box> {
  const dir = mkdtempSync(join(tmpdir(), 'trustbox-virtual-'));
  const root = makeSysroot(dir, serial, options);
  writeRc(root, options);
  const random = seededRandom(options.seed);
  const faults: LineFaults = {
    lossRate: options.lossRate,
    corruptRate: options.corruptRate,
    stripBit7: options.stripBit7,
  };
  const installed: { appId: string; sha256: string }[] = [];
  const link = join(linkDir ?? dir, `ttyVBX-${serial}`);
  let powerLoss = options.powerLoss;
  let hostBytes = 0;
  let chatterPerSecond = options.chatterPerSecond;
  let chatterDebt = 0;
  let station: End | null = null;
  let boot: Boot | null = null;
  let lanes: Direction[] = [];

  const nominal = options.baud ?? defaultBaud;
  const speed = () => (options.baud === null ? null : Math.min(boot?.end.baud ?? nominal, options.maxBaud));
  const isGarbled = () =>
    options.baud !== null && station !== null && boot !== null && station.baud !== boot.end.baud;

  const disconnect = () => {
    for (const lane of lanes) lane.close();
    lanes = [];
    boot?.end.pty.master.resume();
  };
  const connect = () => {
    disconnect();
    if (!station || !boot) return;
    const clean: LineFaults = { lossRate: 0, corruptRate: 0, stripBit7: false };
    const line = { speed, isGarbled, random };
    const toBox = carry(station.pty.master, boot.end.pty.master, {
      ...line,
      faults,
      onPassed: countHostBytes,
    });
    const toHost = carry(boot.end.pty.master, station.pty.master, { ...line, faults: clean });
    lanes = [toBox, toHost];
  };
  const countHostBytes = (count: number) => {
    hostBytes += count;
    if (powerLoss?.at === 'transfer' && hostBytes >= powerLoss.afterBytes) loseP('transfer');
  };
  const loseP = (at: 'sync' | 'install' | 'transfer'): boolean => {
    if (powerLoss?.at !== at) return false;
    powerLoss = null;
    setImmediate(() => void reboot());
    return true;
  };

  const powerOn = async (isReboot: boolean) => {
    const bootId = writeBootId(root);
    const behaviour = options.profile === 'checking' ? 'checking' : 'reference';
    const storage = {
      store: (appId: string, image: Uint8Array) =>
        void installed.push({ appId, sha256: storeImage(root, image) }),
    };
    const cpm = await bootCpm({
      behaviour,
      storage,
      rejectImage: options.rejectInstall,
      wrongKey: options.wrongKey,
    });
    const end = await openEnd(nominal);
    boot = { cpm, bootId, end, getty: startGetty(root, options, { tty: end.pty, isReboot }) };
    connect();
  };
  const powerOff = async () => {
    const last = boot;
    boot = null;
    disconnect();
    if (!last) return;
    if (last.getty.pid !== undefined) killSession(last.getty.pid);
    last.getty.kill('SIGKILL');
    await closeEnd(last.end);
  };
  const reboot = async () => {
    await powerOff();
    await powerOn(true);
  };
  const plug = async () => {
    if (station) return;
    station = await openEnd(nominal);
    rmSync(`${link}.new`, { force: true });
    symlinkSync(station.pty.slavePath, `${link}.new`);
    renameSync(`${link}.new`, link);
    connect();
  };
  const unplug = async () => {
    const end = station;
    station = null;
    rmSync(link, { force: true });
    disconnect();
    if (end) await closeEnd(end);
  };
  const state = () => ({
    bootId: boot?.bootId ?? null,
    fingerprint: boot ? createHash('sha256').update(boot.cpm.publicKeySpki()).digest('hex') : null,
    installed,
    hasKey: boot?.cpm.hasKey() ?? false,
    consoleLevel: Number(readFileSync(root.printkPath, 'utf8').split(/\s/)[0]),
    tty: boot ? execFileSync('stty', ['-a', '-F', boot.end.pty.slavePath], { encoding: 'utf8' }) : null,
    home: readdirSync(root.home),
  });
  const control = async (request: ControlRequest): Promise<object> => {
    if (request.do === 'faults') {
      faults.lossRate = request.lossRate ?? faults.lossRate;
      faults.corruptRate = request.corruptRate ?? faults.corruptRate;
      chatterPerSecond = request.chatterPerSecond ?? chatterPerSecond;
      return {};
    }
    if (request.do === 'state') return state();
    await { reboot, plug, unplug }[request.do]();
    return {};
  };
  const losesPower = (op: CpmRequest['op']) =>
    (op === 'install-key' && loseP('sync')) || (op === 'add' && loseP('install'));

  const doorway = await openDoor(root.doorPath, {
    cpm: () => {
      if (!boot) throw new Error('the box is off');
      return boot.cpm;
    },
    losesPower,
    control,
  });
  await plug();
  await powerOn(false);

  const pollSpeeds = setInterval(() => {
    if (options.baud === null) return;
    for (const end of [station, boot?.end ?? null]) {
      end?.probe.getBaudRate().then(
        ({ baudRate }) => {
          end.baud = baudRate;
        },
        () => undefined,
      );
    }
  }, speedPollMs);
  const chatter = setInterval(() => {
    chatterDebt += chatterPerSecond / 20;
    for (; chatterDebt >= 1; chatterDebt -= 1) {
      if (isConsoleLoud(root))
        lanes[1]?.inject(
          Buffer.from(
            `[${(performance.now() / 1000).toFixed(6).padStart(12)}] usb 1-1: new high-speed USB device number 7\r\n`,
          ),
        );
    }
  }, 50);

  return {
    port: link,
    serial,
    door: root.doorPath,
    async close() {
      clearInterval(pollSpeeds);
      clearInterval(chatter);
      doorway.close();
      await powerOff();
      await unplug();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
