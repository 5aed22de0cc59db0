// The console link: a DeviceLink over a serial console of an unmodified box.
import type { Clock } from '../clock.ts';
import { type Drivers, localDrivers } from '../drivers/drivers.ts';
import type { DeviceLink } from '../link.ts';
import type { Log } from '../log.ts';
import { readIdentity } from './identity.ts';
import { openInbox } from './inbox.ts';
import { type Credentials, type Line, reachShell } from './login.ts';
import {
  installKey,
  installPackage,
  readEvidence,
  readPublicKey,
  shellName,
  snapshotStorage,
} from './operations.ts';
import { openShell, type Shell } from './shell.ts';
import { raiseSpeed, restoreSpeed } from './speed.ts';
import { probeFile, sendFile } from './transfer.ts';

export type ConsoleRequest = {
  readonly port: string;
  readonly baudRate: number;
  /** Null: only a box that is logged in already can be used. */
  readonly credentials: Credentials | null;
  /** A higher speed to try for this visit. */
  readonly raiseSpeedTo?: number | undefined;
  /** How long a box may take to show a prompt; long enough for one that is still booting by default. */
  readonly wakeTimeoutMs?: number | undefined;
};

export type ConsoleDeps = {
  readonly log: Log;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Absent: native code in this process. */
  readonly openPort?: Drivers['openPort'];
};

const defaultWakeMs = 40_000;
/** Opening a port may reset what is behind it (DTR): a moment to settle. */
const settleMs = 120;

/**
 * Opens the port, logs in once if asked, and sets the console up for commands.
 * @throws port.* console.*
 */
export async function openConsoleLink(request: ConsoleRequest, deps: ConsoleDeps): Promise<DeviceLink> {
  const { openPort = localDrivers.openPort } = deps;
  const port = await openPort(request.port, request.baudRate);
  const line: Line = { port, inbox: openInbox(port) };
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  return openConsoleOn(line, request, deps);
}

/** The same on a port that is open already, and was for a moment; closes it when it fails. @throws port.* console.* */
export async function openConsoleOn(
  line: Line,
  request: ConsoleRequest,
  deps: ConsoleDeps,
): Promise<DeviceLink> {
  try {
    const { loggedIn } = await reachShell(line, request.credentials, {
      timeoutMs: request.wakeTimeoutMs ?? defaultWakeMs,
      signal: deps.signal,
    });
    const shell = await openShell(line, deps.log, { loggedIn, signal: deps.signal });
    const link = asDeviceLink(shell, request, deps);
    await raiseIfWanted(shell, request, deps).catch(async (error: unknown) => {
      await link.close();
      throw error;
    });
    return link;
  } catch (error) {
    await line.port.close();
    throw error;
  }
}

async function raiseIfWanted(shell: Shell, request: ConsoleRequest, deps: ConsoleDeps): Promise<void> {
  const { raiseSpeedTo, baudRate } = request;
  if (raiseSpeedTo === undefined || raiseSpeedTo <= baudRate) return;
  await raiseSpeed(shell, raiseSpeedTo, deps.log);
  deps.signal?.throwIfAborted();
}

/** The operations of a device over an open shell. */
export function asDeviceLink(
  shell: Shell,
  request: Pick<ConsoleRequest, 'port' | 'baudRate'>,
  { log, clock }: ConsoleDeps,
): DeviceLink {
  return {
    kind: 'console',
    port: request.port,
    get baudRate() {
      return shell.line.port.baudRate;
    },
    agent: null,
    readIdentity: (options) => readIdentity(shell, clock, options),
    readPublicKey: (options) => readPublicKey(shell, options),
    installKey: (wanted, options) => installKey(shell, wanted, options),
    probeFile: (name, options) => probeFile(shell, name, options),
    sendFile: (file, options = {}) => sendFile(shell, file, { options, log }),
    installPackage: (name, options) => installPackage(shell, name, options),
    readEvidence: (challenge, options) => readEvidence(shell, challenge, options),
    snapshotStorage: (options) => snapshotStorage(shell, options),
    removeFile: async (name, options) => void (await shell.run(`rm -f ${shellName(name)}`, options)),
    quality: () => null,
    async close() {
      try {
        await restoreSpeed(shell, request.baudRate).catch(() => undefined);
        await shell.close();
      } finally {
        await shell.line.port.close();
      }
    },
  };
}
