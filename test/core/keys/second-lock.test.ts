// A vault with a second lock, under real scrypt, a real database, and a keychain that really seals.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  byKeychain,
  byRecoveryCode,
  byRecoveryCodeAndHold,
  noKeychain,
  readSecondLock,
  switchOff,
  switchOn,
} from '../../../electron/core/keys/second-lock.ts';
import { openVault } from '../../../electron/core/keys/vault.ts';
import type { SecretFinder } from '../../../electron/core/keys/vault-header.ts';
import { verifyRecords } from '../../../electron/core/records/receipts.ts';
import type { Database } from '../../../electron/core/store/database.ts';
import { parseBase64, toBase64, toHex } from '../../../shared/bytes.ts';
import { encodeRecoveryCode } from '../../../shared/recovery-code.ts';
import { makeKeychain } from '../../helpers/keychain.ts';
import { openTestStore } from '../../helpers/open-store.ts';
import { testClock } from '../../helpers/verdicts.ts';

const passphrase = 'a TEST passphrase';
const secretKey = Uint8Array.from({ length: 32 }, (_, at) => at + 1);
const coded = (code: string) => expect.objectContaining({ code });

async function station() {
  const { db, path } = await openTestStore();
  const vault = await openVault(db, testClock, { passphrase });
  await vault.importKey('app-1', secretKey);
  const keychain = makeKeychain();
  const place = { keychain, path: join(dirname(path), 'second-lock.json') };
  const switching = { db, clock: testClock, place, passphrase, operator: 'Ada' };
  return { db, path, keychain, place, switching };
}

const open = (db: Database, findSecret?: SecretFinder, words = passphrase) =>
  openVault(db, testClock, { passphrase: words, findSecret });
const opensWith = async (db: Database, findSecret?: SecretFinder) =>
  (await (await open(db, findSecret)).openKey('app-1')).secret;
const headerOf = async (db: Database) =>
  JSON.parse((await db.selectFrom('vault').select('header').executeTakeFirstOrThrow()).header) as {
    vault: number;
    sealedKey: string;
    secondLock?: { id: string; recovery: string };
  };

describe('switched on', () => {
  test('the vault opens with passphrase and keychain, and not with the passphrase alone', async () => {
    const { db, place, switching } = await station();
    await switchOn(switching);
    expect(await readSecondLock(db, place.path)).toEqual({ isOn: true, isHeldHere: true });
    expect(await opensWith(db, byKeychain(place))).toEqual(secretKey);
    await expect(open(db)).rejects.toThrow(coded('vault.second-lock-needed'));
    await expect(open(db, byKeychain(place), 'another passphrase')).rejects.toThrow(coded('vault.locked'));
  });

  test('a copy on another account or machine does not open, with the sealed file or without', async () => {
    const { db, place, switching } = await station();
    await switchOn(switching);
    const elsewhere = [
      { keychain: noKeychain, path: place.path },
      { keychain: place.keychain, path: `${place.path}.gone` },
      { keychain: makeKeychain(), path: place.path },
    ];
    for (const there of elsewhere)
      await expect(open(db, byKeychain(there))).rejects.toThrow(coded('vault.second-lock-needed'));
  });

  test('the recovery code opens it there, however it is spelt, but only with the passphrase', async () => {
    const { db, switching } = await station();
    const code = await switchOn(switching);
    expect(await opensWith(db, byRecoveryCode(` ${code.toLowerCase().replaceAll('-', ' ')} `))).toEqual(
      secretKey,
    );
    await expect(open(db, byRecoveryCode(code), 'another passphrase')).rejects.toThrow(coded('vault.locked'));
    const foreign = encodeRecoveryCode(new Uint8Array(16));
    for (const wrong of [foreign, `${code}X`, ''])
      await expect(open(db, byRecoveryCode(wrong))).rejects.toThrow(coded('vault.recovery-code-invalid'));
  });

  test('with the recovery code the keychain of another account can hold it from then on', async () => {
    const { db, place, switching } = await station();
    const code = await switchOn(switching);
    const there = { keychain: makeKeychain(), path: `${place.path}.there` };
    expect(await opensWith(db, byRecoveryCodeAndHold(code, there))).toEqual(secretKey);
    expect(await readSecondLock(db, there.path)).toEqual({ isOn: true, isHeldHere: true });
    expect(await opensWith(db, byKeychain(there))).toEqual(secretKey);
  });

  test('neither header nor file give the secret, the code or the keys away; the file is its owner’s', async () => {
    const { db, place, switching } = await station();
    const code = await switchOn(switching);
    const { secret } = await place.keychain.open(
      parseBase64((JSON.parse(readFileSync(place.path, 'utf8')) as { sealed: string }).sealed) ??
        new Uint8Array(),
    );
    const written = JSON.stringify([
      await headerOf(db),
      readFileSync(place.path, 'utf8'),
      await db.selectFrom('journal').selectAll().execute(),
    ]);
    for (const told of [toHex(secret), toBase64(secret), code, code.replaceAll('-', ''), passphrase])
      expect(written).not.toContain(told);
    expect(statSync(place.path).mode & 0o777).toBe(0o600);
    expect(await headerOf(db)).toMatchObject({
      vault: 2,
      secondLock: { id: expect.stringMatching(/^\w{64}$/) },
    });
  });

  test('nothing of the header that the passphrase alone opened is left in the files of the database', async () => {
    const { db, path, switching } = await station();
    const { sealedKey } = await headerOf(db);
    const bytes = () =>
      [path, `${path}-wal`].map((file) => (existsSync(file) ? readFileSync(file, 'latin1') : '')).join('');
    expect(bytes()).toContain(sealedKey);
    await switchOn(switching);
    expect(bytes()).not.toContain(sealedKey);
  });

  test('when the system has a new key the sealed file is written anew', async () => {
    const { db, keychain, place, switching } = await station();
    await switchOn(switching);
    const before = readFileSync(place.path, 'utf8');
    keychain.hasNewKey = true;
    expect(await opensWith(db, byKeychain(place))).toEqual(secretKey);
    expect(readFileSync(place.path, 'utf8')).not.toBe(before);
    expect(await opensWith(db, byKeychain(place))).toEqual(secretKey);
  });

  test('a damaged sealed file asks for the code; a damaged header is damaged', async () => {
    const { db, place, switching } = await station();
    await switchOn(switching);
    for (const text of ['', '{}', '{"secondLock":1,"id":"x","sealed":""}']) {
      writeFileSync(place.path, text);
      await expect(open(db, byKeychain(place))).rejects.toThrow(coded('vault.second-lock-needed'));
    }
    const { secondLock: _, ...without } = await headerOf(db);
    await db
      .updateTable('vault')
      .set({ header: JSON.stringify(without) })
      .execute();
    await expect(open(db, byKeychain(place))).rejects.toThrow(coded('vault.damaged'));
    expect(await readSecondLock(db, place.path)).toMatchObject({ isOn: false });
  });

  test('a header that was made to look like one without a lock does not open', async () => {
    const { db, switching } = await station();
    await switchOn(switching);
    const { secondLock: _, ...without } = await headerOf(db);
    await db
      .updateTable('vault')
      .set({ header: JSON.stringify({ ...without, vault: 1 }) })
      .execute();
    await expect(open(db)).rejects.toThrow(coded('vault.locked'));
  });
});

