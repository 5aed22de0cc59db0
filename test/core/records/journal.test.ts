import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { verifyJournal, writeJournal } from '../../../electron/core/records/journal.ts';
import { fileReceipt, verifyRecords } from '../../../electron/core/records/receipts.ts';
import type { Database } from '../../../electron/core/store/database.ts';
import { firstPrev, hashEntry } from '../../../shared/journal.ts';
import { openTestStore } from '../../helpers/open-store.ts';
import { receiptBody, testStationPublic, testStationSecret } from '../../helpers/receipts.ts';
import { runStoreChild } from '../../helpers/run-store-child.ts';
import { testClock } from '../../helpers/verdicts.ts';

const note = (db: Database, n: number) => writeJournal(db, testClock, { kind: 'note', body: { n } });
const file = (db: Database, id: string) =>
  fileReceipt(db, testClock, { body: receiptBody(id), secretKey: testStationSecret });

/** Two notes, a receipt, two notes, a receipt, one note: entries 1 to 7, receipts at 3 and 6. */
async function filledStore() {
  const { db, path } = await openTestStore();
  await db
    .insertInto('station')
    .values({ id: 1, name: 'line-1', public_key: testStationPublic, sealed_key: new Uint8Array(1) })
    .execute();
  await note(db, 1);
  await note(db, 2);
  await file(db, 'job-1');
  await note(db, 4);
  await note(db, 5);
  await file(db, 'job-2');
  await note(db, 7);
  return { db, path };
}

/** What somebody with the file and an SQL prompt can do. */
function tamper(path: string, statements: string): void {
  const raw = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  raw.exec(statements);
  raw.close();
}

test('a journal that nobody touched verifies', async () => {
  const { db } = await filledStore();
  expect(await verifyRecords(db)).toEqual({
    ok: true,
    entries: 7,
    receipts: 2,
    unsignedTail: 1,
    problems: [],
  });
});

test('an empty journal verifies', async () => {
  const { db } = await openTestStore();
  expect(await verifyRecords(db)).toMatchObject({ ok: true, entries: 0, receipts: 0 });
});

test('a journal of several pages verifies, and a change on the second page is found', async () => {
  const { db, path } = await openTestStore();
  await db.transaction().execute(async (tx) => {
    const { appendJournal } = await import('../../../electron/core/records/journal.ts');
    for (let n = 1; n <= 2100; n += 1) await appendJournal(tx, testClock, { kind: 'note', body: { n } });
  });
  expect(await verifyJournal(db)).toMatchObject({ entries: 2100, problems: [] });
  tamper(path, `update journal set body = '{"n":0}' where seq = 1500`);
  expect((await verifyJournal(db)).problems).toEqual([{ seq: 1500, problem: 'was changed' }]);
});

const dropTail = 'delete from journal where seq > 6;';
const resetCounter = (seq: number) => `update sqlite_sequence set seq = ${seq} where name = 'journal';`;

