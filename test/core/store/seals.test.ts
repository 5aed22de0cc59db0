import { expect, test } from 'vitest';
import type { SealEntry } from '../../../electron/core/package/seal-ledger.ts';
import { createSealLedger } from '../../../electron/core/store/seals.ts';
import { openAgain, openTestStore } from '../../helpers/open-store.ts';
import { testClock } from '../../helpers/verdicts.ts';

const entry = (nonceByte: number, changes: Partial<SealEntry> = {}): SealEntry => ({
  keyName: 'app-1',
  keyId: 'a'.repeat(64),
  nonce: new Uint8Array(12).fill(nonceByte),
  packageId: 'app-1',
  packageVersion: '1.0.0',
  allowKeyReuse: false,
  ...changes,
});
const coded = (code: string) => expect.objectContaining({ code });

test('a nonce is claimed once, whatever the key is called and whoever asks', async () => {
  const { db, path } = await openTestStore();
  await createSealLedger(db, testClock).claim(entry(1));
  const other = createSealLedger(openAgain(path), testClock);
  await expect(other.claim(entry(1, { keyName: 'renamed' }))).rejects.toThrow(coded('key.nonce-reused'));
  await expect(other.claim(entry(1, { allowKeyReuse: true }))).rejects.toThrow(coded('key.nonce-reused'));
  await other.claim(entry(2));
  await other.claim(entry(1, { keyId: 'b'.repeat(64) }));
});

test('a key seals one version of one package, unless somebody says otherwise, which the journal keeps', async () => {
  const { db } = await openTestStore();
  const ledger = createSealLedger(db, testClock);
  await ledger.claim(entry(1));
  await expect(ledger.claim(entry(2, { packageVersion: '1.0.1' }))).rejects.toThrow(
    coded('key.version-reused'),
  );
  await expect(ledger.claim(entry(2, { packageId: 'app-2' }))).rejects.toThrow(coded('key.version-reused'));
  await ledger.claim(entry(2, { packageVersion: '1.0.1', allowKeyReuse: true }));
  const kinds = await db.selectFrom('journal').select('kind').orderBy('seq').execute();
  expect(kinds.map(({ kind }) => kind)).toEqual(['sealed', 'class-key-reused']);
});
