// The app in Electron itself, where its binary was fetched. Elsewhere it says so, and the other files of this folder stand
// in: the same main, preload and screens on a double.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { buildScreens, buildShell } from '../../electron/cli/build.ts';
import { electronBinary } from '../../electron/cli/start.ts';
import { installDir } from '../../electron/core/install.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const slow = { timeout: 60_000 };

/** Why this cannot run here, or null. */
function whyNot(): string | null {
  if (electronBinary() === null)
    return "Electron's binary is not here: `npx install-electron`, then run the tests again";
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return hasDisplay ? null : 'no display: run the tests under xvfb-run';
}

type Started = { readonly app: ElectronApplication; readonly page: Page; readonly home: string };

async function startApp(): Promise<Started> {
  buildScreens();
  buildShell();
  const home = join(await makeTempDir(), 'home');
  mkdirSync(home);
  // Chromium's sandbox refuses root, as build machines have it. The app itself is never started like that.
  const rootArgs = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({
    executablePath: electronBinary() ?? '',
    args: [...rootArgs, installDir, `--user-data-dir=${join(await makeTempDir(), 'profile')}`],
    env: { ...process.env, TRUSTBOX_HOME: home },
  });
  onTestFinished(() => app.close());
  return { app, page: await app.firstWindow(), home };
}

async function setUp(page: Page): Promise<void> {
  await page.getByLabel('Name of this station').fill('TEST bench');
  await page.getByLabel('Operator').fill('Ada');
  for (const field of await page.locator('input[type=password]').all()) await field.fill('a TEST passphrase');
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  await page.getByRole('navigation').waitFor();
}

test('the set-up comes up in a closed window, on our own origin', slow, async (ctx) => {
  const reason = whyNot();
  if (reason) return ctx.skip(reason);
  const { page, app } = await startApp();
  await page.getByRole('heading', { name: 'Set up this station' }).waitFor();
  expect(page.url()).toBe('app://trustbox/');
  expect(await page.evaluate(() => 'require' in window || 'process' in window)).toBe(false);
  expect(await page.evaluate(() => window.open('https://example.com/'))).toBeNull();
  await page.evaluate(() => window.location.assign('https://example.com/'));
  expect(page.url()).toBe('app://trustbox/');
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test(
  'the engine in its utility process makes a vault: SQLite, scrypt and AES-GCM are there',
  slow,
  async (ctx) => {
    const reason = whyNot();
    if (reason) return ctx.skip(reason);
    const { page } = await startApp();
    await setUp(page);
  },
);

test('a file that the user chose reaches the engine by its path', slow, async (ctx) => {
  const reason = whyNot();
  if (reason) return ctx.skip(reason);
  const { page, home } = await startApp();
  await setUp(page);
  const list = join(home, 'list.csv');
  const fingerprint = createHash('sha256').update('TEST').digest('hex');
  writeFileSync(list, `serial,fingerprint\nTBE201-1,${fingerprint}\n`);
  await page.getByRole('navigation').getByRole('button', { name: 'Keys and trust' }).click();
  await page.locator('.file-pick').filter({ hasText: 'factory list' }).locator('input').setInputFiles(list);
  await page.getByText('1 devices are listed.').waitFor();
});

test('what the engine needs of node:crypto is in Electron too', slow, async (ctx) => {
  const reason = whyNot();
  if (reason) return ctx.skip(reason);
  const { app } = await startApp();
  const done = await app.evaluate(async () => {
    const crypto = process.getBuiltinModule('node:crypto');
    const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
    const text = Buffer.from('TEST');
    const padding = crypto.constants.RSA_PKCS1_PADDING;
    const signature = crypto.sign('sha256', text, privateKey);
    const cipher = crypto.createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12));
    return {
      encrypts: crypto.publicEncrypt({ key: publicKey, padding }, text).length,
      verifies: crypto.verify('sha256', text, publicKey, signature),
      seals: Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]).length,
      hashes: crypto.createHash('sha256').update(text).digest().length,
      x509: typeof crypto.X509Certificate,
      sqlite: typeof process.getBuiltinModule('node:sqlite')?.DatabaseSync,
    };
  });
  expect(done).toEqual({
    encrypts: 256,
    verifies: true,
    seals: 20,
    hashes: 32,
    x509: 'function',
    sqlite: 'function',
  });
});
