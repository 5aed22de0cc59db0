import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeTestSigner } from '../../../electron/cli/test-signer.ts';
import { openVault } from '../../../electron/core/keys/vault.ts';
import { verifyRecords } from '../../../electron/core/records/receipts.ts';
import {
  addAnchor,
  type Deciding,
  listAnchors,
  maxAnchors,
  readAnchors,
  removeAnchor,
} from '../../../electron/core/store/anchors.ts';
import { openTestStore } from '../../helpers/open-store.ts';
import { testClock, testNow } from '../../helpers/verdicts.ts';

const dayMs = 24 * 3600 * 1000;
const span = (fromDays: number, toDays: number) => ({
  notBefore: new Date(testNow.getTime() + fromDays * dayMs),
  notAfter: new Date(testNow.getTime() + toDays * dayMs),
});
const coded = (code: string) => expect.objectContaining({ code });
const fixture = new URL('../../fixtures/cpk-tool-demo.crt', import.meta.url);

let root = '';
let other = '';
beforeAll(async () => {
  root = (await makeTestSigner('TEST root', span(-1, 30))).certificatePem;
  other = (await makeTestSigner('TEST other root', span(-1, 30))).certificatePem;
});

async function freshStore(): Promise<Deciding> {
  const { db } = await openTestStore();
  const vault = await openVault(db, testClock, { passphrase: 'a TEST passphrase' });
  const stationKey = await vault.openStationKey('TEST station');
  return { db, clock: testClock, stationKey, operator: 'Ada', reason: 'root of 2026' };
}

const journalOf = async ({ db }: Deciding) =>
  (await db.selectFrom('journal').select(['kind', 'body']).orderBy('seq').execute()).map((entry) => ({
    kind: entry.kind,
    body: JSON.parse(entry.body) as object,
  }));

const wanted = (name: string, pem = root) => ({ name, pem, note: 'in the safe' });

