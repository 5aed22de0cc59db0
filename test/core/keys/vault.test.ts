import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listKeys, openVault, parseClassKey, parseKeyStore } from '../../../electron/core/keys/vault.ts';
import { verifyRecords } from '../../../electron/core/records/receipts.ts';
import { openDatabase } from '../../../electron/core/store/database.ts';
import { toBase64, toHex } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { openAgain, openTestStore } from '../../helpers/open-store.ts';
import { runStoreChild } from '../../helpers/run-store-child.ts';
import { childPassphrase } from '../../helpers/store-child.ts';
import { testClock } from '../../helpers/verdicts.ts';

const passphrase = 'TEST correct horse';
const secret = Uint8Array.from({ length: 32 }, (_, at) => at + 1);
const coded = (code: string) => expect.objectContaining({ code });

async function freshVault() {
  const { db, path } = await openTestStore();
  return { db, path, vault: await openVault(db, testClock, { passphrase }) };
}

describe('a class key', () => {
  test('comes back from the vault as it went in, also after it was closed', async () => {
    const { vault, path } = await freshVault();
    const info = await vault.importKey('app-1', secret);
    const again = await openVault(openAgain(path), testClock, { passphrase });
    expect(await again.openKey('app-1')).toEqual({ name: 'app-1', secret });
    expect(info).toEqual({
      name: 'app-1',
      keyId: expect.stringMatching(/^[0-9a-f]{64}$/),
      createdAt: testClock.now().toISOString(),
    });
  });

  test('that is made is 32 random bytes', async () => {
    const { vault } = await freshVault();
    await vault.createKey('a');
    await vault.createKey('b');
    const [a, b] = [await vault.openKey('a'), await vault.openKey('b')];
    expect(a.secret).toHaveLength(32);
    expect(toHex(a.secret)).not.toBe(toHex(b.secret));
  });

  test('is listed without a passphrase, and without the key', async () => {
    const { vault, db } = await freshVault();
    await vault.importKey('app-1', secret);
    const listed = await listKeys(db);
    expect(listed).toMatchObject([{ name: 'app-1' }]);
    expect(JSON.stringify(listed)).not.toContain(toBase64(secret));
  });

  test('is in no row of the database in the clear', async () => {
    const { vault, db } = await freshVault();
    await vault.importKey('app-1', secret);
    const rows = JSON.stringify([
      await db.selectFrom('keys').selectAll().execute(),
      await db.selectFrom('vault').selectAll().execute(),
      await db.selectFrom('journal').selectAll().execute(),
    ]);
    expect(rows).not.toContain(toBase64(secret));
    expect(rows).not.toContain(toHex(secret));
    expect(rows).not.toContain(passphrase);
  });

  test('of a name that exists is refused, and the first one stays', async () => {
    const { vault, db } = await freshVault();
    await vault.importKey('app-1', secret);
    await expect(vault.createKey('app-1')).rejects.toThrow(coded('vault.exists'));
    expect((await vault.openKey('app-1')).secret).toEqual(secret);
    expect(await db.selectFrom('journal').selectAll().execute()).toHaveLength(1);
  });

  test('of a name that is none, or that is not 32 bytes, is refused', async () => {
    const { vault, db } = await freshVault();
    for (const name of ['', 'a b', '../x', 'ä', 'x'.repeat(65), 'a\n'])
      await expect(vault.createKey(name), name).rejects.toThrow(coded('key.name-invalid'));
    for (const length of [0, 16, 31, 33]) {
      const importing = async () => vault.importKey('app-1', new Uint8Array(length));
      await expect(importing(), String(length)).rejects.toThrow(coded('key.import-invalid'));
    }
    expect(await listKeys(db)).toEqual([]);
  });

  test('that is not there is said to be not there', async () => {
    const { vault } = await freshVault();
    await expect(vault.openKey('nothing')).rejects.toThrow(coded('vault.no-such-key'));
  });
});

