import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { writeJournal } from '../../../electron/core/records/journal.ts';
import { isConstraintError, openDatabase } from '../../../electron/core/store/database.ts';
import { openAgain, openTestStore } from '../../helpers/open-store.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { testClock } from '../../helpers/verdicts.ts';

const coded = (code: string) => expect.objectContaining({ code });

async function pragma(db: ReturnType<typeof openDatabase>, name: string): Promise<unknown> {
  const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db);
  return Object.values(rows[0] ?? {})[0];
}

describe('a fresh database', () => {
  test('is readable by its owner only', async () => {
    const { path } = await openTestStore();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
  });

  test('is in WAL mode, fully synchronous, with foreign keys checked', async () => {
    const { db } = await openTestStore();
    expect(await pragma(db, 'journal_mode')).toBe('wal');
    expect(await pragma(db, 'synchronous')).toBe(2);
    expect(await pragma(db, 'foreign_keys')).toBe(1);
  });

  test('opens again as it is', async () => {
    const { db, path } = await openTestStore();
    await writeJournal(db, testClock, { kind: 'note', body: {} });
    const again = openAgain(path);
    expect(await again.selectFrom('journal').selectAll().execute()).toHaveLength(1);
  });
});

describe('a transaction', () => {
  test('that throws leaves nothing', async () => {
    const { db } = await openTestStore();
    const failing = db.transaction().execute(async (tx) => {
      await tx.insertInto('factory_list').values({ serial: 'S1', fingerprint: 'f' }).execute();
      throw new TypeError('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(await db.selectFrom('factory_list').selectAll().execute()).toEqual([]);
  });

  test('waits for another one of the same process', async () => {
    const { db } = await openTestStore();
    const entries = Array.from({ length: 20 }, (_, n) =>
      writeJournal(db, testClock, { kind: 'note', body: { n } }),
    );
    expect((await Promise.all(entries)).map(({ seq }) => seq)).toEqual(entries.map((_, n) => n + 1));
  });

  test('tells a broken constraint from other errors', async () => {
    const { db } = await openTestStore();
    const insert = () => db.insertInto('factory_list').values({ serial: 'S1', fingerprint: 'f' }).execute();
    await insert();
    const error = await insert().catch((caught: unknown) => caught);
    expect(isConstraintError(error)).toBe(true);
    expect(isConstraintError(new Error('x'))).toBe(false);
  });
});

describe('the jobs table', () => {
  const job = (id: string, port: string, serial: string | null, state = 'running') => ({
    ...{ id, port, serial, state, kind: 'load', inputs: '{}', owner: 'me', result: null, error: null },
    ...{ created_at: 't', updated_at: 't' },
  });

  test('holds one running job per port and per device, and any number of ended ones', async () => {
    const { db } = await openTestStore();
    const insert = (...row: Parameters<typeof job>) =>
      db
        .insertInto('jobs')
        .values(job(...row))
        .execute();
    await insert('a', 'p1', 'S1');
    await insert('b', 'p2', null);
    await insert('c', 'p3', null);
    await insert('d', 'p1', 'S1', 'failed');
    await expect(insert('e', 'p1', 'S2')).rejects.toSatisfy(isConstraintError);
    await expect(insert('f', 'p4', 'S1')).rejects.toSatisfy(isConstraintError);
  });
});

test('a database that was opened and never asked anything is closed all the same', async () => {
  const path = join(await makeTempDir(), 'station.db');
  await openDatabase(path).destroy();
  const alone = new DatabaseSync(path);
  alone.exec('pragma locking_mode = exclusive; begin exclusive; commit');
  alone.close();
});

describe('a file that cannot be used', () => {
  test('made by a newer program is refused and left as it is', async () => {
    const path = join(await makeTempDir(), 'station.db');
    const newer = new DatabaseSync(path);
    newer.exec('pragma user_version = 9999');
    newer.close();
    expect(() => openDatabase(path)).toThrow(coded('store.newer'));
  });

  test('that is no database is refused as damaged', async () => {
    const path = join(await makeTempDir(), 'station.db');
    writeFileSync(path, 'this is not a database. '.repeat(100));
    expect(() => openDatabase(path)).toThrow(coded('store.corrupt'));
  });

  test('damaged in the middle is refused as damaged', async () => {
    const path = join(await makeTempDir(), 'station.db');
    await openDatabase(path).destroy();
    const { size } = statSync(path);
    const whole = new DatabaseSync(path);
    whole.exec('pragma journal_mode = delete');
    whole.close();
    writeFileSync(path, new Uint8Array(size - 200).fill(0x5a), { flag: 'r+', flush: true });
    expect(() => openDatabase(path)).toThrow(coded('store.corrupt'));
  });

  test('that is a folder is refused', async () => {
    const path = await makeTempDir();
    expect(() => openDatabase(path)).toThrow(coded('store.unusable'));
  });

  test('held by another process is busy, which may pass', async () => {
    const { path } = await openTestStore();
    const holder = new DatabaseSync(path);
    holder.exec('begin immediate');
    const db = openAgain(path, { busyTimeoutMs: 10 });
    await expect(writeJournal(db, testClock, { kind: 'note', body: {} })).rejects.toThrow(
      coded('store.busy'),
    );
    holder.exec('rollback');
    holder.close();
    expect((await writeJournal(db, testClock, { kind: 'note', body: {} })).seq).toBe(1);
  });

  test('on a full disk is full, and what was there stays sound', async () => {
    const { db } = await openTestStore();
    await writeJournal(db, testClock, { kind: 'note', body: {} });
    await sql.raw(`pragma max_page_count = ${Number(await pragma(db, 'page_count')) + 2}`).execute(db);
    const big = writeJournal(db, testClock, { kind: 'note', body: { text: 'x'.repeat(100_000) } });
    await expect(big).rejects.toThrow(coded('store.full'));
    expect(await pragma(db, 'integrity_check')).toBe('ok');
    expect(await db.selectFrom('journal').selectAll().execute()).toHaveLength(1);
  });
});
