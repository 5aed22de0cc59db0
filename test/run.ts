// `npm test`: types, lint, then every test; ends with the plain line `N passed, N failed`.
// A test that did not run counts as failed unless it said why (`ctx.skip('reason')`).
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { startVitest, type TestCase } from 'vitest/node';
import { buildScreens, buildShell } from '../electron/cli/build.ts';
import { installSystemPackages } from './system-packages.ts';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

type Check = { readonly name: string; readonly ok: boolean };

function runTool(name: string, args: readonly string[]): Check {
  const done = spawnSync(bin(args[0] ?? ''), args.slice(1), {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ok = done.status === 0;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}`);
  return { name, ok };
}

type Count = { passed: number; failed: number; readonly skipped: string[] };

function countTest(count: Count, test: TestCase): void {
  const result = test.result();
  if (result.state === 'passed') count.passed += 1;
  else if (result.state === 'skipped' && result.note) count.skipped.push(`${test.fullName}: ${result.note}`);
  else {
    count.failed += 1;
    if (result.state !== 'failed') console.log(`FAIL did not run and did not say why: ${test.fullName}`);
  }
}

async function runTests(filters: string[]): Promise<Count> {
  const vitest = await startVitest('test', filters, { root, watch: false, reporters: ['default'] });
  const count: Count = { passed: 0, failed: 0, skipped: [] };
  for (const module of vitest.state.getTestModules()) {
    for (const test of module.children.allTests()) countTest(count, test);
    const suiteErrors = [
      ...module.errors(),
      ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
    ];
    count.failed += suiteErrors.length;
  }
  count.failed += vitest.state.getUnhandledErrors().length;
  await vitest.close();
  return count;
}

const filters = process.argv.slice(2);
if (filters.includes('usb-lab')) process.env.LAB_UNPLUGS ??= '20';
installSystemPackages();
buildScreens();
buildShell();
const checks = [runTool('types', ['tsc', '-b']), runTool('lint and format', ['biome', 'check', '.'])];
const count = await runTests(filters);
for (const line of count.skipped) console.log(`SKIPPED ${line}`);
const passed = count.passed + checks.filter((check) => check.ok).length;
const failed = count.failed + checks.filter((check) => !check.ok).length + (count.passed === 0 ? 1 : 0);
console.log(
  `${passed} passed, ${failed} failed${count.skipped.length > 0 ? `, ${count.skipped.length} skipped` : ''}`,
);
process.exit(failed === 0 ? 0 : 1);
