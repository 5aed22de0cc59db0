// Why does this box not answer? A walk from the cable to the CPM: what was seen at each point, and the advice of the
// first point that failed. Stops where going on would tell nothing.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { type ErrorCode, entryOf, ProvisionerError } from '../../shared/errors/error.ts';
import type { LinkChoice } from '../../shared/link.ts';
import { say } from '../../shared/sentences/sentence.ts';
import type { AgentAnswer } from './agent/agent-link.ts';
import type { Clock } from './clock.ts';
import { asDeviceLink } from './console/console-link.ts';
import { openInbox } from './console/inbox.ts';
import { type Credentials, type Line, reachShell, wakeLine } from './console/login.ts';
import { openShell, type Shell } from './console/shell.ts';
import { type Drivers, localDrivers } from './drivers/drivers.ts';
import { readKey } from './jobs/judge-device.ts';
import type { DeviceLink } from './link.ts';
import type { Log } from './log.ts';
import { askForAgent, type LinkDeps } from './open-link.ts';
import type { Port } from './port.ts';
import { findHolder } from './port-holder.ts';
import { isUsbPort } from './usb-devices.ts';

/** `ok: null`: could not be looked at, or only worth knowing. */
export type Finding = {
  readonly point: string;
  readonly ok: boolean | null;
  readonly saw: string;
  readonly advice: string | null;
};

export type Diagnosis = {
  readonly port: string;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
};

export type DiagnoseRequest = {
  readonly port: string;
  readonly baudRate: number;
  readonly credentials: Credentials | null;
  readonly link: LinkChoice;
};
export type DiagnoseDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly hadAgent: LinkDeps['hadAgent'];
  readonly signal?: AbortSignal | undefined;
  /** Absent: native code in this process. */
  readonly drivers?: Drivers;
};

const otherSpeeds = [115_200, 9600, 57_600, 38_400, 19_200, 230_400, 460_800, 921_600] as const;
const wakeMs = 9000;
const maxClockOffsetMs = 24 * 3600 * 1000;

const good = (point: string, saw: string): Finding => ({ point, ok: true, saw, advice: null });
const note = (point: string, saw: string): Finding => ({ point, ok: null, saw, advice: null });
const bad = (point: string, saw: string, code: ErrorCode): Finding => ({
  point,
  ok: false,
  saw,
  advice: entryOf(code).advice,
});

/** A point that fails by a typed error becomes a finding with that error's advice. */
async function look<T>(
  findings: Finding[],
  point: string,
  run: () => Promise<{ saw: string; value: T }>,
): Promise<T | null> {
  try {
    const { saw, value } = await run();
    findings.push(good(point, saw));
    return value;
  } catch (error) {
    if (!(error instanceof ProvisionerError)) throw error;
    findings.push(bad(point, error.message, error.code));
    return null;
  }
}

async function findPort(path: string, drivers: Drivers): Promise<{ saw: string; value: true }> {
  if (isUsbPort(path)) {
    if (!(await drivers.isUsbPortThere(path)))
      throw new ProvisionerError('port.not-found', `${path} is not there`);
    return { saw: path, value: true };
  }
  const found = await stat(path).catch(() => null);
  if (process.platform === 'win32') return { saw: path, value: true };
  if (found === null) throw new ProvisionerError('port.not-found', `${path} is not there`);
  if (!found.isCharacterDevice()) throw new ProvisionerError('port.not-serial', `${path} is not a device`);
  return { saw: path, value: true };
}

async function checkPermission(path: string, drivers: Drivers): Promise<{ saw: string; value: true }> {
  if (isUsbPort(path)) await drivers.checkUsbPermission(path);
  else
    await access(path, constants.R_OK | constants.W_OK).catch(() => {
      throw new ProvisionerError('port.not-permitted', `this user may not read and write ${path}`);
    });
  return { saw: say('saw.permitted'), value: true };
}

async function openFree(
  { port, baudRate }: DiagnoseRequest,
  drivers: Drivers,
): Promise<{ saw: string; value: Port }> {
  const holder = process.platform === 'linux' && !isUsbPort(port) ? findHolder(port) : null;
  const value = await drivers.openPort(port, baudRate);
  return { saw: holder ? say('saw.held', { holder }) : say('saw.free'), value };
}

/** Garbage typed at another speed may still be being refused as a login: text without a prompt deserves more time. */
async function answers(line: Line, signal?: AbortSignal): Promise<boolean> {
  for (const timeoutMs of [3000, wakeMs]) {
    try {
      await wakeLine(line, { timeoutMs, signal });
      return true;
    } catch (error) {
      if (!(error instanceof ProvisionerError)) throw error;
      if (error.code !== 'console.no-login-prompt') return false;
    }
  }
  return false;
}

/** Which other speed gives a prompt. */
async function trySpeeds(line: Line, signal?: AbortSignal): Promise<number | null> {
  const before = line.port.baudRate;
  for (const baudRate of otherSpeeds.filter((speed) => speed !== before)) {
    await line.port.setBaudRate(baudRate);
    if (await answers(line, signal)) return baudRate;
  }
  await line.port.setBaudRate(before);
  return null;
}

/** What a box at another speed looks like: garbage, letters without a prompt, or nothing at all. */
const speedSuspects: readonly ErrorCode[] = [
  'console.wrong-speed',
  'console.no-login-prompt',
  'console.silent',
];

