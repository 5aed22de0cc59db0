import { expect, test, vi } from 'vitest';
import { readSecondLock, type SecondLock, secondLockWords } from '../../electron/shell/second-lock.ts';

type Case = {
  platform: NodeJS.Platform;
  backend: 'basic_text' | 'gnome_libsecret' | 'kwallet6' | 'unknown';
  isAvailable: boolean;
  lock: SecondLock;
};

const cases: readonly Case[] = [
  { platform: 'linux', backend: 'gnome_libsecret', isAvailable: true, lock: 'os' },
  { platform: 'linux', backend: 'kwallet6', isAvailable: false, lock: 'none' },
  { platform: 'linux', backend: 'basic_text', isAvailable: true, lock: 'basic_text' },
  { platform: 'linux', backend: 'unknown', isAvailable: true, lock: 'none' },
  { platform: 'win32', backend: 'unknown', isAvailable: true, lock: 'os' },
  { platform: 'darwin', backend: 'unknown', isAvailable: false, lock: 'none' },
];

test.each(cases)('$platform with $backend, available $isAvailable: $lock', async (given) => {
  const getSelectedStorageBackend = vi.fn(() => given.backend);
  const storage = { getSelectedStorageBackend, isAsyncEncryptionAvailable: async () => given.isAvailable };
  expect(await readSecondLock(storage, given.platform)).toBe(given.lock);
  expect(getSelectedStorageBackend).toHaveBeenCalledTimes(given.platform === 'linux' ? 1 : 0);
});

test('where the system protects nothing the words say that the passphrase alone does', () => {
  for (const lock of ['none', 'basic_text'] as const)
    expect(secondLockWords[lock]).toContain('passphrase alone protects the vault');
});
