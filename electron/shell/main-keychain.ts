// The engine's way to the system's keychain: questions to main over the message channel, and nowhere else.
import { parseBase64, toBase64 } from '../../shared/bytes.ts';
import type { Reply } from '../../shared/contract/contract.ts';
import { type ErrorCode, entryOf, ProvisionerError } from '../../shared/errors/error.ts';
import type { Keychain } from '../core/keys/second-lock.ts';
import type { FromEngine, KeychainAnswer, KeychainQuestion } from './engine-messages.ts';

/** What the keychain is, is known at once; that it is opened may wait for a person at the system's own dialog. */
const kindMs = 5000;
const personMs = 120_000;

export type MainKeychain = Keychain & { hear(id: number, reply: Reply<KeychainAnswer>): void };

type Question<K extends KeychainQuestion['kind']> = Extract<KeychainQuestion, { kind: K }>;
type Answer<K extends KeychainQuestion['kind']> = Extract<KeychainAnswer, { kind: K }>;

const bytesOf = (text: string | null): Uint8Array => {
  const bytes = text === null ? null : parseBase64(text);
  if (bytes) return bytes;
  throw new ProvisionerError('vault.second-lock-needed', 'the keychain answered something else than it got');
};

const isCode = (code: string): code is ErrorCode => entryOf(code as ErrorCode) !== undefined;

export function openMainKeychain(post: (message: FromEngine) => void): MainKeychain {
  const waiting = new Map<number, (reply: Reply<KeychainAnswer>) => void>();
  let nextId = 1;

  function ask<K extends KeychainQuestion['kind']>(
    question: Question<K>,
    timeoutMs: number,
  ): Promise<Answer<K>> {
    const id = nextId;
    nextId += 1;
    return new Promise((resolve, reject) => {
      const late = new ProvisionerError('vault.second-lock-needed', 'the keychain did not answer in time');
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(late);
      }, timeoutMs);
      waiting.set(id, (reply) => {
        clearTimeout(timer);
        if (reply.ok) return resolve(reply.value as Answer<K>);
        const { code, message } = reply.error;
        reject(new ProvisionerError(isCode(code) ? code : 'internal.unexpected', message));
      });
      post({ id, question });
    });
  }

  return {
    hear(id, reply) {
      waiting.get(id)?.(reply);
      waiting.delete(id);
    },
    kind: () =>
      ask<'keychain'>({ kind: 'keychain' }, kindMs).then(
        ({ keychain }) => keychain,
        () => 'none',
      ),
    async seal(secret) {
      const { sealed } = await ask<'seal'>({ kind: 'seal', secret: toBase64(secret) }, personMs);
      return bytesOf(sealed);
    },
    async open(sealed) {
      const { secret, resealed } = await ask<'open'>({ kind: 'open', sealed: toBase64(sealed) }, personMs);
      return { secret: bytesOf(secret), resealed: resealed === null ? null : bytesOf(resealed) };
    },
  };
}