async function hear(line: Line, signal?: AbortSignal): Promise<{ saw: string; value: string }> {
  try {
    const state = await wakeLine(line, { timeoutMs: wakeMs, signal });
    return { saw: say(`saw.${state}`, { baud: line.port.baudRate }), value: state };
  } catch (error) {
    if (!(error instanceof ProvisionerError) || !speedSuspects.includes(error.code)) throw error;
    const speed = await trySpeeds(line, signal);
    if (speed === null)
      throw new ProvisionerError(error.code, `${error.message}; no other usual speed gives a prompt`);
    const more = `; at ${speed} baud it answers: use --baud ${speed}`;
    throw new ProvisionerError('console.wrong-speed', error.message + more);
  }
}

const sayFree = (bytes: number) => say('saw.space', { megabytes: Math.round(bytes / 1e6) });

/** TEE, tool, CPM, space and clock, once there is a shell. */
async function lookInside(link: DeviceLink, findings: Finding[]): Promise<void> {
  const identity = await look(findings, 'identity', async () => {
    const value = await link.readIdentity();
    return {
      saw: say('saw.identity', {
        model: value.model ?? say('saw.unknown-model'),
        serial: value.serialNumber ?? say('saw.unknown'),
        kernel: value.kernel ?? say('saw.unknown-kernel'),
      }),
      value,
    };
  });
  if (!identity) return;
  findings.push(identity.optee ? good('OP-TEE', identity.optee) : note('OP-TEE', say('saw.no-optee')));
  findings.push(
    identity.teeDevice
      ? good('TEE device', '/dev/tee0')
      : bad('TEE device', say('saw.no-tee'), 'device.tool-failed'),
  );
  findings.push(
    identity.cpkTool
      ? good('cpk-tool', identity.cpkTool)
      : bad('cpk-tool', say('saw.no-tool'), 'job.no-tool'),
  );
  if (identity.cpkTool) {
    await look(findings, 'CPM', async () => {
      const { publicKey } = await readKey(link);
      return {
        saw: say('saw.key', { key: publicKey.fingerprint.slice(0, 16), bits: publicKey.bits }),
        value: true,
      };
    });
  }
  const { freeBytes, clockOffsetMs } = identity;
  if (freeBytes === null) findings.push(note('space', say('saw.no-space')));
  else
    findings.push(
      freeBytes > 16e6 ? good('space', sayFree(freeBytes)) : bad('space', sayFree(freeBytes), 'job.no-space'),
    );
  if (clockOffsetMs === null) findings.push(note('clock', say('saw.no-clock')));
  else
    findings.push(
      Math.abs(clockOffsetMs) < maxClockOffsetMs
        ? good('clock', say('saw.clock', { seconds: clockOffsetMs / 1000 }))
        : note('clock', say('saw.clock-far', { hours: Math.round(clockOffsetMs / 3_600_000) })),
    );
}

/** Who answers: an agent, or nobody that is one, which is fine where a console was not ruled out. */
async function findAgent(
  port: Port,
  request: DiagnoseRequest,
  { deps, findings }: { deps: DiagnoseDeps; findings: Finding[] },
): Promise<AgentAnswer | null> {
  try {
    const answer = await askForAgent(port, { link: request.link, signal: deps.signal }, deps);
    if (answer.link !== null)
      findings.push(good('agent', say('saw.agent', { agent: answer.link.agent ?? '' })));
    else if (request.link === 'auto') findings.push(note('agent', say('saw.no-agent')));
    return answer;
  } catch (error) {
    if (!(error instanceof ProvisionerError)) throw error;
    findings.push(bad('agent', error.message, error.code));
    return null;
  }
}

/** Walks the tree as far as it goes. Errors become findings; only what nobody expected is thrown. */
export async function diagnose(request: DiagnoseRequest, deps: DiagnoseDeps): Promise<Diagnosis> {
  const findings: Finding[] = [];
  await walk(request, deps, findings);
  return { port: request.port, ok: findings.every(({ ok }) => ok !== false), findings };
}

async function walk(request: DiagnoseRequest, deps: DiagnoseDeps, findings: Finding[]): Promise<void> {
  const { drivers = localDrivers } = deps;
  if (!(await look(findings, 'port', () => findPort(request.port, drivers)))) return;
  if (!(await look(findings, 'permission', () => checkPermission(request.port, drivers)))) return;
  const port = await look(findings, 'free', () => openFree(request, drivers));
  if (!port) return;
  const answer = await findAgent(port, request, { deps, findings });
  if (answer === null) return;
  const { link } = answer;
  if (link !== null) return lookInside(link, findings).finally(() => link.close());
  const line: Line = { port, inbox: openInbox(port, answer.heard) };
  try {
    const heard = await look(findings, 'speed', () => hear(line, deps.signal));
    if (!heard) return;
    if (!request.credentials && heard !== 'shell' && heard !== 'orphan') {
      findings.push(note('login', say('saw.login-untried')));
      return;
    }
    const shell = await look(findings, 'login', () => logIn(line, request, deps));
    if (!shell) return;
    await lookInside(asDeviceLink(shell, request, deps), findings).finally(() => shell.close());
  } finally {
    await port.close();
  }
}

async function logIn(
  line: Line,
  { credentials }: DiagnoseRequest,
  { log, signal }: DiagnoseDeps,
): Promise<{ saw: string; value: Shell }> {
  const { loggedIn } = await reachShell(line, credentials, { timeoutMs: wakeMs, signal });
  const value = await openShell(line, log, { loggedIn, signal });
  return {
    saw: loggedIn ? say('saw.logged-in', { user: credentials?.user ?? 'before' }) : say('saw.shell-there'),
    value,
  };
}