describe('opening the vault', () => {
  test('with another passphrase is refused', async () => {
    const { path } = await freshVault();
    await expect(openVault(openAgain(path), testClock, { passphrase: `${passphrase}!` })).rejects.toThrow(
      coded('vault.locked'),
    );
  });

  test('does not depend on how the passphrase was composed', async () => {
    const { db } = await openTestStore();
    const vault = await openVault(db, testClock, { passphrase: 'TEST caf\u00e9 \u212b' });
    await vault.importKey('app-1', secret);
    const again = await openVault(db, testClock, { passphrase: 'TEST cafe\u0301 \u00c5' });
    expect((await again.openKey('app-1')).secret).toEqual(secret);
  });

  test('for the first time needs more than a short passphrase', async () => {
    const { db } = await openTestStore();
    await expect(openVault(db, testClock, { passphrase: 'short' })).rejects.toThrow(coded('vault.locked'));
    expect(await db.selectFrom('vault').selectAll().execute()).toEqual([]);
  });

  const goodHeader = JSON.stringify({
    vault: 1,
    kdf: { name: 'scrypt', N: 2 ** 16, r: 8, p: 1, salt: toBase64(new Uint8Array(16)) },
    sealedKey: toBase64(new Uint8Array(60)),
  });

  test('with a sound header that this passphrase does not open is refused as locked', async () => {
    const { db } = await openTestStore();
    await db.insertInto('vault').values({ id: 1, header: goodHeader }).execute();
    await expect(openVault(db, testClock, { passphrase })).rejects.toThrow(coded('vault.locked'));
  });

  const header = (changes: (header: { kdf: Record<string, unknown>; [key: string]: unknown }) => void) => {
    return (text: string) => {
      const value = JSON.parse(text) as { kdf: Record<string, unknown> };
      changes(value);
      return JSON.stringify(value);
    };
  };
  test.each<[string, (text: string) => string]>([
    ['that is not JSON', (text) => text.slice(1)],
    ['of another version', header((value) => Object.assign(value, { vault: 2 }))],
    ['that asks for 16 GiB', header(({ kdf }) => Object.assign(kdf, { N: 2 ** 24 }))],
    ['that asks for next to nothing', header(({ kdf }) => Object.assign(kdf, { N: 2 }))],
    ['whose N is no power of two', header(({ kdf }) => Object.assign(kdf, { N: 65_537 }))],
    ['whose r was changed', header(({ kdf }) => Object.assign(kdf, { r: 1 }))],
  ])('with a header %s is refused as damaged', async (_name, change) => {
    const { db } = await openTestStore();
    await db
      .insertInto('vault')
      .values({ id: 1, header: change(goodHeader) })
      .execute();
    await expect(openVault(db, testClock, { passphrase })).rejects.toThrow(coded('vault.damaged'));
  });

  test('tells a damaged key from a wrong passphrase', async () => {
    const { db, vault } = await freshVault();
    await vault.importKey('app-1', secret);
    const { sealed } = await db.selectFrom('keys').select('sealed').executeTakeFirstOrThrow();
    for (let at = 0; at < sealed.length; at += 7) {
      const damaged = sealed.map((byte, index) => (index === at ? byte ^ 1 : byte));
      await db.updateTable('keys').set({ sealed: damaged }).execute();
      await expect(vault.openKey('app-1')).rejects.toThrow(coded('vault.damaged'));
    }
    await db
      .updateTable('keys')
      .set({ sealed: sealed.subarray(0, 20) })
      .execute();
    await expect(vault.openKey('app-1')).rejects.toThrow(coded('vault.damaged'));
  });

  test('finds a key that was put under the name of another', async () => {
    const { db, vault } = await freshVault();
    await vault.createKey('a');
    await vault.createKey('b');
    const { sealed } = await db
      .selectFrom('keys')
      .select('sealed')
      .where('name', '=', 'a')
      .executeTakeFirstOrThrow();
    await db.updateTable('keys').set({ sealed }).where('name', '=', 'b').execute();
    await expect(vault.openKey('b')).rejects.toThrow(coded('vault.damaged'));
  });
});

