// The screens as a user drives them: a real browser, the real engine, real boxes on real ptys.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { expectAccessible, isBrowserThere, noBrowser, openBrowser, photograph } from '../helpers/browser.ts';
import { passphrase } from '../helpers/cli.ts';
import { makeStation } from '../helpers/station.ts';
import { startBoxesOf, startStationProcess } from '../helpers/station-process.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const longMs = 180_000;

async function setUp(page: Page, words = { title: 'Set up this station', button: 'Set up' }): Promise<void> {
  await page.getByRole('heading', { name: words.title }).waitFor();
  const fields = page.getByRole('textbox');
  await fields.nth(0).fill('TEST line 2, bench 4');
  await fields.nth(1).fill('Ada');
  for (const field of await page.locator('input[type=password]').all()) await field.fill(passphrase);
  await page.getByRole('button', { name: words.button, exact: true }).click();
  await page.getByRole('navigation').waitFor();
}

const open = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

test('first run, two boxes at once, one verdict each', { timeout: longMs }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk } = await makeStation(80_000);
  const station = await startStationProcess(home);
  const { page, complaints } = await openBrowser(station.url);
  await page.getByRole('heading', { name: 'Set up this station' }).waitFor();
  await photograph(page, '01-set-up');
  await expectAccessible(page);
  await setUp(page);
  await page.getByText('No device is plugged in').waitFor();
  await photograph(page, '02-devices-none');

  const { boxes } = await startBoxesOf(home, ['--baud', '115200'], 2);
  await page.getByRole('article').nth(1).waitFor();
  await page.getByLabel('User').fill('admin');
  await page.getByLabel('Password').fill('wrong');
  const first = page.getByRole('article').first();
  await first.getByRole('button', { name: 'Read' }).click();
  await first.getByRole('alert').waitFor({ timeout: 60_000 });
  expect(await first.getByRole('alert').innerText()).toContain('console.login-refused');
  await photograph(page, '03-wrong-password');
  await page.getByLabel('Password').fill('trust');
  for (const article of await page.getByRole('article').all()) {
    await article.getByRole('button', { name: 'Read' }).click();
    await article.getByRole('button', { name: 'L0 Self-reported' }).waitFor({ timeout: 60_000 });
  }
  await page.getByRole('article').first().getByRole('button', { name: 'Details' }).click();
  await page.getByRole('button', { name: 'Pin this key…' }).waitFor();
  await photograph(page, '04-devices-read');
  await expectAccessible(page);

  await open(page, 'Load');
  for (const { serial } of boxes) await page.getByText(serial, { exact: true }).click();
  await page.locator('input[type=file]').first().setInputFiles(cpk);
  await page.getByText('Fits: TrustBox Edge 201').waitFor();
  await page.getByLabel('Reason').fill('work order 4711');
  await photograph(page, '05-load-ready');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Check without writing' }).click();
  await page.getByText('would run').nth(1).waitFor({ timeout: 60_000 });
  await open(page, 'Load…');
  const confirm = page.getByRole('button', { name: 'Load now' });
  expect(await confirm.isEnabled()).toBe(false);
  await photograph(page, '06-load-confirm');
  await page.getByLabel('Type test-app to confirm').fill('test-app');
  await confirm.click();
  await page.getByRole('progressbar').first().waitFor({ timeout: 60_000 });
  await photograph(page, '07-loading');
  for (const { serial } of boxes) {
    const card = page.getByRole('article').filter({ hasText: serial });
    await card.getByLabel('Outcome').getByText('Installed', { exact: true }).waitFor({ timeout: 90_000 });
  }
  await photograph(page, '08-loaded');
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('unplugged in the middle, it waits and goes on', { timeout: longMs }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk } = await makeStation(120_000);
  const station = await startStationProcess(home);
  const { page } = await openBrowser(station.url);
  await setUp(page);
  const { boxes } = await startBoxesOf(home, ['--baud', '115200']);
  const [box] = boxes;
  await page.getByRole('article').first().waitFor();
  await page.getByLabel('User').fill('admin');
  await page.getByLabel('Password').fill('trust');
  await page.getByRole('article').getByRole('button', { name: 'Load…' }).click();
  await page.locator('input[type=file]').first().setInputFiles(cpk);
  await page.getByText('Fits: TrustBox Edge 201').waitFor();
  await page.getByLabel('Reason').fill('work order 4711');
  await open(page, 'Load…');
  await page.getByLabel('Type test-app to confirm').fill('test-app');
  await page.getByRole('button', { name: 'Load now' }).click();
  await page.getByRole('progressbar').waitFor({ timeout: 60_000 });
  await box?.control({ do: 'unplug' });
  await page.getByText('Waiting for the device to come back').waitFor({ timeout: 60_000 });
  await photograph(page, '09-unplugged');
  // Whoever opens the page anew sees how long each step took.
  await page.reload();
  await open(page, 'Load');
  const done = page.getByRole('list', { name: 'Steps' }).locator('li[data-state=done]');
  await done.first().waitFor();
  for (const step of await done.all()) expect(await step.innerText()).toMatch(/done \d+(?:\.\d+)? m?s$/);
  await box?.control({ do: 'plug' });
  await page.getByLabel('Outcome').getByText('Installed', { exact: true }).waitFor({ timeout: 120_000 });
});

test('another language, and what Diagnose sees', { timeout: longMs }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const home = join(await makeTempDir(), 'home');
  const station = await startStationProcess(home);
  const { page } = await openBrowser(station.url);
  await page.getByRole('heading', { name: 'Set up this station' }).waitFor();
  await page.getByRole('button', { name: /Language/ }).click();
  await page.getByRole('option', { name: 'Deutsch' }).click();
  await setUp(page, { title: 'Diese Station einrichten', button: 'Einrichten' });
  await startBoxesOf(home, ['--no-tool', 'cpk-tool']);
  await page.getByRole('article').first().waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  await page.getByLabel('Benutzer').fill('admin');
  await page.getByLabel('Passwort').fill('trust');
  await page.getByRole('article').getByRole('button', { name: 'Diagnose…' }).click();
  await page.getByRole('button', { name: 'Diagnose', exact: true }).last().click();
  await page.getByText('Etwas stimmt nicht').waitFor({ timeout: 60_000 });
  await photograph(page, '10-diagnose-de');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Einstellungen' }).click();
  await photograph(page, '11-settings-de');
  await expectAccessible(page);
});
