// The calls of a session, answered. Each request is parsed before it is looked at; what a handler throws becomes an answer.

import type { CborValue } from '../../shared/cbor.ts';
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
  installKey,
  installPackage,
  listReceipts,
  putReceipt,
  readIdentity,
  readPublicKey,
  reboot,
  snapshotStorage,
  tailLog,
} from './box.ts';
import { callCpm } from './cpm.ts';
import { CallFailure } from './failure.ts';
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
    'file-probe': async ({ name }) => ({ sha256: await staging.probe(name) }),
    'file-begin': (request) => staging.begin(request),
    'file-end': (request) => nothing(staging.end(request)),
    'file-remove': ({ name }) => nothing(staging.remove(name)),
    'receipt-put': (request) => nothing(putReceipt(place, request)),
    'receipt-list': () => listReceipts(place),
    'log-tail': ({ lines }) => tailLog(place, lines),
    reboot: async () => {
      setTimeout(() => void reboot(place).catch(() => undefined), rebootDelayMs);
      return {};
    },
  };
}

/** The answer and its acknowledgement pass before the box goes down. */
const rebootDelayMs = 500;
/** Calls at work at once; one more is refused. */
const maxCalls = 8;

export type Server = {
  readonly calls: readonly string[];
  deliver(message: Message): void | Promise<void>;
};

type Send = (type: number, body: CborValue) => void;

export function openServer(surroundings: Surroundings, send: Send): Server {
  const answers = answersOf(surroundings);
  let atWork = 0;

  async function work(name: string, args: unknown): Promise<CborValue> {
    const answer = isAgentCall(name) ? answers[name] : undefined;
    if (!isAgentCall(name) || answer === undefined) throw new CallFailure('not-supported', name);
    const request = agentCalls[name].request.safeParse(args);
    if (!request.success)
      throw new CallFailure('bad-request', `${name}: ${request.error.issues[0]?.path.join('.')}`);
    if (atWork >= maxCalls) throw new CallFailure('refused', `${maxCalls} calls are at work`);
    atWork += 1;
    // The table has checked that name, request and answer belong together.
    const run = answer as (request: unknown) => Promise<CborValue>;
    return run(request.data).finally(() => {
      atWork -= 1;
    });
  }
  const reasonOf = (error: unknown): Failure => (error instanceof CallFailure ? error.reason : 'failed');
  const saidBy = (error: unknown) => (error instanceof Error ? error.message.slice(0, 400) : String(error));

  async function call(body: Uint8Array): Promise<void> {
    const request = parseBody(callSchema, body);
    if (request === null) return;
    const [id, name, args] = request;
    await work(name, args).then(
      (value) => send(frameTypes.answer, [id, 'ok', value]),
      (error: unknown) => send(frameTypes.answer, [id, reasonOf(error), saidBy(error)]),
    );
  }
  async function data(body: Uint8Array): Promise<void> {
    const part = parseBody(dataSchema, body);
    if (part === null) return;
    const [handle, bytes] = part;
    await surroundings.staging.append(handle, bytes).catch((error: unknown) => {
      send(frameTypes.notice, [handle, reasonOf(error), saidBy(error)]);
    });
  }
  return {
    calls: Object.keys(answers),
    // Data is taken one piece after the other, and so is what speaks of it; other calls do not hold them up.
    deliver(message) {
      if (message.type === frameTypes.data) return data(message.body);
      if (message.type === frameTypes.call) void call(message.body);
      return undefined;
    },
  };
}
