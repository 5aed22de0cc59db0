// Calls to an agent: each has an id, a deadline and an abort signal, and one answer. Answers that nobody asked for break the
// protocol; one that comes after its caller gave up does not.
import type { CborValue } from '../../../shared/cbor.ts';
import { type ErrorCode, ProvisionerError } from '../../../shared/errors/error.ts';
import {
  answerSchema,
  encodeBody,
  type Failure,
  noticeSchema,
  parseBody,
} from '../../../shared/wire/bodies.ts';
import { type AgentCall, agentCalls, type CallAnswer, type CallRequest } from '../../../shared/wire/calls.ts';
import type { Channel } from '../../../shared/wire/channel.ts';
import { frameTypes } from '../../../shared/wire/frame.ts';
import type { Message } from '../../../shared/wire/sender.ts';
import type { CallOptions } from '../link.ts';

/** What a refusal of the agent is to the operator. */
export const failureCodes: Readonly<Record<Failure, ErrorCode>> = {
  'not-supported': 'agent.not-supported',
  'bad-request': 'agent.call-failed',
  failed: 'agent.call-failed',
  refused: 'agent.call-failed',
  'no-space': 'transfer.refused',
  'not-found': 'agent.call-failed',
  timeout: 'agent.timeout',
};

const isFailure = (reason: string): reason is Failure => Object.hasOwn(failureCodes, reason);

function asError(what: string, reason: string, said: unknown): ProvisionerError {
  const words = typeof said === 'string' ? said.replace(/[^\x20-\x7e]/g, '?').slice(0, 400) : '';
  return new ProvisionerError(
    isFailure(reason) ? failureCodes[reason] : 'agent.call-failed',
    `${what}: ${words || reason}`,
  );
}

type Open = {
  readonly name: AgentCall;
  settle(reason: string, value: unknown): void;
  fail(error: unknown): void;
};

export type Caller = ReturnType<typeof openCaller>;

export function openCaller() {
  const open = new Map<number, Open>();
  const forgotten = new Set<number>();
  const notices = new Map<number, (error: ProvisionerError) => void>();
  /** Transfers that are over for us and of which the agent may not have heard. */
  const left = new Set<number>();
  let channel: Channel | null = null;
  let nextId = 1;

  /** @throws agent.* port.lost, or the signal's reason */
  function call<N extends AgentCall>(
    name: N,
    request: CallRequest<N>,
    { timeoutMs = agentCalls[name].deadlineMs, signal }: CallOptions = {},
  ): Promise<CallAnswer<N>> {
    const id = nextId++;
    return new Promise<CallAnswer<N>>((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        open.delete(id);
      };
      const giveUp = (error: unknown) => {
        finish();
        forgotten.add(id);
        reject(error);
      };
      const onAbort = () => giveUp(signal?.reason);
      const late = () =>
        giveUp(new ProvisionerError('agent.timeout', `${name}: no answer in ${timeoutMs / 1000} s`));
      const timer = setTimeout(late, timeoutMs);
      if (signal?.aborted) return onAbort();
      if (channel === null) return giveUp(new ProvisionerError('agent.silent', `${name}: no session`));
      signal?.addEventListener('abort', onAbort);
      open.set(id, {
        name,
        fail(error) {
          finish();
          reject(error);
        },
        settle(reason, value) {
          finish();
          const answer = reason === 'ok' ? agentCalls[name].answer.safeParse(value) : null;
          if (answer === null) reject(asError(name, reason, value));
          else if (answer.success) resolve(answer.data as CallAnswer<N>);
          else
            reject(
              new ProvisionerError('device.bad-answer', `${name}: ${answer.error.issues[0]?.path.join('.')}`),
            );
        },
      });
      const body = encodeBody([id, name, request as CborValue]);
      channel.send({ type: frameTypes.call, body }, 'urgent').catch(giveUp);
    });
  }

  function answered(body: Uint8Array): void {
    const [id, reason, value] = parseBody(answerSchema, body) ?? [-1, '', null];
    if (forgotten.delete(id)) return;
    const waiting = open.get(id);
    if (waiting === undefined)
      throw new ProvisionerError('agent.protocol', `an answer to call ${id}, which is not open`);
    waiting.settle(reason, value);
  }
  function noticed(body: Uint8Array): void {
    const [handle, reason, said] = parseBody(noticeSchema, body) ?? [-1, '', ''];
    const listener = notices.get(handle);
    // A transfer is given up once.
    if (!notices.delete(handle) && !left.delete(handle))
      throw new ProvisionerError('agent.protocol', `a notice of transfer ${handle}, which is not open`);
    listener?.(asError('the transfer', reason, said));
  }
  return {
    call,
    attach(session: Channel) {
      channel = session;
    },
    /** @throws agent.protocol */
    deliver(message: Message): void {
      if (message.type === frameTypes.answer) answered(message.body);
      else if (message.type === frameTypes.notice) noticed(message.body);
      else if (message.type === frameTypes.call || message.type === frameTypes.data)
        throw new ProvisionerError('agent.protocol', `a message of type ${message.type} from an agent`);
      // Another type of a later version: not for us.
    },
    /** Hears when the agent gives up a transfer. @returns what ends the listening */
    onNotice(handle: number, run: (error: ProvisionerError) => void): () => void {
      notices.set(handle, run);
      return () => {
        if (notices.delete(handle)) left.add(handle);
      };
    },
    end(error: ProvisionerError): void {
      for (const waiting of [...open.values()]) waiting.fail(error);
    },
  };
}
