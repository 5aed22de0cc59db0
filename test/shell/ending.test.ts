// How the program starts once and ends well, also with a job in the middle and an engine that fails.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isBrowserThere, noBrowser } from '../helpers/browser.ts';
import { busyEngine, startDrawnShell, startShell } from '../helpers/start-shell.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const soon = { timeout: 20_000 };
const keepRunning = 0;
const quitAnyway = 1;

test('closing the window closes the engine first, and without a job nothing is asked', async () => {
  const { seen, window } = await startShell();
  window().close();
  expect(seen.hasQuit).toBe(false);
  await expect.poll(() => seen.hasQuit, soon).toBe(true);
  expect([seen.messages, seen.errorBoxes, seen.exits]).toEqual([[], [], []]);
});

test('while a job runs closing asks, and the window stays when the answer is no', async () => {
  const { seen, window, answers } = await startShell({ engineModule: busyEngine });
  answers.button = keepRunning;
  window().close();
  await expect.poll(() => seen.messages, soon).toHaveLength(1);
  expect(seen.messages[0]).toContain('A job is running.');
  expect((window() as never as { isDestroyed(): boolean }).isDestroyed()).toBe(false);
  answers.button = quitAnyway;
  window().close();
  await expect.poll(() => seen.hasQuit, soon).toBe(true);
  expect(seen.messages).toHaveLength(2);
});

test('a second quit does not cut off an engine that still restores its device', async () => {
  const { seen, module, answers } = await startShell({ engineModule: busyEngine });
  answers.button = quitAnyway;
  module.app.quit();
  await expect.poll(() => seen.messages, soon).toHaveLength(1);
  module.app.quit();
  expect(seen.hasQuit).toBe(false);
  await expect.poll(() => seen.hasQuit, soon).toBe(true);
  expect(seen.messages).toHaveLength(1);
});

test('a second start only brings the window to the front', async () => {
  const { seen, app } = await startShell();
  app.emit('second-instance', {});
  expect([seen.windows.length, seen.focused]).toEqual([1, 1]);
});

test('where another instance runs, this one opens nothing and goes', async () => {
  const { seen } = await startShell({ isFirstInstance: false });
  expect([seen.windows, seen.hasQuit]).toEqual([[], true]);
});

test('an engine that dies is told in words, and the program ends', async () => {
  const { seen, killEngine } = await startShell();
  killEngine();
  await expect.poll(() => seen.exits, soon).toEqual([1]);
  expect(seen.errorBoxes[0]).toContain('The engine ended');
});

test('an engine that cannot open its store says why before there is a window', async () => {
  const home = await makeTempDir();
  mkdirSync(join(home, 'station.db'));
  const { seen, close } = await startShell({
    env: { ...process.env, TRUSTBOX_HOME: home },
    isWaiting: false,
  });
  await expect.poll(() => seen.exits, soon).toEqual([1]);
  await close();
  expect(seen.windows).toEqual([]);
  expect(seen.errorBoxes).toHaveLength(1);
});

test('a screen that crashed is drawn anew, and the engine never noticed', async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { seen, contents, page } = await startDrawnShell();
  await page.getByRole('heading', { name: 'Set up this station' }).waitFor();
  const loads: string[] = [];
  page.on('load', () => loads.push(page.url()));
  contents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 });
  await expect.poll(() => loads, soon).toHaveLength(1);
  expect(seen.messages[0]).toContain('The screen stopped.');
  await page.getByRole('heading', { name: 'Set up this station' }).waitFor();
});
