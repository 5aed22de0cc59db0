// The real main, preload, engine and screens together, over a real Chromium: the page comes up and calls go through.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isBrowserThere, noBrowser } from '../helpers/browser.ts';
import { choosePath } from '../helpers/electron-double/page.ts';
import { type DrawnShell, startDrawnShell } from '../helpers/start-shell.ts';

const complaintsOf = ({ page }: DrawnShell): string[] => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
};

async function setUp({ page }: DrawnShell): Promise<void> {
  await page.getByLabel('Name of this station').fill('TEST bench');
  await page.getByLabel('Operator').fill('Ada');
  for (const field of await page.locator('input[type=password]').all()) await field.fill('a TEST passphrase');
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  await page.getByRole('navigation').waitFor();
}

const show = ({ page }: DrawnShell, screen: string) =>
  page.getByRole('navigation').getByRole('button', { name: screen }).click();

test('the page comes up, a file goes in by its path, one comes out by the save dialog', {
  timeout: 90_000,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const shell = await startDrawnShell();
  const { page, home, answers } = shell;
  const complaints = complaintsOf(shell);
  await setUp(shell);

  const list = join(home, 'list.csv');
  writeFileSync(list, `serial,fingerprint\nTBE201-1,${'ab'.repeat(32)}\n`);
  await choosePath(page, 'list.csv', list);
  await show(shell, 'Keys and trust');
  await page.locator('.file-pick').filter({ hasText: 'factory list' }).locator('input').setInputFiles(list);
  await page.getByText('1 devices are listed.').waitFor();

  const target = join(home, 'bundle.json');
  answers.save = { canceled: false, filePath: target };
  await show(shell, 'Diagnose');
  await page.getByRole('button', { name: 'Save a support bundle' }).click();
  await expect.poll(() => existsSync(target)).toBe(true);
  expect(JSON.parse(readFileSync(target, 'utf8'))).toMatchObject({ bundle: 1, station: 'TEST bench' });
  expect(complaints).toEqual([]);
});

test('a file that cannot be saved is told in a message, and a cancelled dialog changes nothing', {
  timeout: 90_000,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const shell = await startDrawnShell();
  const { page, home, answers, seen } = shell;
  await setUp(shell);
  await show(shell, 'Diagnose');
  const save = page.getByRole('button', { name: 'Save a support bundle' });
  const target = join(home, 'taken');
  mkdirSync(target);
  await save.click();
  await expect.poll(() => seen.saveDialogs).toBe(1);
  answers.save = { canceled: false, filePath: target };
  await save.click();
  await expect.poll(() => seen.messages).toHaveLength(1);
  expect(seen.messages[0]).toContain('cannot be written');
});

test('the page has the bridge and nothing of Node or Electron', async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { page } = await startDrawnShell();
  await page.getByRole('heading', { name: 'Set up this station' }).waitFor();
  const found = await page.evaluate(() => ({
    bridge: Object.keys((window as never as { trustbox: object }).trustbox).toSorted(),
    leaked: ['require', 'process', 'module', 'Buffer', 'global', 'electron'].filter((name) => name in window),
  }));
  expect(found).toEqual({
    bridge: ['call', 'onConnection', 'onEvent', 'saveFile', 'sendFile'],
    leaked: [],
  });
});
