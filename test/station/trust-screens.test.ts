// What a device's trust rests on, on its screen: the ladder, the claims of its evidence, and its keys over time.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { policyJson } from '../helpers/attesting-box.ts';
import { expectAccessible, isBrowserThere, noBrowser, openBrowser, photograph } from '../helpers/browser.ts';
import { makeStation } from '../helpers/station.ts';
import { openSetUp, startBoxesOf } from '../helpers/station-process.ts';
import { stopVirtualBoxes, type VirtualBox } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const longMs = 240_000;
const waitMs = 90_000;
const words = {
  en: { read: 'Read', details: 'Details', ladder: 'Trust, level by level', claims: 'What its evidence says' },
  de: {
    read: 'Lesen',
    details: 'Einzelheiten',
    ladder: 'Vertrauen, Stufe für Stufe',
    claims: 'Was sein Nachweis sagt',
  },
} as const;

/** A station whose policy enrols one box, on its devices screen. */
async function openWith(boxArgs: readonly string[], language: keyof typeof words) {
  const { home } = await makeStation();
  const { boxes } = await startBoxesOf(home, ['--agent', ...boxArgs]);
  const [box] = boxes as [VirtualBox];
  writeFileSync(join(home, 'policy.json'), policyJson(box));
  const { page, complaints } = await openBrowser(await openSetUp(home, language));
  return { box, page, complaints, say: words[language] };
}

async function read(page: Page, word: string): Promise<void> {
  const card = page.getByRole('article').first();
  await card.getByRole('button', { name: word, exact: true }).click();
  await card.getByRole('button', { name: word, exact: true, disabled: false }).waitFor({ timeout: waitMs });
}

const rung = (page: Page, ladder: string, level: string) =>
  page
    .getByRole('region', { name: ladder })
    .getByRole('listitem')
    .filter({ hasText: new RegExp(`^${level} `) });

test('evidence for the key: every rung is reached, claims stand in words, a reboot is read as one', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { box, page, complaints, say } = await openWith(['--evidence', 'kat'], 'en');
  await page.getByRole('article').first().waitFor();
  await read(page, say.read);
  await page.getByRole('article').first().getByRole('button', { name: say.details }).click();
  await rung(page, say.ladder, 'L4')
    .getByText('The key of this device is inside the measured TEE.')
    .waitFor();
  for (const level of ['L0', 'L1', 'L2', 'L3', 'L4'])
    expect(await rung(page, say.ladder, level).getByText('reached', { exact: true }).count(), level).toBe(1);
  const claims = page.getByRole('region', { name: say.claims });
  await claims.getByText('virtual factory', { exact: false }).waitFor();
  await claims.getByText('lifecycle: locked down').waitFor();
  expect(await claims.getByText('secured', { exact: true }).count()).toBe(1);

  await box.control({ do: 'reboot' });
  await read(page, say.read);
  const detail = page.getByRole('region', { name: `Details: ${box.serial}` });
  await detail.getByText('Reboot', { exact: true }).waitFor({ timeout: waitMs });
  await detail.getByText('The same TEE signed its evidence as before.').waitFor();
  await detail.locator('.badge').getByText('First seen', { exact: true }).waitFor();
  await expectAccessible(page);
  await page.getByRole('region', { name: say.ladder }).scrollIntoViewIfNeeded();
  await photograph(page, '70-ladder');
  await detail.getByRole('heading', { name: 'Keys seen' }).scrollIntoViewIfNeeded();
  await photograph(page, '71-keys-over-time');

  await page.getByRole('button', { name: 'Keys and trust', exact: true }).click();
  const release = page.getByRole('row').filter({ hasText: 'Release a class key' });
  await release.getByText('L4 Key bound').waitFor({ timeout: waitMs });
  await release.getByText('As L3, and the key is shown', { exact: false }).waitFor();
  await page.getByText(/^Evidence: .*[1-9] enrolled keys/).waitFor();
  await expectAccessible(page);
  await page.getByRole('heading', { name: 'Policy', exact: true }).scrollIntoViewIfNeeded();
  await photograph(page, '73-policy');
  expect(complaints).toEqual([]);
});

test('evidence that is a recording: no rung above the lowest, the reason on each, in the language of the reader', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { page, say } = await openWith(['--evidence', 'kat', '--attack', 'replayed-nonce'], 'de');
  await page.getByRole('article').first().waitFor();
  await read(page, say.read);
  await page.getByRole('article').first().getByRole('button', { name: say.details }).click();
  const why = 'Der Nachweis antwortet auf eine andere Frage';
  for (const level of ['L2', 'L3', 'L4']) {
    await rung(page, say.ladder, level).getByText(why, { exact: false }).waitFor({ timeout: waitMs });
    expect(await rung(page, say.ladder, level).getByText('nicht erreicht').count(), level).toBe(1);
  }
  expect(await page.getByRole('region', { name: say.ladder }).getByText('Bewiesen').count()).toBe(0);
  await page.getByText('Nichts von dem, was er sagt, wird geglaubt.', { exact: false }).waitFor();
  expect(await page.getByRole('region', { name: say.ladder }).locator('[lang=en]').count()).toBe(0);
  expect(await page.getByRole('region', { name: say.claims }).locator('[lang=en]').count()).toBe(0);
  await page.getByRole('region', { name: say.ladder }).scrollIntoViewIfNeeded();
  await photograph(page, '72-recording');
});