describe('it is found when somebody', () => {
  const acts: Record<string, string> = {
    'changes a body': `update journal set body = '{"n":9}' where seq = 2`,
    'changes a body to something we never write': `update journal set body = '{"n":1.5}' where seq = 2`,
    'changes a body to no JSON at all': `update journal set body = '{' where seq = 2`,
    'changes a time': `update journal set at = '2020-01-01T00:00:00.000Z' where seq = 1`,
    'changes a kind': `update journal set kind = 'other' where seq = 7`,
    'removes the first entry': 'delete from journal where seq = 1',
    'removes an entry in the middle': 'delete from journal where seq = 4',
    'removes an entry and renumbers the rest':
      'delete from journal where seq = 4; update journal set seq = seq - 1 where seq > 4',
    'exchanges two entries':
      'update journal set seq = 100 where seq = 4; update journal set seq = 4 where seq = 5; update journal set seq = 5 where seq = 100',
    'cuts the newest entry off': dropTail,
    'cuts off all behind the first receipt, counter too': `delete from journal where seq > 3; ${resetCounter(3)}`,
    'empties the journal': 'delete from journal',
    'empties the journal and its counter, but not the receipts': `delete from journal; delete from sqlite_sequence`,
    'changes a receipt': `update receipts set body = replace(body, 'Ada', 'Eve') where id = 'job-1'`,
    'removes a receipt': `delete from receipts where id = 'job-1'`,
    'removes the newest receipt': `delete from receipts where id = 'job-2'`,
    'puts one receipt in the place of another': `update receipts set body = (select body from receipts where id = 'job-1') where id = 'job-2'`,
    'makes a receipt no JSON': `update receipts set body = '{' where id = 'job-1'`,
    "exchanges the station's key": `update station set public_key = '${'0'.repeat(64)}'`,
    "removes the station's key": 'delete from station',
  };

  test.each(Object.entries(acts))('%s', async (_name, statements) => {
    const { db, path } = await filledStore();
    tamper(path, statements);
    const report = await verifyRecords(db);
    expect(report.ok).toBe(false);
    expect(report.problems[0]?.detail).toMatch(/\w/);
  });
});

test('a chain that is rewritten with all its hashes is found by the receipts behind the change', async () => {
  const { db } = await filledStore();
  const rows = await db.selectFrom('journal').selectAll().orderBy('seq').execute();
  let prev = firstPrev;
  for (const row of rows) {
    const body: unknown = row.seq === 2 ? { n: 9 } : JSON.parse(row.body);
    const hash = hashEntry({ ...row, body, prev });
    await db
      .updateTable('journal')
      .set({ body: JSON.stringify(body), prev, hash })
      .where('seq', '=', row.seq)
      .execute();
    prev = hash;
  }
  const { problems } = await verifyRecords(db);
  expect(problems.map(({ kind, seq }) => [kind, seq])).toEqual([
    ['receipt', 3],
    ['receipt', 6],
  ]);
});

describe('what the file alone cannot show', () => {
  test('entries behind the newest receipt, cut off together with their counter: the report says how many are unsigned', async () => {
    const { db, path } = await filledStore();
    expect((await verifyRecords(db)).unsignedTail).toBe(1);
    tamper(path, dropTail + resetCounter(6));
    expect(await verifyRecords(db)).toMatchObject({ ok: true, entries: 6, unsignedTail: 0 });
  });

  test('a whole end with its receipts and counter: only an exported receipt shows that there was more', async () => {
    const { db, path } = await filledStore();
    tamper(
      path,
      `delete from receipts where id = 'job-2'; delete from journal where seq > 3; ${resetCounter(3)}`,
    );
    expect(await verifyRecords(db)).toMatchObject({ ok: true, entries: 3, receipts: 1 });
  });
});

test('several processes append to one chain, and nothing is lost or doubled', async () => {
  const { db, path } = await openTestStore();
  const labels = ['a', 'b', 'c'];
  const children = await Promise.all(labels.map((label) => runStoreChild(['journal', path, label, '60'])));
  for (const child of children) expect(child).toMatchObject({ code: 0, stderr: '' });
  expect(await verifyRecords(db)).toMatchObject({ ok: true, entries: 180 });
  const bodies = await db.selectFrom('journal').select('body').execute();
  expect(new Set(bodies.map(({ body }) => body)).size).toBe(180);
});

test.each([1, 25])(
  'a process killed after %i entries leaves a whole chain with all it had reported',
  async (killAfter) => {
    const { db, path } = await openTestStore();
    const child = await runStoreChild(['journal', path, 'k', '100000'], { killAfter });
    expect(child.code).toBeNull();
    const report = await verifyRecords(db);
    expect(report.ok).toBe(true);
    expect(report.entries).toBeGreaterThanOrEqual(child.lines.length);
    await note(db, 1);
    expect(await verifyRecords(db)).toMatchObject({ ok: true, entries: report.entries + 1 });
  },
);
