// The station's SQLite file: the only importer of node:sqlite. Kysely's SQLite dialect expects a driver of the shape
// below; ours is a thin one over DatabaseSync. Every transaction begins IMMEDIATE, so that two processes of one station
// never read the same end of the journal and then both write behind it.
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { type ErrorCode, ProvisionerError } from '../../../shared/errors/error.ts';
import { migrate } from './migrations.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;

const defaultBusyTimeoutMs = 10_000;

/** SQLite's primary result codes (sqlite3.h), as far as they tell a person different things to do. */
const storeCodes: Readonly<Record<number, ErrorCode>> = {
  5: 'store.busy',
  6: 'store.busy',
  11: 'store.corrupt',
  13: 'store.full',
  26: 'store.corrupt',
};
const sqliteConstraint = 19;

const primaryCode = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : null;

function asStoreError(error: unknown): unknown {
  const primary = primaryCode(error);
  // Constraint violations mean something to whoever wrote the query.
  if (!(error instanceof Error) || primary === null || primary === sqliteConstraint) return error;
  return new ProvisionerError(storeCodes[primary] ?? 'store.unusable', error.message, { cause: error });
}

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asStoreError(error);
  }
}

/** True for a broken UNIQUE or PRIMARY KEY constraint. */
export const isConstraintError = (error: unknown): boolean => primaryCode(error) === sqliteConstraint;

type Parameters = readonly unknown[];

function adaptStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: Parameters) => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => guarded(() => statement.all(...values(parameters))),
    run: (parameters) => guarded(() => statement.run(...values(parameters))),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}

/** What kysely's rollback becomes when SQLite has rolled back by itself (disk full, I/O error): the first error counts. */
const alreadyRolledBack: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};

const adaptDatabase = (database: DatabaseSync): SqliteDatabase => ({
  prepare(sql) {
    if (sql === 'rollback' && !database.isTransaction) return alreadyRolledBack;
    return guarded(() => adaptStatement(database.prepare(sql === 'begin' ? 'begin immediate' : sql)));
  },
  close: () => closeOnce(database),
});

function closeOnce(database: DatabaseSync): void {
  if (database.isOpen) database.close();
}

/** Kysely does not close what it never queried, and would leave the file locked. */
function adaptKysely(database: DatabaseSync): Database {
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: adaptDatabase(database) }) });
  const destroy = db.destroy.bind(db);
  db.destroy = async () => {
    await destroy();
    closeOnce(database);
  };
  return db;
}

function openFile(path: string, busyTimeoutMs: number): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path);
  try {
    chmodSync(path, 0o600);
    database.exec(
      `pragma busy_timeout = ${busyTimeoutMs}; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on`,
    );
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens the station's database, making or migrating it as needed.
 * @throws store.unusable store.corrupt store.newer store.busy store.full
 */
export function openDatabase(
  path: string,
  { busyTimeoutMs = defaultBusyTimeoutMs }: { busyTimeoutMs?: number } = {},
): Database {
  try {
    return adaptKysely(openFile(path, busyTimeoutMs));
  } catch (error) {
    if (error instanceof ProvisionerError) throw error;
    const known = asStoreError(error);
    if (known instanceof ProvisionerError) throw known;
    const message = error instanceof Error ? error.message : String(error);
    throw new ProvisionerError('store.unusable', `${path}: ${message}`, { cause: error });
  }
}
