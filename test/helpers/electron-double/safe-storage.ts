// safeStorage over a key of its own: really seals (AES-256-GCM), and like the real one refuses before `ready`. One account
// of one machine has one key; what another account sealed does not open.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type * as electron from 'electron';
import type { Surface } from './surface.ts';

export type Account = {
  readonly backend: ReturnType<electron.SafeStorage['getSelectedStorageBackend']>;
  readonly isAvailable: boolean;
  readonly key: Uint8Array;
};

export const account = (part: Partial<Account> = {}): Account => ({
  backend: 'gnome_libsecret',
  isAvailable: true,
  key: randomBytes(32),
  ...part,
});

const nonceBytes = 12;
const tagBytes = 16;

export function openSafeStorage(
  { backend, isAvailable, key }: Account,
  isReady: () => boolean,
): Surface['safeStorage'] {
  const mustBeThere = () => {
    if (!isReady() || !isAvailable) throw new Error('Encryption is not available.');
  };
  return {
    getSelectedStorageBackend: () => (isReady() ? backend : 'unknown'),
    isAsyncEncryptionAvailable: async () => isReady() && isAvailable,
    async encryptStringAsync(text) {
      mustBeThere();
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    async decryptStringAsync(sealed) {
      mustBeThere();
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes));
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      const plain = [decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()];
      return { result: Buffer.concat(plain).toString('utf8'), shouldReEncrypt: false };
    },
  };
}
