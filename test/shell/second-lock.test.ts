// The vault's second lock on the real main and the real engine, over a safeStorage that really seals.
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openKeychain, readKeychainKind } from '../../electron/shell/second-lock.ts';
import { languages } from '../../renderer/words/words.ts';
import type { Reply } from '../../shared/contract/contract.ts';
import type { KeychainKind } from '../../shared/contract/values.ts';
import { expectAccessible, isBrowserThere, noBrowser, photograph } from '../helpers/browser.ts';
import { runCli } from '../helpers/cli.ts';
import { connectDesk } from '../helpers/desk-client.ts';
import { type Account, account, openSafeStorage } from '../helpers/electron-double/safe-storage.ts';
import { type Shell, startDrawnShell, startShell } from '../helpers/start-shell.ts';
import { startStationProcess } from '../helpers/station-process.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

type Case = {
  platform: NodeJS.Platform;
  backend: 'basic_text' | 'gnome_libsecret' | 'kwallet6' | 'unknown';
  isAvailable: boolean;
  kind: KeychainKind;
};

const cases: readonly Case[] = [
  { platform: 'linux', backend: 'gnome_libsecret', isAvailable: true, kind: 'os' },
  { platform: 'linux', backend: 'kwallet6', isAvailable: false, kind: 'none' },
  { platform: 'linux', backend: 'basic_text', isAvailable: true, kind: 'basic_text' },
  { platform: 'linux', backend: 'unknown', isAvailable: true, kind: 'none' },
  { platform: 'win32', backend: 'unknown', isAvailable: true, kind: 'os' },
  { platform: 'darwin', backend: 'unknown', isAvailable: false, kind: 'none' },
];

test.each(cases)('$platform with $backend, available $isAvailable: $kind', async (given) => {
  const getSelectedStorageBackend = vi.fn(() => given.backend);
  const storage = { getSelectedStorageBackend, isAsyncEncryptionAvailable: async () => given.isAvailable };
  expect(await readKeychainKind(storage, given.platform)).toBe(given.kind);
  expect(getSelectedStorageBackend).toHaveBeenCalledTimes(given.platform === 'linux' ? 1 : 0);
});

test('where the system protects nothing the words say that the passphrase alone does', () => {
  const sentences = {
    en: 'The passphrase alone protects the vault.',
    de: 'Allein die Passphrase schützt den Tresor.',
  };
  for (const language of ['en', 'de'] as const)
    for (const kind of ['none', 'basic_text'] as const)
      expect(languages[language].words[`lock.${kind}`]).toContain(sentences[language]);
});

test('main seals for a keychain alone, and says nothing of what it was given when that fails', async () => {
  const ask = (of: Account) =>
    openKeychain(
      openSafeStorage(of, () => true),
      'linux',
    );
  const secret = 'c2VjcmV0';
  for (const backend of ['basic_text', 'unknown'] as const)
    await expect(ask(account({ backend }))({ kind: 'seal', secret })).rejects.toMatchObject({
      code: 'vault.second-lock-unavailable',
    });
  const sealed = await ask(account())({ kind: 'seal', secret });
  expect(JSON.stringify(sealed)).not.toContain(secret);
  const stranger = ask(account())({ kind: 'open', sealed: sealed.kind === 'seal' ? sealed.sealed : '' });
  const error = await stranger.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'vault.second-lock-needed' });
  expect(error).not.toHaveProperty('cause');
});

const passphrase = 'a TEST passphrase';
const frame = { url: 'app://trustbox/', parent: null };

function callsOf({ invokeFrom }: Shell) {
  const ask = (name: string, request: object = {}) =>
    invokeFrom({ frame }, ['trustbox:call', name, request]) as Promise<Reply<Record<string, unknown>>>;
  const call = async (name: string, request: object = {}) => {
    const reply = await ask(name, request);
    if (reply.ok) return reply.value;
    throw new Error(`${name}: ${reply.error.code}: ${reply.error.message}`);
  };
  return { ask, call };
}

