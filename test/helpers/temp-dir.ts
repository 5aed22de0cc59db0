// Temp folders for tests, removed after each test file.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A new empty folder, removed when the test file ends. */
export async function makeTempDir(label = 'trustbox-test'): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), `${label}-`));
  made.push(path);
  return path;
}

export async function removeTempDirs(): Promise<void> {
  await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
}

export const leftoverTempDirs = (): string[] => made.filter((path) => existsSync(path));