describe('an anchor', () => {
  test('is kept with its certificate, its fingerprint, who added it, when, why and a note', async () => {
    const store = await freshStore();
    const kept = await addAnchor(store, wanted('Signing root'));
    expect(await listAnchors(store.db, testNow)).toEqual([{ ...kept, state: 'good' }]);
    expect(kept).toMatchObject({
      name: 'Signing root',
      subject: 'CN=TEST root',
      addedBy: 'Ada',
      addedAt: testNow.toISOString(),
      reason: 'root of 2026',
      note: 'in the safe',
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await readAnchors(store.db, testNow)).toEqual([kept.pem]);
    expect(await journalOf(store)).toMatchObject([
      {
        kind: 'anchor-added',
        body: { fingerprint: kept.fingerprint, operator: 'Ada', reason: 'root of 2026' },
      },
    ]);
    expect(await verifyRecords(store.db)).toMatchObject({ ok: true });
  });

  test.each(['name', 'fingerprint'] as const)(
    'goes by its %s, and both acts stay in the journal',
    async (by) => {
      const store = await freshStore();
      const kept = await addAnchor(store, wanted('Signing root'));
      await addAnchor(store, wanted('Other', other));
      await removeAnchor({ ...store, operator: 'Grace', reason: 'replaced' }, kept[by]);
      expect((await listAnchors(store.db, testNow)).map(({ name }) => name)).toEqual(['Other']);
      expect((await journalOf(store)).at(-1)).toMatchObject({
        kind: 'anchor-removed',
        body: { name: 'Signing root', fingerprint: kept.fingerprint, operator: 'Grace', reason: 'replaced' },
      });
      await expect(removeAnchor(store, kept[by])).rejects.toThrow(coded('anchor.not-found'));
    },
  );

  test('that ran out is listed as not valid', async () => {
    const store = await freshStore();
    await addAnchor(store, wanted('Signing root'));
    const later = new Date(testNow.getTime() + 40 * dayMs);
    expect(await listAnchors(store.db, later)).toMatchObject([{ state: 'not-valid' }]);
  });
});

describe('is refused', () => {
  test('a name or a certificate that is kept already', async () => {
    const store = await freshStore();
    await addAnchor(store, wanted('Signing root'));
    await expect(addAnchor(store, wanted('Signing root', other))).rejects.toThrow(coded('anchor.exists'));
    await expect(addAnchor(store, wanted('Another name'))).rejects.toThrow(coded('anchor.exists'));
    expect(await journalOf(store)).toHaveLength(1);
  });

  test.each<[string, () => Promise<string> | string, RegExp]>([
    ['text without a certificate', () => 'no certificate', /no PEM certificate/],
    ['two certificates in one file', () => root + other, /2 certificates/],
    [
      'one that has run out',
      async () => (await makeTestSigner('TEST old root', span(-30, -1))).certificatePem,
      /expired/,
    ],
    ['one whose private key is published', () => readFileSync(fixture, 'utf8'), /anybody can sign/],
  ])('%s', async (_title, make, words) => {
    const store = await freshStore();
    await expect(addAnchor(store, wanted('Signing root', await make()))).rejects.toThrow(words);
    expect(await journalOf(store)).toEqual([]);
  });

  test.each([
    ['no operator', { operator: ' ' }, 'Signing root'],
    ['no reason', { reason: '' }, 'Signing root'],
    ['no name', {}, ''],
    ['a name with a line break', {}, 'a\nb'],
  ])('%s', async (_title, changes, name) => {
    const store = await freshStore();
    await expect(addAnchor({ ...store, ...changes }, wanted(name))).rejects.toThrow(coded('anchor.invalid'));
    expect(await listAnchors(store.db, testNow)).toEqual([]);
  });

  test('more anchors than a station keeps', async () => {
    const store = await freshStore();
    const row = (at: number) => ({ name: `n${at}`, fingerprint: `f${at}`, certificate: '', act: '{}' });
    await store.db
      .insertInto('anchors')
      .values(Array.from({ length: maxAnchors }, (_, at) => row(at)))
      .execute();
    await expect(addAnchor(store, wanted('one more'))).rejects.toThrow(coded('anchor.invalid'));
  });
});

describe('a row that the station never signed', () => {
  type Change = { certificate?: string; act?: string; name?: string };
  const changes: Record<string, (kept: { act: string }) => Change> = {
    'another certificate': () => ({ certificate: other }),
    'no certificate': () => ({ certificate: 'x' }),
    'another name': () => ({ name: 'Renamed' }),
    'an act that was changed': ({ act }) => ({ act: act.replace('Ada', 'Eve') }),
    'an act that is none': () => ({ act: 'x' }),
  };

  test.each(Object.entries(changes))(
    '(%s) is shown as damaged, checks nothing, and can be removed',
    async (_, change) => {
      const store = await freshStore();
      await addAnchor(store, wanted('Signing root'));
      await addAnchor(store, wanted('Whole', other));
      const row = await store.db
        .selectFrom('anchors')
        .selectAll()
        .where('name', '=', 'Signing root')
        .executeTakeFirstOrThrow();
      await store.db.updateTable('anchors').set(change(row)).where('name', '=', 'Signing root').execute();
      const listed = await listAnchors(store.db, testNow);
      expect(listed.map(({ state }) => state).toSorted()).toEqual(['damaged', 'good']);
      await expect(readAnchors(store.db, testNow)).rejects.toThrow(coded('anchor.damaged'));
      await removeAnchor(store, listed.find(({ state }) => state === 'damaged')?.name ?? '');
      expect(await readAnchors(store.db, testNow)).toHaveLength(1);
    },
  );

  test('of another station is damaged too', async () => {
    const store = await freshStore();
    const stranger = await freshStore();
    await addAnchor(stranger, wanted('Signing root'));
    const row = await stranger.db.selectFrom('anchors').selectAll().executeTakeFirstOrThrow();
    await store.db.insertInto('anchors').values(row).execute();
    expect(await listAnchors(store.db, testNow)).toMatchObject([{ state: 'damaged' }]);
  });
});