async function setUpLocked(of: Account) {
  const shell = await startShell({ account: of });
  const { call } = callsOf(shell);
  const names = { stationName: 'TEST bench', operator: 'Ada', language: 'en' };
  const before = await call('station.set-up', { ...names, passphrase });
  expect(before).toMatchObject({ secondLock: { keychain: 'os', isOn: false, isHeldHere: false } });
  await call('keys.create', { name: 'pump' });
  const { recoveryCode } = await call('station.switch-on-second-lock', { passphrase });
  expect(await call('station.state')).toMatchObject({ secondLock: { isOn: true, isHeldHere: true } });
  return { shell, recoveryCode: String(recoveryCode) };
}

/** A copy of the data folder, as a thief or a backup has it. */
async function copyOf(home: string): Promise<string> {
  const copy = join(await makeTempDir(), 'copy');
  cpSync(home, copy, { recursive: true });
  return copy;
}

const needed = { ok: false, error: { code: 'vault.second-lock-needed' } };

describe('switched on', () => {
  test('the same account opens the vault with the passphrase; a copy elsewhere does not, but with the code', async () => {
    const own = account();
    const { shell, recoveryCode } = await setUpLocked(own);
    await shell.close();
    const again = callsOf(await startShell({ account: own, home: shell.home }));
    expect(await again.call('station.unlock', { passphrase })).toMatchObject({ isUnlocked: true });

    const home = await copyOf(shell.home);
    const stolen = callsOf(await startShell({ account: account(), home }));
    expect(await stolen.ask('station.unlock', { passphrase })).toMatchObject(needed);
    const wrong = await stolen.ask('station.unlock', { passphrase, recoveryCode: `${recoveryCode}0` });
    expect(wrong).toMatchObject({ ok: false, error: { code: 'vault.recovery-code-invalid' } });
    const kept = await stolen.call('station.unlock', { passphrase, recoveryCode, keepHere: true });
    expect(kept).toMatchObject({ isUnlocked: true, secondLock: { isHeldHere: true } });
    await stolen.call('station.lock');
    expect(await stolen.call('station.unlock', { passphrase })).toMatchObject({ isUnlocked: true });
    expect(await stolen.call('keys.list')).toMatchObject([{ name: 'pump' }]);
  });

  test('station and command line open it with the recovery code alone', async () => {
    const { shell, recoveryCode } = await setUpLocked(account());
    await shell.close();
    const { home } = shell;
    const create = ['key', 'create', 'valve', '--json'];
    expect((await runCli(home, create)).lines[0]).toMatchObject({ error: { code: needed.error.code } });
    const wrong = await runCli(home, create, { env: { TRUSTBOX_RECOVERY_CODE: 'XXXX' } });
    expect(wrong.status).toBe(49);
    expect((await runCli(home, create, { env: { TRUSTBOX_RECOVERY_CODE: recoveryCode } })).status).toBe(0);
    const client = await connectDesk((await startStationProcess(home)).url);
    expect(await client.call('station.state', {})).toMatchObject({
      secondLock: { keychain: 'none', isOn: true },
    });
    expect(await client.ask('station.unlock', { passphrase })).toMatchObject(needed);
    await client.call('station.unlock', { passphrase, recoveryCode });
    expect((await client.call('keys.list', {})).map(({ name }) => name)).toEqual(['pump', 'valve']);
    const off = { passphrase, recoveryCode };
    expect(await client.call('station.switch-off-second-lock', off)).toMatchObject({
      secondLock: { isOn: false },
    });
    client.close();
    expect((await runCli(home, ['key', 'create', 'third', '--json'])).status).toBe(0);
  });

  test('the secret is in no file, no log, no answer and no event; the code only in the one answer', async () => {
    const own = account();
    const { shell, recoveryCode } = await setUpLocked(own);
    const { call } = callsOf(shell);
    await call('station.lock');
    const answers = JSON.stringify([
      await call('station.unlock', { passphrase }),
      await call('station.state'),
    ]);
    await shell.close();
    const { home } = shell;
    const { sealed } = JSON.parse(readFileSync(join(home, 'second-lock.json'), 'utf8')) as { sealed: string };
    const { result } = await openSafeStorage(own, () => true).decryptStringAsync(
      Buffer.from(sealed, 'base64'),
    );
    const secret = Buffer.from(result, 'base64');
    expect(secret).toHaveLength(32);
    const files = ['station.db', 'settings.json', 'second-lock.json', join('logs', 'station.log')];
    const told = [
      answers,
      JSON.stringify(shell.seen.sent),
      ...files.map((file) => readFileSync(join(home, file), 'latin1')),
    ];
    for (const text of told)
      for (const hidden of [result, secret.toString('hex'), secret.toString('latin1'), recoveryCode])
        expect(text).not.toContain(hidden);
  });
});

