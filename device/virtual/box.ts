// One virtual TrustBox: a console tty with a login and a real shell, a CPM, and a cable to the station's port.
import { execFile } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inTurn } from '../in-turn.ts';
import { type Boot, type BootContext, powerOff, powerOn } from './boot.ts';
import { type Cable, makeCable } from './cable.ts';
import { type ControlRequest, type FaultRates, openDoor } from './cpm-door.ts';
import { type LineFaults, seededRandom } from './damage.ts';
import { openTee } from './evidence/tee.ts';
import type { BoxOptions, PowerLoss } from './options.ts';
import { makeScratch } from './scratch.ts';
import { consoleLogLevel, makeSysroot, type Sysroot } from './sysroot.ts';

export type Box = {
  readonly port: string;
  readonly serial: string;
  /** Unix socket for the trainer. */
  readonly control: string;
  /** File with the evidence section of a policy that knows this box; null for a stock box. */
  readonly evidencePolicy: string | null;
  close(): Promise<void>;
};

export type Installed = { readonly id: string; readonly sha256: string };

/** The truth on the box's side, for tests and trainers. */
export type BoxState = {
  /** null: no power. */
  readonly bootId: string | null;
  /** SHA-256 of the SubjectPublicKeyInfo that pub-key prints, hex. */
  readonly fingerprint: string | null;
  readonly installed: readonly Installed[];
  readonly hasKey: boolean;
  readonly consoleLogLevel: number;
  /** `stty -a` of the console. */
  readonly ttySettings: string | null;
  readonly filesInHome: readonly string[];
  /** What the enclave logged this boot. */
  readonly cpmLog: readonly string[];
};

const defaultBaud = 115_200;
const chatterTickMs = 50;

function fingerprintOf({ cpm }: Boot): string {
  const key = createPublicKey({
    key: Buffer.from(cpm.exportDevicePublicKey()),
    format: 'der',
    type: 'pkcs1',
  });
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

async function describe(
  root: Sysroot,
  boot: Boot | null,
  installed: readonly Installed[],
): Promise<BoxState> {
  const stty = boot && (await promisify(execFile)('stty', ['-a', '-F', boot.console.pty.slavePath]));
  return {
    bootId: boot?.bootId ?? null,
    fingerprint: boot && fingerprintOf(boot),
    installed,
    hasKey: boot?.cpm.hasKey() ?? false,
    consoleLogLevel: consoleLogLevel(root),
    ttySettings: stty?.stdout ?? null,
    filesInHome: readdirSync(root.home),
    cpmLog: boot?.cpm.logLines() ?? [],
  };
}

/** Blows once, at the chosen step. */
function makeFuse(powerLoss: PowerLoss | null, blow: () => void) {
  let armed = powerLoss;
  let hostBytes = 0;
  const blowNow = () => {
    armed = null;
    setImmediate(blow);
    return true;
  };
  return {
    /** @returns true when power is lost over it */
    reach: (step: 'sync' | 'install'): boolean => armed?.at === step && blowNow(),
    passed(byteCount: number) {
      hostBytes += byteCount;
      if (armed?.at === 'transfer' && hostBytes >= armed.afterBytes) blowNow();
    },
  };
}

/** Kernel messages at a rate, while the console takes them. @returns a function that ends it */
function startChatter(cable: Cable, root: Sysroot, perSecond: () => number): () => void {
  let debt = 0;
  const timer = setInterval(() => {
    debt += (perSecond() * chatterTickMs) / 1000;
    const isLoud = debt >= 1 && consoleLogLevel(root) > 4;
    for (; debt >= 1; debt -= 1) {
      const uptime = (performance.now() / 1000).toFixed(6).padStart(12);
      if (isLoud) cable.say(`[${uptime}] usb 1-1: new high-speed USB device number 7 using xhci-hcd\r\n`);
    }
  }, chatterTickMs);
  return () => clearInterval(timer);
}

/** Power, which comes and goes as a whole. */
function makePower(context: BootContext, cable: Cable) {
  let boot: Boot | null = null;
  const on = async (isReboot: boolean) => {
    boot = await powerOn(context, isReboot);
    cable.attach(boot.console);
  };
  const off = async () => {
    const last = boot;
    boot = null;
    cable.detach();
    if (last) await powerOff(last, context.root);
  };
  return { boot: () => boot, on, off };
}

function setFaults(faults: LineFaults, chatter: { perSecond: number }, rates: FaultRates): void {
  faults.lossRate = rates.lossRate ?? faults.lossRate;
  faults.corruptRate = rates.corruptRate ?? faults.corruptRate;
  chatter.perSecond = rates.chatterPerSecond ?? chatter.perSecond;
}

/** A box, powered and plugged in. @throws virtual.cannot-start */
export async function startBox(serial: string, options: BoxOptions, linkDir: string | null): Promise<Box> {
  const dir = makeScratch();
  const root = makeSysroot(dir, serial, options);
  const baud = options.baud ?? defaultBaud;
  const { lossRate, corruptRate, stripBit7 } = options;
  const faults: LineFaults = { lossRate, corruptRate, stripBit7 };
  const chatter = { perSecond: options.chatterPerSecond };
  const installed: Installed[] = [];
  const orderly = inTurn();
  const fuse = makeFuse(options.powerLoss, () => void orderly(reboot));
  const cable = makeCable({
    linkPath: join(linkDir ?? dir, `ttyVBX-${serial}`),
    baud,
    maxBaud: options.baud === null ? null : options.maxBaud,
    random: seededRandom(options.seed),
    faults,
    onHostBytes: fuse.passed,
  });
  const power = makePower({ root, options, baud, onStored: (image) => installed.push(image) }, cable);
  let isClosing = false;
  const reboot = async () => {
    await power.off();
    if (!isClosing) await power.on(true);
  };
  const actions = { reboot, plug: cable.plug, unplug: cable.unplug };
  const control = async (request: ControlRequest): Promise<object> => {
    if (request.do === 'state') return describe(root, power.boot(), installed);
    if (request.do === 'faults') setFaults(faults, chatter, request);
    else if (request.do === 'attest') {
      tee.configure({ kinds: [request.kind], attack: request.attack });
      tellFactory();
    } else if (request.do in actions) await orderly(actions[request.do]);
    else throw new Error('do: reboot, unplug, plug, faults or state');
    return { ok: true };
  };
  const { evidence: kinds, attack } = options;
  const tee = openTee({ kinds, attack, serial });
  const evidencePolicy = kinds.length === 0 ? null : join(dir, 'evidence-policy.json');
  const tellFactory = () => {
    if (evidencePolicy !== null)
      writeFileSync(evidencePolicy, `${JSON.stringify(tee.factoryPolicy(), null, 2)}\n`);
  };
  tellFactory();
  const door = await openDoor(root.doorPath, {
    tee,
    cpm: () => power.boot()?.cpm ?? null,
    losesPower: (op) =>
      (op === 'install-key' && fuse.reach('sync')) || (op === 'add' && fuse.reach('install')),
    control,
  });
  const stopChatter = startChatter(cable, root, () => chatter.perSecond);
  const close = async () => {
    isClosing = true;
    stopChatter();
    door.close();
    await orderly(power.off);
    await orderly(cable.unplug);
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await cable.plug();
    await power.on(false);
  } catch (error) {
    await close();
    throw error;
  }
  const port = join(linkDir ?? dir, `ttyVBX-${serial}`);
  return { port, serial, control: root.doorPath, evidencePolicy, close };
}
