// The calls of a session, answered. Each request is parsed before it is looked at; what a handler throws becomes an answer.

import type { CborValue } from '../../shared/cbor.ts';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { callSchema, dataSchema, type Failure, parseBody } from '../../shared/wire/bodies.ts';
import {
  type AgentCall,
  agentCalls,
  type CallAnswer,
  type CallRequest,
  isAgentCall,
} from '../../shared/wire/calls.ts';
import { frameTypes } from '../../shared/wire/frame.ts';
import type { Message } from '../../shared/wire/sender.ts';
import {
  type BoxPlace,
  evidenceTool,
  findTool,
  installKey,
  installPackage,
  listReceipts,
  putReceipt,
  readEvidence,
  readIdentity,
  readPublicKey,
  reboot,
  snapshotStorage,
  tailLog,
} from './box.ts';
import { callCpm } from './cpm.ts';
import { CallFailure } from './failure.ts';
import type { Gate } from './gate.ts';
import type { Staging } from './staging.ts';

export type Surroundings = {
  readonly place: BoxPlace;
  readonly staging: Staging;
  /** Unix socket of a CPM that takes single calls; null: cpk-tool is the only way. */
  readonly cpmSocket: string | null;
};

type Answers = { readonly [N in AgentCall]?: (request: CallRequest<N>) => Promise<CallAnswer<N>> };

const nothing = async (work: Promise<unknown>) => {
  await work;
  return {};
};

/** What this agent can do on this box. */
export function answersOf({ place, staging, cpmSocket }: Surroundings): Answers {
  return {
    identity: () => readIdentity(place),
    'public-key': () => readPublicKey(place),
    'install-key': (request) => installKey(place, request),
    'install-package': ({ name }) => installPackage(place, name),
    'storage-snapshot': async () => snapshotStorage(place),
    ...(cpmSocket === null ? {} : { cpm: (request: CallRequest<'cpm'>) => callCpm(cpmSocket, request) }),
    'wrap-suites': async () => ({ suites: [...place.wrapSuites] }),
    ...(findTool(evidenceTool) === null
      ? {}
      : { evidence: (request: CallRequest<'evidence'>) => readEvidence(place, request) }),
    'file-probe': async ({ name }) => ({ sha256: await staging.probe(name) }),
    'file-begin': (request) => staging.begin(request),
    'file-end': (request) => nothing(staging.end(request)),
    'file-remove': ({ name }) => nothing(staging.remove(name)),
    'receipt-put': (request) => nothing(putReceipt(place, request)),
    'receipt-list': () => listReceipts(place),
    'log-tail': ({ lines }) => tailLog(place, lines),
    reboot: async () => {
      if (findTool('reboot') === null) throw new CallFailure('not-supported', 'no reboot on this box');
      setTimeout(() => void reboot(place).catch(() => undefined), rebootDelayMs);
      return {};
    },
  };
}

/** The answer and its acknowledgement pass before the box goes down. */
const rebootDelayMs = 500;
/** Calls at work at once; the next waits, and what comes behind it too. */
export const maxCalls = 8;

export type Server = {
  readonly calls: readonly string[];
  deliver(message: Message): void | Promise<void>;
};

/** Resolves when the message is on its way. @throws agent.call-failed: no frame is so large; what ended the session */
type Send = (type: number, body: CborValue) => Promise<void>;

/** `gate` is that of all sessions of a link: a station that begins anew finds the calls of before still at work. */
export function openServer(
  surroundings: Surroundings,
  { send, gate, isOver }: { send: Send; gate: Gate; isOver: () => boolean },
): Server {
  const answers = answersOf(surroundings);

  async function work(name: string, args: unknown): Promise<CborValue> {
    const answer = isAgentCall(name) ? answers[name] : undefined;
    if (!isAgentCall(name) || answer === undefined) throw new CallFailure('not-supported', name);
    const request = agentCalls[name].request.safeParse(args);
    if (!request.success)
      throw new CallFailure('bad-request', `${name}: ${request.error.issues[0]?.path.join('.')}`);
    // The table has checked that name, request and answer belong together.
    const run = answer as (request: unknown) => Promise<CborValue>;
    return run(request.data);
  }
  const reasonOf = (error: unknown): Failure => (error instanceof CallFailure ? error.reason : 'failed');
  const saidBy = (error: unknown) => (error instanceof Error ? error.message.slice(0, 400) : String(error));

  /** The session is over: nobody hears it. */
  const inVain = () => undefined;

  async function answer(id: number, name: string, args: unknown): Promise<void> {
    const refuse = (error: unknown) => send(frameTypes.answer, [id, reasonOf(error), saidBy(error)]);
    await work(name, args)
      .then((value) => send(frameTypes.answer, [id, 'ok', value]))
      .catch(refuse)
      .catch(inVain);
  }
  /** Until the answer is on its way the call is at work: a station that reads no answers gives no more calls. */
  function call(body: Uint8Array): Promise<void> | undefined {
    const request = parseBody(callSchema, body);
    if (request === null) throw new ProvisionerError('agent.protocol', 'a call that is none');
    const [id, name, args] = request;
    const begin = () => {
      gate.enter();
      void answer(id, name, args).finally(gate.leave);
    };
    const room = gate.room();
    if (room !== null) return waitFor(room).then((isFree) => (isFree ? begin() : undefined));
    begin();
    return undefined;
  }
  /** @returns false when the session ended meanwhile */
  async function waitFor(first: Promise<void>): Promise<boolean> {
    for (let room: Promise<void> | null = first; room !== null; room = gate.room()) {
      await room;
      if (isOver()) return false;
    }
    return true;
  }
  async function data(body: Uint8Array): Promise<void> {
    const part = parseBody(dataSchema, body);
    if (part === null || !surroundings.staging.isKnown(part[0]))
      throw new ProvisionerError('agent.protocol', 'data of no transfer');
    const [handle, bytes] = part;
    const notify = (error: unknown) => send(frameTypes.notice, [handle, reasonOf(error), saidBy(error)]);
    await surroundings.staging.append(handle, bytes).catch(notify).catch(inVain);
  }
  return {
    calls: Object.keys(answers),
    // Data is taken one piece after the other, and so is what speaks of it; other calls do not hold them up.
    deliver(message) {
      if (message.type === frameTypes.data) return data(message.body);
      if (message.type === frameTypes.call) return call(message.body);
      if (message.type === frameTypes.answer || message.type === frameTypes.notice)
        throw new ProvisionerError('agent.protocol', `a message of type ${message.type} from a station`);
      // Another type of a later version: not for us.
      return undefined;
    },
  };
}
