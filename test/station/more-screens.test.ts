// Packages, keys, records and the line, as a user drives them.

import { constants, createPrivateKey, privateEncrypt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { encodeDigestInfo } from '../../electron/core/package/signing.ts';
import { expectAccessible, isBrowserThere, noBrowser, openBrowser, photograph } from '../helpers/browser.ts';
import { passphrase, runCli } from '../helpers/cli.ts';
import { makeStation, testSigner } from '../helpers/station.ts';
import { openSetUp, startBoxesOf } from '../helpers/station-process.ts';
import { stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const longMs = 180_000;
const open = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
const pick = (page: Page, label: string) =>
  page.locator('.file-pick').filter({ hasText: label }).locator('input[type=file]');

const openStationIn = async (home: string) => openBrowser(await openSetUp(home));

async function unlock(page: Page): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock' }).click();
}

const bytesOf = async (download: Download) => readFile(await download.path());

test('build with an external signature, look into it, verify it, refuse a wrong one', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, dir, cert, cpk } = await makeStation(20_000);
  const { page, complaints } = await openStationIn(home);
  await open(page, 'Packages');
  await unlock(page);
  await pick(page, 'Payload').setInputFiles(join(dir, 'app.ta'));
  await page.getByLabel('Application id').fill('pump');
  await page.getByLabel('Name', { exact: true }).fill('Pump');
  await page.getByLabel('Vendor').fill('TEST');
  await page.getByLabel('Version (1.2.3)').fill('2.0.1');
  await page.getByRole('button', { name: 'Make a class key named pump' }).click();
  await page.getByRole('button', { name: /^(?:With a key file here )?Signature/ }).click();
  await page.getByRole('option', { name: 'From outside (HSM)' }).click();
  await pick(page, 'Signing certificate').setInputFiles(cert);
  await photograph(page, '20-build');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Build', exact: true }).click();
  const key = createPrivateKey((await testSigner()).keyPem);
  for (const due of ['payload', 'package']) {
    await page.getByText(`the ${due} signature`).waitFor({ timeout: 30_000 });
    if (due === 'payload') await photograph(page, '21-sign-outside');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the digest' }).click();
    const digest = await bytesOf(await downloading);
    expect(digest).toHaveLength(32);
    const signature = privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, encodeDigestInfo(digest));
    await pick(page, 'Signature').setInputFiles({
      name: 'sig.bin',
      mimeType: 'application/octet-stream',
      buffer: signature,
    });
  }
  await page.getByText('The package is fully signed.').waitFor();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the package' }).click();
  const saved = join(dir, 'pump.cpk');
  writeFileSync(saved, await bytesOf(await saving));
  const verified = await runCli(home, [
    'package',
    'verify',
    saved,
    '--key',
    'pump',
    '--anchor',
    cert,
    '--json',
  ]);
  expect(verified.status, verified.stdout).toBe(0);

  await page.getByRole('tab', { name: 'Look into' }).click();
  await pick(page, 'Package (.cpk)').setInputFiles(saved);
  await page
    .getByRole('cell', { name: 'package-signature' })
    .or(page.getByText('Byte map'))
    .first()
    .waitFor();
  await photograph(page, '22-inspect');
  await expectAccessible(page);
  await page.getByRole('tab', { name: 'Verify' }).click();
  const damaged = await readFile(cpk);
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  await pick(page, 'Package (.cpk)').setInputFiles({
    name: 'damaged.cpk',
    mimeType: 'application/octet-stream',
    buffer: damaged,
  });
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByText('The package is NOT sound').waitFor();
  await photograph(page, '23-verify-damaged');
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('keys and trust, and a package that does not fit is refused before anything is touched', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home } = await makeStation(7 * 1024 * 1024);
  const { page } = await openStationIn(home);
  await open(page, 'Keys and trust');
  await unlock(page);
  await page.getByRole('cell', { name: 'test-app' }).waitFor();
  await photograph(page, '24-keys');
  await expectAccessible(page);
  await open(page, 'Load');
  await pick(page, 'Package (.cpk)').setInputFiles(join(home, '..', 'app.cpk'));
  await page.getByText('Does not fit').waitFor();
  await photograph(page, '25-lint-refusal');
  await expectAccessible(page);
});

test('the line by scanner, then its records', { timeout: longMs }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk } = await makeStation(4096);
  const { page, complaints } = await openStationIn(home);
  const { boxes } = await startBoxesOf(home, [], 2);
  const [first, second] = boxes;
  await open(page, 'Line mode');
  await unlock(page);
  for (const { port } of boxes) await page.getByText(port, { exact: true }).first().click();
  await page.getByRole('button', { name: 'Save the slots' }).click();
  await pick(page, 'Package (.cpk)').setInputFiles(cpk);
  await page.getByText('Fits: TrustBox Edge 201').waitFor();
  await page.getByLabel('User').fill('admin');
  await page.getByLabel('Password').fill('trust');
  await page.getByLabel('Reason').fill('line trial');
  await page.getByText('Scan the label before each unit').click();
  await photograph(page, '26-line-set-up');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Start the line' }).click();
  await page.getByText('Scan', { exact: false }).first().waitFor();
  await page.getByLabel('Label', { exact: true }).fill('WRONG-1');
  await page.keyboard.press('Enter');
  await page.getByRole('article', { name: '1: FAIL' }).waitFor({ timeout: 60_000 });
  await page.getByLabel('Label', { exact: true }).fill(second?.serial ?? '');
  await page.keyboard.press('Enter');
  await page.getByRole('article', { name: '2: PASS' }).waitFor({ timeout: 60_000 });
  await photograph(page, '27-line');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Stop the line' }).click();

  await open(page, 'Records');
  const grid = page.getByRole('grid', { name: 'Receipts' });
  await grid.getByRole('row').nth(1).waitFor();
  await page.getByRole('button', { name: 'Verify the records' }).click();
  await page.getByText(/journal entries and 1 receipts verify/).waitFor();
  await grid.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('img').waitFor();
  await photograph(page, '28-records');
  await expectAccessible(page);
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as PDF' }).click();
  expect((await bytesOf(await saving)).subarray(0, 5).toString()).toBe('%PDF-');
  await open(page, 'Outbox');
  await page.getByRole('gridcell', { name: second?.serial ?? '' }).waitFor();
  await photograph(page, '29-outbox');
  await expectAccessible(page);
  expect(first?.serial).not.toBe(second?.serial);
  expect(complaints).toEqual([]);
});
