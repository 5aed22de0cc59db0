// The app in Electron itself. Runs where its binary was fetched; elsewhere it says so, and test/shell/shell.test.ts stands in.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { _electron } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { buildScreens, buildShell } from '../../electron/cli/build.ts';
import { electronBinary } from '../../electron/cli/start.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const root = resolve(import.meta.dirname, '..', '..');
const noElectron = "Electron's binary is not here: `npx install-electron`, then run the tests again";

async function startApp(executablePath: string) {
  buildScreens();
  buildShell();
  const home = join(await makeTempDir(), 'home');
  mkdirSync(home);
  const app = await _electron.launch({
    executablePath,
    args: [root],
    env: { ...process.env, TRUSTBOX_HOME: home },
  });
  onTestFinished(() => app.close());
  return { page: await app.firstWindow() };
}

test('the set-up comes up in a closed window', { timeout: 60_000 }, async (ctx) => {
  const binary = electronBinary();
  if (binary === null) return ctx.skip(noElectron);
  const { page } = await startApp(binary);
  await page.getByRole('heading', { name: 'Set up this station' }).waitFor();
  expect(page.url()).toBe('app://trustbox/');
  expect(await page.evaluate(() => 'require' in window || 'process' in window)).toBe(false);
});

test('what the engine needs of Node is there: SQLite, SHA-256, RSA, AES-GCM, X.509', {
  timeout: 60_000,
}, async (ctx) => {
  const binary = electronBinary();
  if (binary === null) return ctx.skip(noElectron);
  const { page } = await startApp(binary);
  await page.getByLabel('Operator').fill('Ada');
  for (const field of await page.locator('input[type=password]').all()) await field.fill('a TEST passphrase');
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  await page.getByRole('navigation').waitFor();
});
