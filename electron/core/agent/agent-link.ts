// The agent link: a DeviceLink to a box that runs our agent, over a serial line or USB bulk.
import { toHex } from '../../../shared/bytes.ts';
import type { DeviceIdentity } from '../../../shared/device.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { CallAnswer } from '../../../shared/wire/calls.ts';
import type { Clock } from '../clock.ts';
import type { DeviceLink } from '../link.ts';
import type { Log } from '../log.ts';
import { openPort, type Port } from '../port.ts';
import { type Caller, openCaller } from './caller.ts';
import { type AgentSession, openSession } from './session.ts';
import { sendFile } from './transfer.ts';

export type AgentRequest = {
  readonly port: string;
  readonly baudRate: number;
  /** How long to wait for an agent's hello. */
  readonly helloTimeoutMs: number;
  /** There is an agent: the operator says so, or it answered before. */
  readonly isExpected: boolean;
};

export type AgentDeps = {
  readonly log: Log;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
};

/** Header, CBOR and checksum around a piece of a file. */
const pieceOverheadBytes = 64;
const bitsPerByte = 10;

/** A link, or null when no agent answers and the port is as it was. @throws port.* agent.* */
export async function openAgentLink(request: AgentRequest, deps: AgentDeps): Promise<DeviceLink | null> {
  const port = await openPort(request.port, request.baudRate);
  const caller = openCaller();
  const work = {
    deliver: caller.deliver,
    onEnd: caller.end,
    signal: deps.signal,
    helloTimeoutMs: request.helloTimeoutMs,
    isExpected: request.isExpected,
  };
  try {
    const session = await openSession(port, work);
    if (session === null) {
      await port.close();
      return null;
    }
    caller.attach(session.channel);
    const { agent, release } = session.hello;
    deps.log.info({ port: request.port, agent, release }, 'agent link open');
    return asDeviceLink({ port, caller, session }, request, deps);
  } catch (error) {
    await port.close();
    throw error;
  }
}

type Open = { readonly port: Port; readonly caller: Caller; readonly session: AgentSession };

const asIdentity = (said: CallAnswer<'identity'>, nowMs: number): DeviceIdentity => {
  const { clockMs, ...claims } = said;
  return { ...claims, cpmModel: 'unknown', clockOffsetMs: clockMs - nowMs };
};

function asDeviceLink(open: Open, request: AgentRequest, { log, clock }: AgentDeps): DeviceLink {
  const { port, caller, session } = open;
  const { channel } = session;
  const isSerial = port.baudRate > 0;
  const transfer = {
    caller,
    channel,
    maxPieceBytes: session.frameBytes - pieceOverheadBytes,
    bytesPerSecond: isSerial ? port.baudRate / bitsPerByte : null,
  };
  return {
    kind: 'agent',
    port: request.port,
    async readIdentity(options) {
      const said = await caller.call('identity', {}, options);
      if (said.bootId !== null || said.kernel !== null) return asIdentity(said, clock.now().getTime());
      throw new ProvisionerError(
        'device.bad-answer',
        'the agent gives an identity without boot id and kernel',
      );
    },
    readPublicKey: async (options) => (await caller.call('public-key', {}, options)).der,
    installKey: ({ applicationId, wrappedKey }, options) =>
      caller.call('install-key', { applicationId, wrapped: wrappedKey }, options),
    async probeFile(name, options) {
      const { sha256 } = await caller.call('file-probe', { name }, options);
      return sha256 && toHex(sha256);
    },
    sendFile: (file, options = {}) => sendFile(transfer, file, options),
    installPackage: (name, options) => caller.call('install-package', { name }, options),
    async snapshotStorage(options) {
      const { digest } = await caller.call('storage-snapshot', {}, options);
      return { readable: digest !== null, digest: digest && toHex(digest) };
    },
    removeFile: async (name, options) => void (await caller.call('file-remove', { name }, options)),
    quality: () => ({ ...channel.quality(), damagedCount: session.damagedCount() }),
    async close() {
      const quality = { ...channel.quality(), damagedCount: session.damagedCount() };
      log.info({ port: request.port, ...quality }, 'agent link closed');
      const over = new ProvisionerError('agent.restarted', 'the link was closed');
      channel.end(over);
      caller.end(over);
      await port.close();
    },
  };
}
