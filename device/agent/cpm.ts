// The enclave's calls as the agent reaches them: through the box's CPM socket where there is one (virtual boxes, and images
// that bring such a service); a stock box has cpk-tool alone, which makes them for us as a whole.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { CpmAnswer, CpmCall } from '../../shared/wire/calls.ts';
import { CallFailure } from './failure.ts';

const answerTimeoutMs = 30_000;
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

/** What the CPM said, or why it is no answer. */
function parseAnswer(text: string): CpmAnswer | { readonly error: string } {
  try {
    const { publicKey, ...answer } = JSON.parse(text) as Omit<CpmAnswer, 'publicKey'> & {
      publicKey?: string;
    };
    return publicKey === undefined
      ? answer
      : { ...answer, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64')) };
  } catch {
    return { error: 'the CPM answers with something else than an answer' };
  }
}

/** One call as a line of JSON, bytes as base64; one line comes back. */
export function callCpm(socketPath: string, call: CpmCall): Promise<CpmAnswer> {
  const line = JSON.stringify(call, (_key, value: unknown) => (isBytes(value) ? base64(value) : value));
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(`${line}\n`));
    const fail = (why: string) => {
      socket.destroy();
      reject(new CallFailure('failed', why));
    };
    socket.setTimeout(answerTimeoutMs, () => fail('the CPM does not answer'));
    socket.on('error', (error) => fail(error.message));
    socket.on('close', () => fail('the CPM closed its socket'));
    createInterface({ input: socket }).once('line', (text) => {
      const said = parseAnswer(text);
      if ('error' in said) return fail(said.error);
      resolve(said);
      socket.destroy();
    });
  });
}
