// Fixtures carry source or generator, licence and SHA-256 (test/fixtures/README.md); the folder and the table agree.
import { createHash, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixturesDir } from './helpers/golden.ts';

type Row = {
  readonly file: string;
  readonly sha256: string;
  readonly source: string;
  readonly licence: string;
};

const row = /^\| `([^`]+)` +\| `([0-9a-f]{64})` \| ([^|]+?) *\| ([^|]+?) *\|$/gm;

const rows: Row[] = [...readFileSync(join(fixturesDir, 'README.md'), 'utf8').matchAll(row)].map(
  ([, file = '', sha256 = '', source = '', licence = '']) => ({ file, sha256, source, licence }),
);

const isData = (name: string) => name !== 'README.md' && !name.endsWith('.ts');

test('every fixture is in the table, and nothing else', () => {
  expect(rows.map(({ file }) => file).toSorted()).toEqual(readdirSync(fixturesDir).filter(isData).toSorted());
  expect(rows.length).toBeGreaterThanOrEqual(4);
});

test.each(rows)('$file is the file that was recorded', ({ file, sha256, source, licence }) => {
  const bytes = readFileSync(join(fixturesDir, file));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  expect(source).not.toBe('');
  expect(licence).toMatch(/^(MIT|Apache-2\.0)$/);
});

test('what we made says TEST in its name and in its subject, and no private key is stored', () => {
  const ours = rows.filter(({ source }) => source.includes('make-golden'));
  expect(ours.length).toBeGreaterThanOrEqual(3);
  for (const { file } of ours) {
    expect(file).toContain('TEST');
    const bytes = readFileSync(join(fixturesDir, file));
    expect(bytes.includes('PRIVATE KEY'), file).toBe(false);
    if (file.endsWith('.crt')) expect(new X509Certificate(bytes).subject).toContain('TEST');
  }
});
