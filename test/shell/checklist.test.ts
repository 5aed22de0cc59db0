// docs/security/checklist.md is held to the tests it names: each line says which test proves it, and that test is there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installDir } from '../../electron/core/install.ts';

type Line = { readonly promise: string; readonly file: string; readonly title: string };

const lines: Line[] = readFileSync(join(installDir, 'docs', 'security', 'checklist.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| -|^\| line/.test(line))
  .map((line) => {
    const [, promise = '', file = '', title = ''] = line.split('|').map((cell) => cell.trim());
    return { promise, file, title };
  });

const titlesIn = (text: string) =>
  [...text.matchAll(/\btest(?:\.each\([^)]*\))?\(\s*(['"`])((?:\\.|(?!\1).)+)\1/g)].map((match) =>
    (match[2] ?? '').replaceAll("\\'", "'"),
  );

test('the checklist has its lines', () => {
  expect(lines.length).toBeGreaterThanOrEqual(15);
});

test.each(lines)('$promise', ({ file, title }) => {
  const path = join(installDir, file);
  expect(existsSync(path), file).toBe(true);
  expect(titlesIn(readFileSync(path, 'utf8'))).toContain(title);
});
