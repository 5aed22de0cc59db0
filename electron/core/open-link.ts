// Which link to a device: the agent's where one says hello, its console otherwise, or the one that somebody forces.
import { ProvisionerError } from '../../shared/errors/error.ts';
import type { LinkChoice } from '../../shared/link.ts';
import type { AgentAnswer } from './agent/agent-link.ts';
import type { Patience } from './agent/session.ts';
import type { Clock } from './clock.ts';
import type { Credentials } from './console/login.ts';
import { type Drivers, localDrivers } from './drivers/drivers.ts';
import type { DeviceLink } from './link.ts';
import type { Log } from './log.ts';
import type { Port } from './port.ts';
import { isUsbPort } from './usb-devices.ts';

export type LinkRequest = {
  readonly baudRate: number;
  readonly credentials: Credentials | null;
  readonly raiseSpeedTo?: number | null;
  /** Absent: as the station's settings say for the port, and `auto` where they say nothing. */
  readonly link?: LinkChoice | undefined;
  readonly signal?: AbortSignal | undefined;
  /** See ConsoleRequest. */
  readonly wakeTimeoutMs?: number | undefined;
};

/** A running agent answers at once; one on a box that still starts is waited for where we know that there is one. */
const askMs = 900;
/** Where an agent answered last time and now all is silent. */
const againMs = 10_000;
const startMs = 40_000;

export type LinkDeps = {
  readonly log: Log;
  readonly clock: Clock;
  /** What the operator chose for a port. */
  readonly choiceFor: (port: string) => LinkChoice;
  /** True when the device that was read last on a port was reached through its agent. */
  readonly hadAgent: (port: string) => Promise<boolean>;
  /** Absent: native code in this process. */
  readonly openPort?: Drivers['openPort'];
};

/** For callers that keep no station: every port is asked anew. */
export const nothingKnown: Pick<LinkDeps, 'choiceFor' | 'hadAgent'> = {
  choiceFor: () => 'auto',
  hadAgent: async () => false,
};

export type LinkOpener = (port: string, request: LinkRequest) => Promise<DeviceLink>;

type Opening = Pick<LinkDeps, 'log' | 'clock' | 'hadAgent' | 'openPort'>;

async function patienceFor(path: string, link: LinkChoice, { hadAgent }: Opening): Promise<Patience> {
  if (link === 'agent') return { askMs: startMs, isExpected: true };
  return { askMs: (await hadAgent(path)) ? againMs : askMs, isExpected: false };
}

/**
 * Asks an open port for an agent, unless the console is wanted; a USB bulk device has no other link. Closes the port when it throws.
 * @throws agent.silent where there must be an agent; agent.* port.lost
 */
export async function askForAgent(
  port: Port,
  request: Pick<LinkRequest, 'link' | 'signal'>,
  opening: Opening,
): Promise<AgentAnswer> {
  const isUsb = isUsbPort(port.path);
  const link = isUsb ? 'agent' : (request.link ?? 'auto');
  if (link === 'console') return { link: null, heard: new Uint8Array(0) };
  const { openAgentLink } = await import('./agent/agent-link.ts');
  const patience = await patienceFor(port.path, link, opening);
  const answer = await openAgentLink(port, patience, { ...opening, signal: request.signal });
  if (answer.link !== null || link === 'auto') return answer;
  await port.close();
  throw new ProvisionerError('agent.silent', `no agent says hello on ${port.path}`);
}

/** The link that is there on an open port; closes the port when there is none. @throws agent.* console.* port.lost */
export async function openLinkOn(port: Port, request: LinkRequest, deps: Opening): Promise<DeviceLink> {
  const answer = await askForAgent(port, request, deps);
  if (answer.link !== null) return answer.link;
  const { openInbox } = await import('./console/inbox.ts');
  const { openConsoleOn } = await import('./console/console-link.ts');
  const line = { port, inbox: openInbox(port, answer.heard) };
  return openConsoleOn(line, asConsoleRequest(port.path, request), { ...deps, signal: request.signal });
}

/** A line without a console may be one whose agent was about to start when it was asked first. @throws what stopped the console */
async function askOnceMore(
  path: string,
  request: LinkRequest,
  { deps, error }: { deps: Opening; error: unknown },
): Promise<DeviceLink> {
  const isSilent = error instanceof ProvisionerError && error.code === 'console.silent';
  if (!isSilent || request.link !== 'auto') throw error;
  const { openPort = localDrivers.openPort } = deps;
  const port = await openPort(path, request.baudRate);
  const { link } = await askForAgent(port, request, deps);
  if (link !== null) return link;
  await port.close();
  throw error;
}

const asConsoleRequest = (
  port: string,
  { baudRate, credentials, raiseSpeedTo, wakeTimeoutMs }: LinkRequest,
) => ({
  port,
  baudRate,
  credentials,
  raiseSpeedTo: raiseSpeedTo ?? undefined,
  wakeTimeoutMs,
});

export function createLinkOpener(deps: LinkDeps): LinkOpener {
  const { openPort = localDrivers.openPort } = deps;
  return async (path, request) => {
    const link = request.link ?? deps.choiceFor(path);
    if (link === 'console' && !isUsbPort(path)) {
      const { openConsoleLink } = await import('./console/console-link.ts');
      return openConsoleLink(asConsoleRequest(path, request), { ...deps, signal: request.signal });
    }
    const port = await openPort(path, request.baudRate);
    const wanted = { ...request, link };
    return openLinkOn(port, wanted, deps).catch((error: unknown) =>
      askOnceMore(path, wanted, { deps, error }),
    );
  };
}