test('without a keychain it cannot be switched on, and the vault stays as it was', async () => {
  const { call, ask } = callsOf(await startShell({ account: account({ backend: 'basic_text' }) }));
  const names = { stationName: 'TEST bench', operator: 'Ada', language: 'en' };
  const state = await call('station.set-up', { ...names, passphrase });
  expect(state).toMatchObject({ secondLock: { keychain: 'basic_text', isOn: false } });
  expect(await ask('station.switch-on-second-lock', { passphrase })).toMatchObject({
    ok: false,
    error: { code: 'vault.second-lock-unavailable' },
  });
  await call('station.lock');
  expect(await call('station.unlock', { passphrase })).toMatchObject({ isUnlocked: true });
});

test('as a user: wanted at set-up, the code written down, unlocked, switched off', {
  timeout: 90_000,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { page } = await startDrawnShell({ account: account() });
  await page.getByLabel('Name of this station').fill('TEST bench');
  await page.getByLabel('Operator').fill('Ada');
  for (const field of await page.locator('input[type=password]').all()) await field.fill(passphrase);
  await page.getByText('Second lock: let the keychain').click();
  await photograph(page, '40-set-up-second-lock');
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  const code = await page.locator('.recovery-code').innerText();
  expect(code).toMatch(/^(\w{4}-){7}\w{4}$/);
  await page.keyboard.press('Escape');
  const written = page.getByRole('button', { name: 'I have written it down' });
  expect(await written.isEnabled()).toBe(false);
  await photograph(page, '41-recovery-code');
  await expectAccessible(page);
  await page.getByLabel('Type the last group').fill(code.slice(-4).toLowerCase());
  await written.click();
  await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
  await page.getByText('It is on: the vault opens with').waitFor();
  expect(await page.content()).not.toContain(code);
  await photograph(page, '42-settings-second-lock');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await page.getByRole('navigation').getByRole('button', { name: 'Keys and trust' }).click();
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByText('New or brought').waitFor();
  await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('Passphrase of the vault, to confirm').fill(passphrase);
  await page.getByRole('button', { name: 'Switch the second lock off' }).click();
  await page.getByText('The second lock is off').waitFor();
  await page.getByText("This system's keychain can hold").waitFor();
});

test('as a user on another machine: the screen asks for the code, and the keychain there holds it then', {
  timeout: 90_000,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { shell, recoveryCode } = await setUpLocked(account());
  await shell.close();
  const home = await copyOf(shell.home);
  const { page } = await startDrawnShell({ account: account(), home });
  await page.getByRole('navigation').getByRole('button', { name: 'Keys and trust' }).click();
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByText('The vault needs its second lock too').waitFor();
  await page.getByLabel('Recovery code').fill(recoveryCode);
  await page.getByText('Let the keychain of this account hold').click();
  await photograph(page, '43-unlock-with-code');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByText('New or brought').waitFor();
});
