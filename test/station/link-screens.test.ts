// The link on the screens: which kind answers, how well it does, what the operator chose, and a cable that is pulled and
// plugged in again in the middle of a load over the agent.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { expectAccessible, isBrowserThere, noBrowser, openBrowser, photograph } from '../helpers/browser.ts';
import { passphrase } from '../helpers/cli.ts';
import { makeStation } from '../helpers/station.ts';
import { startBoxesOf, startStationProcess } from '../helpers/station-process.ts';
import { stopVirtualBoxes, type VirtualBox } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const longMs = 300_000;
const waitMs = 90_000;

async function openSetUp(home: string, language: 'en' | 'de') {
  const settings = { settings: 1, stationName: 'TEST', operator: 'Ada', language, idleLockMinutes: 30 };
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ ...settings, slots: [] }));
  const station = await startStationProcess(home);
  return { station, ...(await openBrowser(station.url)) };
}

const article = (page: Page) => page.getByRole('article').first();
const linksIn = (home: string) =>
  (JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8')) as { links: object[] }).links;

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(label) }).click();
  await page.getByRole('option', { name: option }).click();
}

async function startLoad(page: Page, cpk: string, word: string): Promise<void> {
  await article(page).getByRole('button', { name: 'Load…' }).click();
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.locator('input[type=file]').first().setInputFiles(cpk);
  await page.getByText('Fits: TrustBox Edge 201').waitFor();
  await page.getByLabel('Reason').fill('work order 4711');
  await page.getByRole('button', { name: 'Load…', exact: true }).click();
  await page.getByLabel(`Type ${word} to confirm`).fill(word);
  await page.getByRole('button', { name: 'Load now' }).click();
}

const shareOf = async (page: Page) =>
  Number(await page.getByRole('progressbar').first().getAttribute('aria-valuenow'));

test('an agent is found by itself and measured; a cable pulled in the middle is a line in the log', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk } = await makeStation(400_000);
  const { page, complaints } = await openSetUp(home, 'en');
  const { boxes } = await startBoxesOf(home, ['--agent', '--baud', '115200']);
  const [box] = boxes as [VirtualBox];
  await article(page).waitFor();
  await article(page).getByText('Found out when it is read').waitFor();
  await article(page).getByRole('button', { name: 'Read', exact: true }).click();
  await article(page)
    .getByText(/^Agent \S+ \S+ · 115200 baud$/)
    .waitFor({ timeout: waitMs });
  await article(page)
    .getByText(/last: round trip (?:< 1|\d+) ms · \d+ of \d+ frames sent again/)
    .waitFor({ timeout: waitMs });
  await photograph(page, '60-agent-read');
  await expectAccessible(page);

  await startLoad(page, cpk, box.serial);
  await expect.poll(() => shareOf(page), { timeout: waitMs }).toBeGreaterThan(10);
  const card = page.getByRole('article').filter({ hasText: box.serial });
  await card.getByText(/^round trip (?:< 1|\d+) ms · \d+ of \d+ frames sent again/).waitFor();
  await photograph(page, '61-agent-sends');
  await box.control({ do: 'unplug' });
  await page
    .getByRole('status')
    .getByText('Waiting for the device to come back')
    .waitFor({ timeout: waitMs });
  expect(await page.getByRole('alert').count()).toBe(0);
  await photograph(page, '62-unplugged');
  await expectAccessible(page);
  await box.control({ do: 'plug' });
  const log = card.getByRole('region', { name: 'Log' });
  await log.getByText(/^The port is back after .+; went on at \d+ %\.$/).waitFor({ timeout: waitMs });
  await photograph(page, '63-went-on');
  await card.getByLabel('Outcome').getByText('Installed', { exact: true }).waitFor({ timeout: waitMs });
  expect(await log.getByRole('listitem').count()).toBe(1);
  expect(await page.getByRole('alert').count()).toBe(0);
  await photograph(page, '64-installed');
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('auf Deutsch: was der Bediener wählt, gilt, bis er es zurückgibt', { timeout: longMs }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home } = await makeStation();
  const { page } = await openSetUp(home, 'de');
  const { boxes } = await startBoxesOf(home, ['--agent']);
  const [box] = boxes as [VirtualBox];
  await article(page).waitFor();
  await choose(page, 'öffnen über', 'nur die Konsole');
  await expect.poll(() => linksIn(home)).toEqual([{ port: box.port, link: 'console' }]);
  await article(page).getByRole('button', { name: 'Lesen', exact: true }).click();
  // The box has an agent and no console: what was forced is not there.
  await article(page).getByRole('alert').waitFor({ timeout: waitMs });
  await photograph(page, '65-konsole-gewaehlt');
  await choose(page, 'öffnen über', 'was antwortet');
  await expect.poll(() => linksIn(home)).toEqual([]);
  await article(page).getByRole('button', { name: 'Lesen', exact: true, disabled: false }).click();
  await article(page)
    .getByText(/^Agent \S+ \S+ · 115200 Baud$/)
    .waitFor({ timeout: waitMs });
  await article(page)
    .getByText(/^zuletzt: Umlauf .+ Rahmen erneut gesendet$/)
    .waitFor({ timeout: waitMs });
  await photograph(page, '66-agent-deutsch');
  await expectAccessible(page);
});

test('a console says its speed, and a device that comes is shown without a look at the clock', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home } = await makeStation();
  const { page } = await openSetUp(home, 'en');
  await page.getByText('No device is plugged in').waitFor();
  await startBoxesOf(home);
  await article(page).waitFor();
  await page.getByLabel('User').fill('admin');
  await page.getByLabel('Password').fill('trust');
  await article(page).getByRole('button', { name: 'Read', exact: true }).click();
  await article(page).getByText('Console · 115200 baud').waitFor({ timeout: waitMs });
  await article(page)
    .getByRole('button', { name: 'Read', exact: true, disabled: false })
    .waitFor({ timeout: waitMs });
  await photograph(page, '67-console-read');
});
