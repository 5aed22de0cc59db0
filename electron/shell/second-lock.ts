// What the operating system could add to the vault's passphrase: a second lock, held by its keychain (safeStorage).
// `basic_text` is not protection: on a Linux desktop without a keychain Chromium seals with a key that everybody knows.
import type { SafeStorage } from 'electron';

export type SecondLock = 'none' | 'basic_text' | 'os';

/** One clear sentence each, for the settings screen and the set-up. */
export const secondLockWords: Readonly<Record<SecondLock, string>> = {
  os: "The system's keychain can hold a second lock for the vault.",
  basic_text:
    'This desktop has no keychain: what the system would seal, every program of this user could open. The passphrase alone protects the vault.',
  none: 'The system offers no keychain to this program. The passphrase alone protects the vault.',
};

/** Only after `ready`: before it nothing is available. */
export async function readSecondLock(
  storage: Pick<SafeStorage, 'getSelectedStorageBackend' | 'isAsyncEncryptionAvailable'>,
  platform: NodeJS.Platform,
): Promise<SecondLock> {
  // Asked first, because with this backend encryption may well call itself available.
  const backend = platform === 'linux' ? storage.getSelectedStorageBackend() : null;
  if (backend === 'basic_text') return 'basic_text';
  if (backend === 'unknown') return 'none';
  return (await storage.isAsyncEncryptionAvailable()) ? 'os' : 'none';
}
