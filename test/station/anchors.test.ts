// Trust anchors as a user keeps them, and what every check and load makes of them.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { makeDemoFiles } from '../../electron/cli/demo-files.ts';
import { makeTestSigner } from '../../electron/cli/test-signer.ts';
import type { FileToken } from '../../shared/contract/values.ts';
import { expectAccessible, isBrowserThere, noBrowser, openBrowser, photograph } from '../helpers/browser.ts';
import { passphrase, runCli } from '../helpers/cli.ts';
import { connectDesk } from '../helpers/desk-client.ts';
import { makeStation } from '../helpers/station.ts';
import { openSetUp, startStationProcess } from '../helpers/station-process.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const longMs = 120_000;
const open = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
const pick = (page: Page, label: string) =>
  page.locator('.file-pick').filter({ hasText: label }).locator('input[type=file]');

async function verify(page: Page, cpk: string): Promise<string> {
  await open(page, 'Packages');
  await page.getByRole('tab', { name: 'Verify' }).click();
  await pick(page, 'Package (.cpk)').setInputFiles(cpk);
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  return page.getByRole('listitem').filter({ hasText: 'chain to an anchor' }).innerText();
}

async function keep(page: Page, file: string, name: string): Promise<void> {
  await pick(page, 'Root certificate').setInputFiles(file);
  await page.getByText('Compare the fingerprint').waitFor();
  await page.getByLabel('Name of the anchor').fill(name);
  await page.getByLabel('Reason').fill('work order 4711');
  await page.getByRole('button', { name: 'Keep as anchor' }).click();
  await page.getByText(`${name} is a trust anchor now.`).waitFor();
}

test('an anchor is looked at, kept, used by every check, and removed with a reason', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, dir, cpk, cert } = await makeStation();
  const foreign = join(dir, 'foreign.crt');
  await writeFile(foreign, (await makeTestSigner('TEST foreign root')).certificatePem);
  const { page, complaints } = await openBrowser(await openSetUp(home));
  expect(await verify(page, cpk)).toContain('not checked');
  await open(page, 'Keys and trust');
  await page.getByText('Unlock the vault above').waitFor();
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await keep(page, foreign, 'Foreign root');
  expect(await verify(page, cpk)).toContain('FAILED');
  await page.getByText('Foreign root', { exact: true }).waitFor();
  await open(page, 'Keys and trust');
  await keep(page, cert, 'Signing root 2026');
  await pick(page, 'Root certificate').setInputFiles(foreign);
  await page.getByText('Compare the fingerprint').waitFor();
  await photograph(page, '30-anchors');
  await expectAccessible(page);
  expect(await verify(page, cpk)).toContain('anchored in CN=TEST signer');
  await photograph(page, '31-verify-anchored');
  await expectAccessible(page);

  await open(page, 'Keys and trust');
  await page.getByRole('button', { name: 'Remove… Signing root 2026' }).click();
  const remove = page.getByRole('button', { name: 'Remove', exact: true });
  await page.getByLabel('Type Signing root 2026 to confirm').fill('Signing root 2026');
  expect(await remove.isEnabled()).toBe(false);
  await page.getByRole('alertdialog').getByLabel('Reason').fill('replaced');
  await photograph(page, '32-anchor-remove');
  await expectAccessible(page);
  await remove.click();
  await page.getByText('Signing root 2026 is no anchor any more.').waitFor();
  expect(await verify(page, cpk)).toContain('FAILED');
  await open(page, 'Load');
  await pick(page, 'Package (.cpk)').setInputFiles(cpk);
  await page.getByText('Fits: TrustBox Edge 201').waitFor();
  await page.getByText('Foreign root', { exact: true }).waitFor();
  await photograph(page, '33-load-anchors');
  const listed = await runCli(home, ['trust', 'list', '--json']);
  expect(listed.lines[0]).toMatchObject({ anchors: [{ name: 'Foreign root', addedBy: 'Ada' }] });
  expect(complaints).toEqual([]);
});

test('a locked vault decides about no anchor', async () => {
  const { home, cert } = await makeStation();
  const client = await connectDesk(await openSetUp(home));
  const { token: file } = await client.upload(cert);
  const wanted = { file, name: 'Root', note: '', reason: 'none' };
  const locked = { ok: false, error: { code: 'vault.locked' } };
  expect(await client.ask('trust.add-anchor', wanted)).toMatchObject(locked);
  expect(await client.ask('trust.remove-anchor', { name: 'Root', reason: 'none' })).toMatchObject(locked);
  expect(await client.call('trust.anchors', {})).toEqual([]);
  client.close();
});

test("the set-up of a demonstration keeps the demo's root, and only that set-up", async () => {
  const dir = await makeTempDir();
  const { signCert } = await makeDemoFiles(join(dir, 'demo'));
  const station = await startStationProcess(join(dir, 'home'), { TRUSTBOX_DEMO_ANCHOR: signCert });
  const client = await connectDesk(station.url);
  expect(await client.call('trust.anchors', {})).toEqual([]);
  const names = { stationName: 'TEST station', operator: 'Ada', language: 'en' };
  await client.call('station.set-up', { ...names, passphrase });
  expect(await client.call('trust.anchors', {})).toMatchObject([
    { name: 'TEST demo root', state: 'good', addedBy: 'Ada', reason: 'demonstration' },
  ]);
  client.close();
});

test('a load checks against what is kept, and against what it is given for this time', async () => {
  const { home, dir, cpk, cert } = await makeStation();
  const foreign = join(dir, 'foreign.crt');
  await writeFile(foreign, (await makeTestSigner('TEST foreign root')).certificatePem);
  const client = await connectDesk(await openSetUp(home));
  await client.call('station.unlock', { passphrase });
  const { token: file } = await client.upload(foreign);
  await client.call('trust.add-anchor', { file, name: 'Foreign root', note: '', reason: 'a test' });
  const recipe = {
    ports: ['/dev/ttyNONE'],
    package: (await client.upload(cpk)).token,
    keyName: 'test-app',
    operator: null,
    credentials: null,
    baudRate: 115_200,
    raiseSpeedTo: null,
    isDemo: false,
  };
  const refusal = async (anchors: FileToken[]) =>
    (await client.call('load.dry-run', { ...recipe, anchors }))[0]?.error?.code;
  expect(await refusal([])).toBe('package.not-sound');
  expect(await refusal([(await client.upload(cert)).token])).toBe('port.not-found');
  client.close();
});