describe('is not switched on', () => {
  test.each(['none', 'basic_text'] as const)('where the keychain is %s', async (kind) => {
    const { db, keychain, switching } = await station();
    keychain.now = kind;
    await expect(switchOn(switching)).rejects.toThrow(coded('vault.second-lock-unavailable'));
    expect(await opensWith(db)).toEqual(secretKey);
  });

  test('by a keychain that does not give back what it got, or with another passphrase, or twice', async () => {
    const { db, keychain, place, switching } = await station();
    keychain.isBroken = true;
    await expect(switchOn(switching)).rejects.toThrow(coded('vault.second-lock-unavailable'));
    keychain.isBroken = false;
    const other = switchOn({ ...switching, passphrase: 'another passphrase' });
    await expect(other).rejects.toThrow(coded('vault.locked'));
    expect(await opensWith(db)).toEqual(secretKey);
    expect(existsSync(place.path)).toBe(false);
    await switchOn(switching);
    await expect(switchOn(switching)).rejects.toThrow(coded('vault.second-lock-unavailable'));
    expect(await opensWith(db, byKeychain(place))).toEqual(secretKey);
  });
});

describe('switched off', () => {
  test('the passphrase alone opens the vault again, the file is gone, the old code is void', async () => {
    const { db, place, switching } = await station();
    const first = await switchOn(switching);
    await switchOff(switching, byKeychain(place));
    expect(await readSecondLock(db, place.path)).toEqual({ isOn: false, isHeldHere: false });
    expect(existsSync(place.path)).toBe(false);
    expect(await opensWith(db)).toEqual(secretKey);
    await switchOff(switching, byKeychain(place));
    const second = await switchOn(switching);
    await expect(open(db, byRecoveryCode(first))).rejects.toThrow(coded('vault.recovery-code-invalid'));
    await switchOff(switching, byRecoveryCode(second));
    expect(await opensWith(db)).toEqual(secretKey);
    const kinds = await db.selectFrom('journal').select('kind').orderBy('seq').execute();
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'class-key-imported',
      'second-lock-on',
      'second-lock-off',
      'second-lock-on',
      'second-lock-off',
    ]);
    expect(await verifyRecords(db)).toMatchObject({ ok: true });
  });

  test('needs passphrase and second lock', async () => {
    const { db, place, switching } = await station();
    await switchOn(switching);
    const without = { ...place, keychain: noKeychain };
    await expect(switchOff(switching, byKeychain(without))).rejects.toThrow(
      coded('vault.second-lock-needed'),
    );
    const wrong = { ...switching, passphrase: 'another passphrase' };
    await expect(switchOff(wrong, byKeychain(place))).rejects.toThrow(coded('vault.locked'));
    expect(await readSecondLock(db, place.path)).toEqual({ isOn: true, isHeldHere: true });
  });
});
