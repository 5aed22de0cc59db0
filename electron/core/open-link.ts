// Which link to a device: the agent's where one says hello, its console otherwise, or the one that the operator forces.

import { ProvisionerError } from '../../shared/errors/error.ts';
import type { Clock } from './clock.ts';
import type { Credentials } from './console/login.ts';
import type { DeviceLink } from './link.ts';
import type { Log } from './log.ts';

export const linkChoices = ['auto', 'agent', 'console'] as const;
export type LinkChoice = (typeof linkChoices)[number];

export type LinkRequest = {
  readonly baudRate: number;
  readonly credentials: Credentials | null;
  readonly raiseSpeedTo?: number | null;
  readonly link?: LinkChoice;
  readonly signal?: AbortSignal | undefined;
};

/** A running agent answers at once; one on a box that still starts is waited for where we know that there is one. */
const askTimeoutMs = 900;
const startTimeoutMs = 40_000;

export type LinkOpener = (port: string, request: LinkRequest) => Promise<DeviceLink>;

export function createLinkOpener({ log, clock }: { readonly log: Log; readonly clock: Clock }): LinkOpener {
  /** Ports at which an agent answered while this process ran. */
  const withAgent = new Set<string>();

  async function openAgent(port: string, request: LinkRequest): Promise<DeviceLink | null> {
    const { openAgentLink } = await import('./agent/agent-link.ts');
    const isExpected = request.link === 'agent' || withAgent.has(port);
    const helloTimeoutMs = isExpected ? startTimeoutMs : askTimeoutMs;
    const wanted = { port, baudRate: request.baudRate, helloTimeoutMs, isExpected };
    const link = await openAgentLink(wanted, { log, clock, signal: request.signal });
    if (link) withAgent.add(port);
    return link;
  }
  return async (port, request) => {
    // Our choice for now: an agent is looked for where somebody asks for one; every other port is a console as before.
    if ((request.link ?? 'console') !== 'console' || port.startsWith('usb:')) {
      const link = await openAgent(port, request);
      if (link) return link;
      // A USB bulk device has no console.
      if (request.link === 'agent' || port.startsWith('usb:'))
        throw new ProvisionerError('agent.silent', `no agent says hello on ${port}`);
    }
    const { openConsoleLink } = await import('./console/console-link.ts');
    const { baudRate, credentials, raiseSpeedTo, signal } = request;
    const wanted = { port, baudRate, credentials, raiseSpeedTo: raiseSpeedTo ?? undefined };
    return openConsoleLink(wanted, { log, clock, signal });
  };
}
