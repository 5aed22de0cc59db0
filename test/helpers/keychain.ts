// The keychain of one account of an operating system: really seals, under a key of its own.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keychain } from '../../electron/core/keys/second-lock.ts';
import type { KeychainKind } from '../../shared/contract/values.ts';

export type TestKeychain = Keychain & {
  /** What it says it is. */
  now: KeychainKind;
  /** True: it gives back something else than it got. */
  isBroken: boolean;
  /** True: the system has a new key, and says so at the next opening. */
  hasNewKey: boolean;
};

export function makeKeychain(): TestKeychain {
  const key = randomBytes(32);
  const seal = (secret: Uint8Array): Uint8Array => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  };
  const open = (sealed: Uint8Array): Uint8Array => {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(-16));
    return Uint8Array.from(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]));
  };
  const keychain: TestKeychain = {
    now: 'os',
    isBroken: false,
    hasNewKey: false,
    kind: async () => keychain.now,
    seal: async (secret) => seal(secret),
    async open(sealed) {
      const secret = keychain.isBroken ? new Uint8Array(32) : open(sealed);
      const resealed = keychain.hasNewKey ? seal(secret) : null;
      keychain.hasNewKey = false;
      return { secret, resealed };
    },
  };
  return keychain;
}
