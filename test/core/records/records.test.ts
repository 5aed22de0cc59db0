import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock as clock } from '../../../electron/core/clock.ts';
import { openVault } from '../../../electron/core/keys/vault.ts';
import { encodeReceiptsCsv } from '../../../electron/core/records/export.ts';
import { writeJournal } from '../../../electron/core/records/journal.ts';
import { fileReceipt, listReceipts, verifyRecords } from '../../../electron/core/records/receipts.ts';
import { openDatabase } from '../../../electron/core/store/database.ts';
import { findDevices, readListed, replaceFactoryList } from '../../../electron/core/store/devices.ts';
import { appendRegistration, listOutbox } from '../../../electron/core/store/outbox.ts';
import { createSealLedger } from '../../../electron/core/store/seals.ts';
import { encodeCanonical } from '../../../shared/canonical-json.ts';
import { type ReceiptBody, verifyReceipt } from '../../../shared/receipt.ts';
import { codeOf, codeOfAsync } from '../../helpers/errors.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const hex = (digit: string) => digit.repeat(64);

async function makeRecords(receipts = 3) {
  const path = join(await makeTempDir(), 'station.db');
  const db = openDatabase(path);
  const key = await (await openVault(db, clock, 'a TEST passphrase')).openStationKey('TEST');
  for (let at = 0; at < receipts; at += 1) {
    await writeJournal(db, clock, { kind: 'note', body: { at } });
    await fileReceipt(db, clock, { body: body(`job-${at}`, key), secretKey: key.secretKey });
  }
  return { path, db, key };
}

const body = (id: string, key: { name: string; publicKey: string }): ReceiptBody => ({
  receipt: 1,
  id,
  device: { serial: 'S1', model: 'TrustBox', bootId: 'b', port: '/dev/x' },
  key: { fingerprint: hex('a'), level: 'L0', notProven: [], reading: 'first' },
  policyHash: hex('b'),
  package: {
    id: 'app',
    name: '=HYPERLINK("x")',
    vendor: 'V, "W"',
    version: '1.0.0',
    digest: hex('c'),
    fileSha256: hex('d'),
    signer: hex('e'),
  },
  classKey: null,
  operator: { name: '=cmd', reason: 'r' },
  station: { name: key.name, publicKey: key.publicKey },
  startedAt: 't0',
  endedAt: 't1',
  outcome: { state: 'installed', summary: 'ok', confirmed: [], notConfirmed: [] },
});

/** Changes the file behind the program's back. */
function tamper(path: string, sql: string): void {
  const raw = new DatabaseSync(path);
  raw.exec('pragma foreign_keys = off');
  raw.exec(sql);
  raw.close();
}

test('untouched records verify', async () => {
  const { db } = await makeRecords();
  expect(await verifyRecords(db)).toMatchObject({
    ok: true,
    entries: 6,
    receipts: 3,
    unsignedTail: 0,
    problems: [],
  });
  await db.destroy();
});

test.each([
  ['a changed body', 'update journal set body = \'{"at":9}\' where seq = 1'],
  ['a changed time', "update journal set at = '2020' where seq = 3"],
  ['a body that is no JSON', "update journal set body = 'x' where seq = 1"],
  ['a removed entry', 'delete from journal where seq = 3'],
  ['a removed first entry', 'delete from journal where seq = 1'],
  ['a cut-off end', 'delete from journal where seq >= 5; delete from receipts where journal_seq >= 5'],
  [
    'two entries exchanged',
    'update journal set seq = 99 where seq = 1; update journal set seq = 1 where seq = 2; update journal set seq = 2 where seq = 99',
  ],
  ['a removed receipt', "delete from receipts where id = 'job-1'"],
  [
    'a changed receipt',
    "update receipts set body = replace(body, 'installed', 'rejected') where id = 'job-1'",
  ],
  ['a receipt of another station', "update station set public_key = '" + hex('0') + "'"],
] as const)('%s is found', async (_title, sql) => {
  const { db, path } = await makeRecords();
  await db.destroy();
  tamper(path, sql);
  const again = openDatabase(path);
  const report = await verifyRecords(again);
  expect(report.ok).toBe(false);
  expect(report.problems.length).toBeGreaterThan(0);
  await again.destroy();
});

test('a receipt is filed once, however often it is asked for', async () => {
  const { db, key } = await makeRecords(1);
  const again = await fileReceipt(db, clock, {
    body: { ...body('job-0', key), endedAt: 'later' },
    secretKey: key.secretKey,
  });
  expect(again.endedAt).toBe('t1');
  expect(await listReceipts(db)).toHaveLength(1);
  await db.destroy();
});

