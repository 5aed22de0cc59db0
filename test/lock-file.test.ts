// `npm ci` refuses a lock file that lacks an optional platform package, but only where nothing is
// installed yet: a lock written over a filled node_modules passes here and fails on a bare clone.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

type Entry = { readonly optionalDependencies?: Record<string, string> };
type Lock = { readonly packages: Record<string, Entry> };

const root = resolve(import.meta.dirname, '..');
const lock = JSON.parse(readFileSync(resolve(root, 'package-lock.json'), 'utf8')) as Lock;

/** The folders in which Node would look for a dependency of the package at `path`. */
function lookups(path: string, dependency: string): string[] {
  const above = path.lastIndexOf('/node_modules/');
  const own = `${path === '' ? '' : `${path}/`}node_modules/${dependency}`;
  if (path === '') return [own];
  return [own, ...lookups(above === -1 ? '' : path.slice(0, above), dependency)];
}

const missing = (packages: Lock['packages']) =>
  Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !lookups(path, name).some((place) => place in packages))
      .map((name) => `${name}, wanted by ${path}`),
  );

test('the lock file names every optional platform package', () => {
  expect(missing(lock.packages)).toEqual([]);
});

test('a lock file without one is found', () => {
  const { [Object.keys(lock.packages).find((path) => path.includes('cli-darwin-x64')) ?? '']: _, ...rest } =
    lock.packages;
  expect(missing(rest)).toEqual(['@biomejs/cli-darwin-x64, wanted by node_modules/@biomejs/biome']);
});

test('the lock file names no download host', () => {
  expect(readFileSync(resolve(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
});