describe("the station's signing key", () => {
  test('is made once, and is the same for every process', async () => {
    const { vault, path } = await freshVault();
    const first = await vault.openStationKey('line-1');
    const again = await (await openVault(openAgain(path), testClock, { passphrase })).openStationKey('other');
    expect(again).toEqual(first);
    expect(first.publicKey).toMatch(/^[0-9a-f]{64}$/);
  });

  test('cannot be exchanged for a class key', async () => {
    const { vault, db } = await freshVault();
    await vault.openStationKey('line-1');
    await vault.importKey('app-1', secret);
    const { sealed } = await db.selectFrom('keys').select('sealed').executeTakeFirstOrThrow();
    await db.updateTable('station').set({ sealed_key: sealed }).execute();
    await expect(vault.openStationKey('line-1')).rejects.toThrow(coded('vault.damaged'));
  });
});

describe('keys from outside', () => {
  const base64 = toBase64(secret);

  test('are base64 of 32 bytes, or a key store of cpk-tool', () => {
    expect(parseClassKey(`${base64}\n`)).toEqual(secret);
    expect([...parseKeyStore(JSON.stringify({ 'app-1': base64, 'app-2': base64 }))]).toEqual([
      ['app-1', secret],
      ['app-2', secret],
    ]);
    expect(parseKeyStore('{}').size).toBe(0);
  });

  const bad: Record<string, () => unknown> = {
    'text that is not base64': () => parseClassKey(`!${base64}`),
    'a key without padding': () => parseClassKey(base64.slice(0, -1)),
    'a key of 31 bytes': () => parseClassKey(toBase64(secret.subarray(1))),
    'a store that is not JSON': () => parseKeyStore(`{"app-1": "${base64}"`),
    'a store that is a list': () => parseKeyStore(`["${base64}"]`),
    'a store with a number': () => parseKeyStore(`{"app-1": "${base64}", "app-2": 3}`),
    'a store with a bad key': () => parseKeyStore(`{"app-1": "${base64}", "app-2": "${base64.slice(4)}"}`),
    'a store with a name twice': () => parseKeyStore(`{"app-1": "${base64}", "app-1": "${base64}"}`),
    'a store of too many keys': () =>
      parseKeyStore(
        JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [n, base64]))),
      ),
  };

  test.each(Object.entries(bad))('%s is refused, and the refusal shows no key', (_name, parse) => {
    let caught: unknown;
    try {
      parse();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ProvisionerError);
    expect(caught).toMatchObject({ code: 'key.import-invalid' });
    expect(inspect(caught, { depth: 9 })).not.toContain(base64.slice(4, 20));
  });

  test('a bad key in a store is named', () => {
    expect(() => parseKeyStore(`{"app-2": "x"}`)).toThrow(/"app-2"/);
  });
});

describe('several processes', () => {
  test('that open and fill one new vault at once lose nothing', async () => {
    const { path } = await openTestStore();
    const labels = ['a', 'b', 'c'];
    const children = await Promise.all(labels.map((label) => runStoreChild(['keys', path, label, '8'])));
    for (const child of children) expect(child).toMatchObject({ code: 0, stderr: '' });
    const db = openDatabase(path);
    onTestFinished(() => db.destroy());
    const vault = await openVault(db, testClock, { passphrase: childPassphrase });
    const names = (await listKeys(db)).map(({ name }) => name);
    expect(names).toEqual(labels.flatMap((label) => Array.from({ length: 8 }, (_, n) => `${label}-${n}`)));
    for (const name of names) expect((await vault.openKey(name)).secret).toHaveLength(32);
    expect(await verifyRecords(db)).toMatchObject({ ok: true, entries: 24 });
  });

  test.each([1, 4, 9])(
    'killed after %i keys leave whole keys, each with its journal entry',
    async (killAfter) => {
      const { path } = await openTestStore();
      const child = await runStoreChild(['keys', path, 'k', '100000'], { killAfter });
      expect(child.code).toBeNull();
      const db = openAgain(path);
      const vault = await openVault(db, testClock, { passphrase: childPassphrase });
      const names = (await listKeys(db)).map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(child.lines));
      for (const name of names) expect((await vault.openKey(name)).secret).toHaveLength(32);
      expect(await verifyRecords(db)).toMatchObject({ ok: true, entries: names.length });
    },
  );
});
