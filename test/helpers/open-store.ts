// A fresh station database in a temp folder, closed when the test ends.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Database, openDatabase } from '../../electron/core/store/database.ts';
import { makeTempDir } from './temp-dir.ts';

export async function openTestStore(): Promise<{ db: Database; path: string }> {
  const path = join(await makeTempDir(), 'station', 'station.db');
  const db = openDatabase(path);
  onTestFinished(() => db.destroy());
  return { db, path };
}

/** The same file once more, as another process would open it. */
export function openAgain(path: string, options: { busyTimeoutMs?: number } = {}): Database {
  const db = openDatabase(path, options);
  onTestFinished(() => db.destroy());
  return db;
}
