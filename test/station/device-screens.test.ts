// What goes wrong at a device, on its screens: another key, a refusal, a killed station, a page closed too early.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { expectAccessible, isBrowserThere, noBrowser, openBrowser, photograph } from '../helpers/browser.ts';
import { passphrase } from '../helpers/cli.ts';
import { makeStation } from '../helpers/station.ts';
import { startBoxesOf, startStationProcess } from '../helpers/station-process.ts';
import { stopVirtualBoxes, type VirtualBox } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const longMs = 240_000;
const waitMs = 90_000;

async function openSetUp(home: string) {
  const settings = { settings: 1, stationName: 'TEST', operator: 'Ada', language: 'en', idleLockMinutes: 30 };
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ ...settings, slots: [] }));
  const station = await startStationProcess(home);
  return { station, ...(await openBrowser(station.url)) };
}

const open = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const article = (page: Page) => page.getByRole('article').first();

async function logInAs(page: Page, password = 'trust'): Promise<void> {
  await page.getByLabel('User').fill('admin');
  await page.getByLabel('Password').fill(password);
}

async function unlock(page: Page): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock' }).click();
}

async function read(page: Page): Promise<void> {
  await article(page).getByRole('button', { name: 'Read', exact: true }).click();
  await article(page)
    .getByRole('button', { name: 'Read', exact: true, disabled: false })
    .waitFor({ timeout: waitMs });
}

/** From a device on the devices screen to its running job; `word` confirms. */
async function startLoad(page: Page, cpk: string, word: string): Promise<void> {
  await article(page).getByRole('button', { name: 'Load…' }).click();
  await unlock(page);
  await page.locator('input[type=file]').first().setInputFiles(cpk);
  await page.getByText('Fits: TrustBox Edge 201').waitFor();
  await page.getByLabel('Reason').fill('work order 4711');
  await open(page, 'Load…');
  await page.getByLabel(`Type ${word} to confirm`).fill(word);
  await page.getByRole('button', { name: 'Load now' }).click();
}

test('a pinned key is believed; another one in its place stops everything', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home } = await makeStation();
  const { page, complaints } = await openSetUp(home);
  const { boxes } = await startBoxesOf(home);
  const [box] = boxes as [VirtualBox];
  await article(page).waitFor();
  await logInAs(page);
  await read(page);
  const unproven = article(page).getByRole('button', { name: /^Not proven/ });
  await unproven.focus();
  await page.keyboard.press('Enter');
  await article(page).getByText('neither pinned nor', { exact: false }).waitFor();
  await article(page).getByRole('button', { name: 'Details' }).click();
  const detail = page.getByRole('region', { name: `Details: ${box.serial}` });
  await detail.getByText('Boot id').waitFor();
  await photograph(page, '30-detail');
  await expectAccessible(page);
  await detail.getByRole('button', { name: 'Pin this key…' }).click();
  const ask = page.getByLabel(/Type its last 8 digits/);
  const digits = /: ([0-9a-f]{8})$/.exec(
    (await page.getByText(/Type its last 8 digits/).innerText()) ?? '',
  )?.[1];
  await ask.fill('00000000');
  expect(await page.getByRole('button', { name: 'Pin', exact: true }).isEnabled()).toBe(false);
  await ask.fill(digits ?? '');
  await photograph(page, '31-pin');
  await page.getByRole('button', { name: 'Pin', exact: true }).click();
  await detail.getByText('pinned', { exact: true }).waitFor();
  await read(page);
  await article(page).getByText('Ready: a package can be loaded.').waitFor();
  await photograph(page, '32-pinned');
  await box.control({ do: 'reboot' });
  await read(page);
  await article(page).getByRole('alert').getByText('not the one that was pinned', { exact: false }).waitFor();
  await photograph(page, '33-another-key');
  await expectAccessible(page);
  await box.control({ do: 'unplug' });
  await page.getByText('No device is plugged in').waitFor({ timeout: 5000 });
  expect(complaints).toEqual([]);
});

test('copying works where the page may not use the clipboard; the password is gone when the vault is locked', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home } = await makeStation();
  const { page, context } = await openSetUp(home);
  await logInAs(page);
  await open(page, 'Load');
  await unlock(page);
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await open(page, 'Devices');
  expect(await page.getByLabel('Password').inputValue()).toBe('');
  expect(await page.getByLabel('User').inputValue()).toBe('admin');
  await page.reload();
  expect(await page.getByLabel('User').inputValue()).toBe('admin');

  await open(page, 'Settings');
  await page.evaluate(
    `Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error()) } })`,
  );
  const copy = page.getByRole('button', { name: 'Copy: Log file' });
  await copy.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Copied.').waitFor();
  expect(await copy.evaluate((button) => button === document.activeElement)).toBe(true);
  const fresh = await context.newPage();
  await fresh.goto(page.url());
  expect(await fresh.evaluate(`navigator.clipboard.readText()`)).toMatch(/station\.log$/);
});

test('what the device rejects is never told as a success', { timeout: longMs }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk } = await makeStation();
  const { page } = await openSetUp(home);
  const { boxes } = await startBoxesOf(home, ['--reject-install']);
  const [box] = boxes as [VirtualBox];
  await article(page).waitFor();
  await logInAs(page);
  await read(page);
  await startLoad(page, cpk, box.serial);
  const card = page.getByRole('article').filter({ hasText: box.serial });
  await card
    .getByLabel('Outcome')
    .getByText('Rejected by the device', { exact: true })
    .waitFor({ timeout: waitMs });
  expect(await card.getByText('Installed', { exact: true }).count()).toBe(0);
  await photograph(page, '34-rejected');
  await expectAccessible(page);
});

test('a page opened in the middle shows the job; a killed station offers to resume it', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk } = await makeStation(120_000);
  const { page, station } = await openSetUp(home);
  await startBoxesOf(home, ['--baud', '115200']);
  await article(page).waitFor();
  await logInAs(page);
  await startLoad(page, cpk, 'test-app');
  await page.getByRole('progressbar').waitFor({ timeout: waitMs });
  await page.reload();
  await article(page).getByRole('button', { name: 'Watch the job' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Open the link' }).getByText('done').waitFor();
  await page.getByRole('progressbar').waitFor();
  await photograph(page, '35-opened-in-the-middle');
  await station.stop('SIGKILL');

  const again = await startStationProcess(home);
  await page.goto(again.url);
  await page.getByRole('heading', { name: 'Interrupted jobs' }).waitFor();
  await photograph(page, '36-interrupted');
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Resume…/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Passphrase').fill(passphrase);
  await dialog.getByRole('button', { name: 'Unlock' }).click();
  await dialog.getByLabel('User').fill('admin');
  await dialog.getByLabel('Password').fill('trust');
  await photograph(page, '37-resume');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Resume now' }).click();
  await page.getByLabel('Outcome').getByText('Installed', { exact: true }).waitFor({ timeout: waitMs });
  await photograph(page, '38-resumed');
});
