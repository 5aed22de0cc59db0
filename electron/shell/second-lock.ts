// What the operating system adds to the vault's passphrase: a second lock, held by its keychain (safeStorage). Main only
// seals and opens; which secret, where it lies and what it opens is the engine's.
// `basic_text` is not protection: on a Linux desktop without a keychain Chromium seals with a key that everybody knows.
import type { SafeStorage } from 'electron';
import type { KeychainKind } from '../../shared/contract/values.ts';
import { ProvisionerError } from '../../shared/errors/error.ts';
import type { KeychainAnswer, KeychainQuestion } from './engine-messages.ts';

type Asked = Pick<SafeStorage, 'getSelectedStorageBackend' | 'isAsyncEncryptionAvailable'>;
type Storage = Asked & Pick<SafeStorage, 'encryptStringAsync' | 'decryptStringAsync'>;

/** Only after `ready`: before it nothing is available. */
export async function readKeychainKind(storage: Asked, platform: NodeJS.Platform): Promise<KeychainKind> {
  // Asked first, because with this backend encryption may well call itself available.
  const backend = platform === 'linux' ? storage.getSelectedStorageBackend() : null;
  if (backend === 'basic_text') return 'basic_text';
  if (backend === 'unknown') return 'none';
  return (await storage.isAsyncEncryptionAvailable()) ? 'os' : 'none';
}

const sealWith = async (storage: Storage, secret: string): Promise<string> =>
  (await storage.encryptStringAsync(secret)).toString('base64');

async function openWith(storage: Storage, sealed: string): Promise<KeychainAnswer> {
  const { result: secret, shouldReEncrypt } = await storage.decryptStringAsync(Buffer.from(sealed, 'base64'));
  return { kind: 'open', secret, resealed: shouldReEncrypt ? await sealWith(storage, secret) : null };
}

export type AskKeychain = (question: KeychainQuestion) => Promise<KeychainAnswer>;

/** Answers the engine. @throws vault.second-lock-unavailable vault.second-lock-needed */
export const openKeychain =
  (storage: Storage, platform: NodeJS.Platform): AskKeychain =>
  async (question) => {
    const keychain = await readKeychainKind(storage, platform);
    if (question.kind === 'keychain') return { kind: 'keychain', keychain };
    if (question.kind === 'seal' && keychain !== 'os')
      throw new ProvisionerError('vault.second-lock-unavailable', 'this system offers no keychain');
    try {
      return question.kind === 'seal'
        ? { kind: 'seal', sealed: await sealWith(storage, question.secret) }
        : await openWith(storage, question.sealed);
    } catch {
      // Whatever the keychain says may quote what it was given: it stays here.
      const code = question.kind === 'seal' ? 'vault.second-lock-unavailable' : 'vault.second-lock-needed';
      throw new ProvisionerError(code, `the keychain of this account did not ${question.kind} it`);
    }
  };
