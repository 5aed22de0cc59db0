// The agent link: a DeviceLink to a box that runs our agent, over a serial line or USB bulk.
import { setTimeout as rest } from 'node:timers/promises';
import { toHex } from '../../../shared/bytes.ts';
import type { DeviceIdentity } from '../../../shared/device.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { CallAnswer } from '../../../shared/wire/calls.ts';
import type { Clock } from '../clock.ts';
import type { DeviceLink } from '../link.ts';
import type { Log } from '../log.ts';
import type { Port } from '../port.ts';
import { type Caller, openCaller } from './caller.ts';
import { type AgentSession, openSession, type Patience } from './session.ts';
import { sendFile } from './transfer.ts';

/** A link, or that no agent answers: the port is open and its line as it was, and this came from it meanwhile. */
export type AgentAnswer = { readonly link: DeviceLink } | { readonly link: null; readonly heard: Uint8Array };

export type AgentDeps = {
  readonly log: Log;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
};

/** For the last frame to leave. */
const partingMs = 500;
/** Header, CBOR and checksum around a piece of a file. */
const pieceOverheadBytes = 64;
const bitsPerByte = 10;

/** Asks on an open port whether an agent is there; closes the port when it throws. @throws port.lost agent.* */
export async function openAgentLink(port: Port, patience: Patience, deps: AgentDeps): Promise<AgentAnswer> {
  const caller = openCaller();
  const work = { deliver: caller.deliver, onEnd: caller.end, signal: deps.signal, patience };
  try {
    const asked = await openSession(port, work);
    if (asked.session === null) return { link: null, heard: asked.heard };
    const { session } = asked;
    caller.attach(session.channel);
    const { agent, release } = session.hello;
    deps.log.info({ port: port.path, agent, release }, 'agent link open');
    return { link: asDeviceLink({ port, caller, session }, deps) };
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

function asDeviceLink(open: Open, { log, clock }: AgentDeps): DeviceLink {
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
    port: port.path,
    baudRate: isSerial ? port.baudRate : null,
    agent: `${session.hello.agent} ${session.hello.release}`,
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
    readEvidence: async (challenge, options) =>
      session.calls.has('evidence')
        ? caller.call('evidence', { format: '', nonce: challenge }, options)
        : null,
    async snapshotStorage(options) {
      const { digest } = await caller.call('storage-snapshot', {}, options);
      return { readable: digest !== null, digest: digest && toHex(digest) };
    },
    removeFile: async (name, options) => void (await caller.call('file-remove', { name }, options)),
    quality: () => ({ ...channel.quality(), damagedCount: session.damagedCount() }),
    async close() {
      const quality = { ...channel.quality(), damagedCount: session.damagedCount() };
      log.info({ port: port.path, ...quality }, 'agent link closed');
      const over = new ProvisionerError('agent.restarted', 'the link was closed');
      channel.close(over);
      caller.end(over);
      // A device that takes nothing any more is not waited for.
      await Promise.race([port.drain().catch(() => undefined), rest(partingMs, undefined, { ref: false })]);
      await port.close();
    },
  };
}
