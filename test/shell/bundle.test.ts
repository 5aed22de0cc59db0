// What was bundled: a preload that a sandbox accepts, and a main process without native code.
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { parseAst } from 'vite';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import { buildShell } from '../../electron/cli/build.ts';
import { installDir } from '../../electron/core/install.ts';
import type { Bridge } from '../../electron/shell/preload.ts';
import type { Carrier } from '../../renderer/carrier.ts';

const folder = join(installDir, 'out', 'shell');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

type Node = {
  type?: string;
  source?: Node | null;
  callee?: Node;
  arguments?: Node[];
  name?: string;
  value?: unknown;
};

/** What one place of the syntax tree loads: a static or dynamic import, or a require. */
function loadedBy(node: Node): unknown {
  if (node.type === 'CallExpression')
    return /require$/i.test(node.callee?.name ?? '') ? node.arguments?.[0]?.value : null;
  return /^Import|^Export/.test(node.type ?? '') ? node.source?.value : null;
}

function wanted(text: string): string[] {
  const found = new Set<string>();
  JSON.stringify(parseAst(text), (_key, node) => {
    const loaded = node !== null && typeof node === 'object' ? loadedBy(node as Node) : null;
    if (typeof loaded === 'string') found.add(loaded);
    return typeof node === 'bigint' ? null : node;
  });
  return [...found];
}

/** The file and all chunks that it loads, also later. */
function closure(entry: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(entry)) return seen;
  const imports = wanted(read(entry));
  seen.set(entry, imports);
  for (const one of imports) if (one.startsWith('./')) closure(one.slice(2), seen);
  return seen;
}
const packagesOf = (entry: string) =>
  [...new Set([...closure(entry).values()].flat())].filter((one) => !one.startsWith('./') && !isBuiltin(one));

beforeAll(buildShell);

test('the preload is one CommonJS file that requires only electron', () => {
  expect(wanted(read('preload.cjs'))).toEqual(['electron']);
  expect(read('preload.cjs')).not.toMatch(/^\s*(?:import|export)\s/m);
});

test('main loads electron and Node alone: no serial port, no native module', () => {
  expect(packagesOf('main.mjs')).toEqual(['electron']);
});

test('the engine loads no electron, and only packages that are shipped', () => {
  const { dependencies } = JSON.parse(readFileSync(join(installDir, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const found = packagesOf('engine-process.mjs');
  expect(found).not.toContain('electron');
  expect(found).toContain('serialport');
  const shipped = Object.keys(dependencies);
  expect(found.filter((name) => !shipped.some((one) => name === one || name.startsWith(`${one}/`)))).toEqual(
    [],
  );
});

test('the drivers load no electron, and have the native code', () => {
  const found = packagesOf('drivers-process.mjs');
  expect(found).not.toContain('electron');
  expect(found).toEqual(expect.arrayContaining(['serialport', 'usb']));
});

test('the hash worker lies beside the engine, under the name that the engine looks for', () => {
  expect(readdirSync(folder)).toContain('hash-worker.mjs');
});

test('the bridge is the carrier that the screens ask for', () => {
  expectTypeOf<Bridge>().toExtend<Carrier>();
});
