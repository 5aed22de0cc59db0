// Who may import whom (design section 3). The compiler is the first lint, this the second.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

type Zone = { readonly dir: string; readonly mayImport: readonly string[]; readonly deny: readonly RegExp[] };

const zones: readonly Zone[] = [
  { dir: 'shared', mayImport: ['shared'], deny: [/^node:/, /^electron/, /^react/] },
  {
    dir: 'electron/core',
    mayImport: ['electron/core', 'shared'],
    deny: [/^electron$/, /^electron\//, /^react/],
  },
  { dir: 'electron/shell', mayImport: ['electron/shell', 'electron/core', 'shared'], deny: [/^react/] },
  {
    dir: 'electron/station',
    mayImport: ['electron/station', 'electron/core', 'shared'],
    deny: [/^electron$/, /^react/],
  },
  {
    dir: 'electron/cli',
    mayImport: ['electron/cli', 'electron/core', 'shared'],
    deny: [/^electron$/, /^react/],
  },
  { dir: 'device', mayImport: ['device', 'shared'], deny: [/^electron/, /^react/] },
  { dir: 'renderer', mayImport: ['renderer', 'shared'], deny: [/^node:/, /^electron/] },
];

const sourcesOf = (dir: string) => globSync(`${dir}/**/*.{ts,tsx,mts,mjs}`, { cwd: root });

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+|new URL\(\s*)['"]([^'"]+)['"]/g);
  return [...found].map((match) => match[1] ?? '');
}

function violation(file: string, specifier: string, zone: Zone): string | null {
  if (!specifier.startsWith('.')) {
    return zone.deny.some((rule) => rule.test(specifier)) ? `${file} imports ${specifier}` : null;
  }
  const target = relative(root, resolve(root, dirname(file), specifier));
  const allowed = zone.mayImport.some((dir) => target.startsWith(`${dir}/`));
  return allowed ? null : `${file} imports ${target}`;
}

function violationsIn(zone: Zone, files = sourcesOf(zone.dir)): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .map((specifier) => violation(file, specifier, zone))
      .filter((x) => x !== null),
  );
}

test.each(zones)('$dir imports only what its zone may import', (zone) => {
  expect(violationsIn(zone)).toEqual([]);
});

test('the rule itself catches a forbidden import', () => {
  const zone = zones[0] as Zone;
  expect(violation('shared/x.ts', 'node:fs', zone)).toBe('shared/x.ts imports node:fs');
  expect(violation('shared/x.ts', '../electron/core/link.ts', zone)).toBe(
    'shared/x.ts imports electron/core/link.ts',
  );
  expect(violation('shared/x.ts', './bytes.ts', zone)).toBeNull();
});

test('the zones that exist have sources', () => {
  for (const dir of ['shared', 'electron/core', 'electron/cli', 'device'])
    expect(sourcesOf(dir).length).toBeGreaterThan(0);
});
