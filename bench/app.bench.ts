// The app from nothing to its first useful screen, and what engine and page hold while nothing happens. In Debian's
// Chromium; Electron brings its own and will differ.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { buildScreens } from '../electron/cli/build.ts';
import { args, executablePath, startStation } from './station-page.ts';
import { type Bench, type BenchRow, median } from './table.ts';

const rounds = 5;
const idleMs = 3000;

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1024;

type Start = { readonly startMs: number; readonly engineBytes: number; readonly pageBytes: number };

async function startOnce(context: BrowserContext): Promise<Start> {
  const home = mkdtempSync(join(tmpdir(), 'trustbox-bench-'));
  const page = await context.newPage();
  const startedMs = performance.now();
  const { child, url } = await startStation(home);
  await page.goto(url, { waitUntil: 'commit' });
  await page.getByRole('heading').first().waitFor();
  const startMs = performance.now() - startedMs;
  await new Promise((done) => setTimeout(done, idleMs));
  const session = await context.newCDPSession(page);
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
  const engineBytes = residentBytes(child.pid ?? 0);
  await page.close();
  child.kill('SIGTERM');
  await new Promise((done) => child.once('exit', done));
  rmSync(home, { recursive: true, force: true });
  return { startMs, engineBytes, pageBytes: usedSize };
}

async function run(report: (row: BenchRow) => void): Promise<void> {
  if (!existsSync(executablePath)) {
    process.stderr.write('bench: chromium is NOT INSTALLED; the rows of the app are missing\n');
    return;
  }
  buildScreens();
  const profile = mkdtempSync(join(tmpdir(), 'trustbox-bench-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath, args });
  const starts: Start[] = [];
  for (let round = 0; round < rounds; round += 1) starts.push(await startOnce(context));
  await context.close();
  rmSync(profile, { recursive: true, force: true });
  const middle = (pick: (start: Start) => number) => median(starts.map(pick));
  report({
    name: 'app: start of the station to first useful screen',
    value: middle(({ startMs }) => startMs),
    unit: 'ms',
    target: { atMost: 1500 },
    note: 'engine process and page; the browser runs already',
  });
  report({
    name: 'app: engine at rest',
    value: middle(({ engineBytes }) => engineBytes) / 1e6,
    unit: 'MB',
    note: 'resident',
  });
  report({
    name: 'app: page at rest',
    value: middle(({ pageBytes }) => pageBytes) / 1e6,
    unit: 'MB',
    note: 'JavaScript heap',
  });
}

export const bench: Bench = { name: 'app', run };
