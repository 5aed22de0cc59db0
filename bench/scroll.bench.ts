/// <reference lib="dom" />
// How smoothly ten thousand rows scroll: the time from frame to frame while the outbox is scrolled from its first row to its
// last. In Debian's Chromium without a graphics card.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { buildScreens } from '../electron/cli/build.ts';
import { locateHome } from '../electron/core/home.ts';
import { openDatabase } from '../electron/core/store/database.ts';
import { args, executablePath, startStation } from './station-page.ts';
import { type Bench, type BenchRow, median } from './table.ts';

const rows = 10_000;
const frames = 600;

async function fillOutbox(home: string): Promise<void> {
  const db = openDatabase(locateHome({ TRUSTBOX_HOME: home }).database);
  const records = Array.from({ length: rows }, (_, index) => ({
    idempotency_key: `record-${index}`,
    schema_version: 1,
    state: 'pending',
    created_at: new Date().toISOString(),
    body: JSON.stringify({
      serial: `TBE201-${index}`,
      model: 'TEST',
      fingerprint: 'ab'.repeat(32),
      level: 'L0',
    }),
  }));
  for (let at = 0; at < rows; at += 1000)
    await db
      .insertInto('outbox')
      .values(records.slice(at, at + 1000))
      .execute();
  await db.destroy();
}

async function setUp(page: Page): Promise<void> {
  await page.getByRole('textbox').nth(0).fill('TEST');
  await page.getByRole('textbox').nth(1).fill('TEST');
  for (const field of await page.locator('input[type=password]').all()) await field.fill('a TEST passphrase');
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  await page.getByRole('navigation').getByRole('button', { name: 'Outbox' }).click();
  await page.getByText(`TBE201-${rows - 1}`).waitFor();
}

/** Runs in the page: one step a frame, all of the list. @returns milliseconds between frames */
function scrollThrough(count: number): Promise<number[]> {
  const grid = document.querySelector('[role=grid]');
  if (grid === null) throw new Error('no grid');
  const step = (grid.scrollHeight - grid.clientHeight) / count;
  const took: number[] = [];
  return new Promise((done) => {
    let last: number | null = null;
    const frame = (nowMs: number) => {
      if (last !== null) took.push(nowMs - last);
      last = nowMs;
      grid.scrollTop += step;
      if (took.length < count) requestAnimationFrame(frame);
      else done(took);
    };
    requestAnimationFrame(frame);
  });
}

async function run(report: (row: BenchRow) => void): Promise<void> {
  if (!existsSync(executablePath)) {
    process.stderr.write('bench: chromium is NOT INSTALLED; the row of scrolling is missing\n');
    return;
  }
  buildScreens();
  const home = mkdtempSync(join(tmpdir(), 'trustbox-bench-'));
  await fillOutbox(home);
  const { child, url } = await startStation(home);
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(url);
  await setUp(page);
  const took = (await page.evaluate(scrollThrough, frames)).toSorted((a, b) => a - b);
  await browser.close();
  child.kill('SIGTERM');
  await new Promise((done) => child.once('exit', done));
  rmSync(home, { recursive: true, force: true });
  const slow = took[Math.floor(took.length * 0.95)] ?? Number.NaN;
  report({
    name: `screens: a frame while ${rows} rows are scrolled`,
    value: median(took),
    unit: 'ms',
    target: { atMost: 20 },
    note: `1920x1080, ${took.length} frames, one in twenty took ${slow.toFixed(1)} ms or more`,
  });
}

export const bench: Bench = { name: 'scroll', run };
