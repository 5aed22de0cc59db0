// The station's SQLite file: the only importer of node:sqlite. Kysely's SQLite dialect expects a driver of the shape
// below; ours is a thin one over DatabaseSync. Every transaction begins IMMEDIATE, so that two processes of one station
// never read the same end of the journal and then both write behind it.
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { migrate } from './migrations.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;

const busyTimeoutMs = 10_000;

/** SQLite's primary result codes (sqlite3.h). */
const sqliteBusy = 5;

function asStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error;
  const primary = Number(error.errcode) & 0xff;
  if (primary === sqliteBusy) return new ProvisionerError('store.busy', error.message, { cause: error });
  // Constraint violations mean something to whoever wrote the query.
  if (primary === 19) return error;
  return new ProvisionerError('store.unusable', error.message, { cause: error });
}

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw asStoreError(error);
  }
}

/** True for a broken UNIQUE or PRIMARY KEY constraint. */
export const isConstraintError = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 19;

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

const adaptDatabase = (database: DatabaseSync): SqliteDatabase => ({
  prepare: (sql) =>
    guarded(() => adaptStatement(database.prepare(sql === 'begin' ? 'begin immediate' : sql))),
  close: () => database.close(),
});

function openFile(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path);
  chmodSync(path, 0o600);
  database.exec(
    `pragma busy_timeout = ${busyTimeoutMs}; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on`,
  );
  migrate(database);
  return database;
}

/**
 * Opens the station's database, making or migrating it as needed.
 * @throws store.unusable store.newer store.busy
 */
export function openDatabase(path: string): Database {
  try {
    return new Kysely<Schema>({ dialect: new SqliteDialect({ database: adaptDatabase(openFile(path)) }) });
  } catch (error) {
    if (error instanceof ProvisionerError) throw error;
    const known = asStoreError(error);
    if (known instanceof ProvisionerError) throw known;
    const message = error instanceof Error ? error.message : String(error);
    throw new ProvisionerError('store.unusable', `${path}: ${message}`, { cause: error });
  }
}