test('a receipt verifies with the public key alone, and not when a letter is changed', async () => {
  const { db, key } = await makeRecords(1);
  const [receipt] = await listReceipts(db);
  expect(verifyReceipt(receipt, key.publicKey).id).toBe('job-0');
  expect(codeOf(() => verifyReceipt({ ...receipt, endedAt: 't2' }, key.publicKey))).toBe('record.invalid');
  expect(codeOf(() => verifyReceipt(receipt, hex('1')))).toBe('record.invalid');
  expect(codeOf(() => verifyReceipt({}, key.publicKey))).toBe('record.invalid');
  await db.destroy();
});

test('exported cells start no formula and keep commas and quotes', async () => {
  const { db } = await makeRecords(1);
  const csv = encodeReceiptsCsv(await listReceipts(db));
  expect(csv).toContain("'=cmd");
  expect(csv.split('\r\n')).toHaveLength(3);
  await db.destroy();
});

test('canonical JSON does not depend on the order of keys', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null))),
      (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(encodeCanonical(reversed)).toBe(encodeCanonical(value));
        expect(JSON.parse(encodeCanonical(value))).toEqual({ ...value });
      },
    ),
  );
});

test('a nonce is never claimed twice; a second version only when asked for, and then it is in the journal', async () => {
  const { db } = await makeRecords(0);
  const ledger = createSealLedger(db, clock);
  const entry = {
    keyName: 'k',
    keyId: hex('a'),
    nonce: new Uint8Array(12),
    packageId: 'p',
    packageVersion: '1.0.0',
    allowKeyReuse: false,
  };
  await ledger.claim(entry);
  expect(await codeOfAsync(ledger.claim({ ...entry, keyName: 'other name' }))).toBe('key.nonce-reused');
  const second = { ...entry, nonce: new Uint8Array(12).fill(1), packageVersion: '2.0.0' };
  expect(await codeOfAsync(ledger.claim(second))).toBe('key.version-reused');
  await ledger.claim({ ...second, allowKeyReuse: true });
  expect(await db.selectFrom('journal').select('kind').execute()).toEqual([
    { kind: 'sealed' },
    { kind: 'class-key-reused' },
  ]);
  await db.destroy();
});

test('two processes append to one journal at once and the chain holds', { timeout: 60_000 }, async () => {
  const { db, path } = await makeRecords(0);
  const script = `
    const { openDatabase } = await import(${JSON.stringify(join(import.meta.dirname, '../../../electron/core/store/database.ts'))});
    const { writeJournal } = await import(${JSON.stringify(join(import.meta.dirname, '../../../electron/core/records/journal.ts'))});
    const db = openDatabase(${JSON.stringify(path)});
    for (let at = 0; at < 40; at += 1) await writeJournal(db, { now: () => new Date() }, { kind: 'note', body: { at, pid: process.pid } });
    await db.destroy();`;
  const run = () =>
    new Promise((done) =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }).once('exit', done),
    );
  expect(await Promise.all([run(), run(), run()])).toEqual([0, 0, 0]);
  expect(await verifyRecords(db)).toMatchObject({ ok: true, entries: 120 });
  await db.destroy();
});

test('a registration appended twice is one record', async () => {
  const { db } = await makeRecords(0);
  const record = {
    serial: 'S1',
    model: null,
    fingerprint: hex('a'),
    publicKey: 'x',
    level: 'L0',
    policyHash: hex('b'),
  };
  for (let at = 0; at < 2; at += 1) await appendRegistration(db, clock, record);
  expect(await listOutbox(db)).toMatchObject([{ state: 'pending', body: record }]);
  await db.destroy();
});

test('a database of a newer program, and a file that is none, are refused by name', async () => {
  const { db, path } = await makeRecords(0);
  await db.destroy();
  tamper(path, 'pragma user_version = 999');
  expect(codeOf(() => openDatabase(path))).toBe('store.newer');
  const other = join(await makeTempDir(), 'x.db');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(other, readFileSync(join(import.meta.dirname, 'records.test.ts')));
  expect(codeOf(() => openDatabase(other))).toBe('store.unusable');
});

test('devices are found by the beginning of serial or fingerprint; a factory list replaces the one before', async () => {
  const { db } = await makeRecords(0);
  const row = {
    model: null,
    hostname: null,
    level: 'L0',
    boot_id: null,
    port: 'p',
    pinned_fingerprint: null,
    first_seen: 't',
    last_seen: 't',
  };
  await db
    .insertInto('devices')
    .values([
      { ...row, serial: 'TB-1', fingerprint: hex('a') },
      { ...row, serial: 'TB-2', fingerprint: hex('b') },
    ])
    .execute();
  expect((await findDevices(db, 'TB-')).map(({ serial }) => serial)).toEqual(['TB-1', 'TB-2']);
  expect((await findDevices(db, 'BBBB bb')).map(({ serial }) => serial)).toEqual(['TB-2']);
  await replaceFactoryList(db, new Map([['S1', hex('c')]]));
  await replaceFactoryList(db, new Map([['S2', hex('d')]]));
  expect([await readListed(db, 'S1'), await readListed(db, 'S2')]).toEqual([null, hex('d')]);
  await db.destroy();
});
