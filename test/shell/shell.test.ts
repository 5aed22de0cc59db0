// The real main, preload and screens together, against a double of Electron over a real Chromium. What is asserted is what
// main really set; docs/security/checklist.md names each of these tests.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { buildScreens, buildShell } from '../../electron/cli/build.ts';
import { isBrowserThere, noBrowser } from '../helpers/browser.ts';
import { openElectronDouble } from '../helpers/electron-double.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

async function startShell() {
  buildScreens();
  buildShell();
  const home = join(await makeTempDir(), 'home');
  mkdirSync(home, { recursive: true });
  const context = await chromium.launchPersistentContext(await makeTempDir(), {
    executablePath: '/usr/bin/chromium',
    args,
    viewport: { width: 1280, height: 800 },
  });
  const double = await openElectronDouble(context, { ...process.env, TRUSTBOX_HOME: home });
  onTestFinished(async () => {
    await double.close();
    await context.close();
    vi.doUnmock('electron');
    vi.resetModules();
  });
  vi.resetModules();
  vi.doMock('electron', () => double.module);
  const { started } = (await import('../../electron/shell/main.ts')) as { started: Promise<void> };
  await started;
  await double.loaded;
  return { ...double, home, context };
}

test('the window is closed to everything but its own page', { timeout: 60_000 }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { seen, contents } = await startShell();
  expect(seen.isSandboxed).toBe(true);
  expect(seen.windowOptions?.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    spellcheck: false,
    devTools: false,
  });
  expect(seen.privileges).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  expect(seen.windowOpen?.({ url: 'https://example.com' } as never)).toEqual({ action: 'deny' });
  for (const attempt of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
    const prevented = vi.fn();
    contents.emit(attempt, { preventDefault: prevented });
    expect(prevented, attempt).toHaveBeenCalledOnce();
  }
  const granted: boolean[] = [];
  for (const permission of ['media', 'clipboard-read', 'serial', 'usb', 'hid'])
    seen.permissionRequest?.(
      null as never,
      permission as never,
      (isGranted) => granted.push(isGranted),
      null as never,
    );
  expect(granted).toEqual([false, false, false, false, false]);
  expect(seen.permissionCheck?.(null, 'serial' as never, '', null as never)).toBe(false);
  expect(seen.devicePermission?.({ deviceType: 'usb' } as never)).toBe(false);
});

test('pages come with the policy, and nothing outside the screens is served', {
  timeout: 60_000,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { fetchPage } = await startShell();
  const index = await fetchPage('app://trustbox/');
  const policy = index.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
  expect(await index.text()).toContain(`nonce="${nonce}"`);
  expect((await fetchPage('app://trustbox/')).headers.get('content-security-policy')).not.toContain(nonce);
  for (const url of [
    'app://trustbox/..%2f..%2fpackage.json',
    'app://trustbox/../shell/main.mjs',
    'app://elsewhere/',
  ])
    expect((await fetchPage(url)).status, url).toBe(404);
});

test('a call from another frame, another origin or no frame is refused', { timeout: 60_000 }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { invokeFrom } = await startShell();
  for (const frame of [null, { url: 'https://evil.example/' }, { url: 'app://trustbox/' }])
    expect(await invokeFrom(frame, 'trustbox:call', 'station.state', {})).toMatchObject({
      ok: false,
      error: { code: 'contract.invalid-call' },
    });
});

test('the screens come up, a file goes in by its path, one comes out by the save dialog', {
  timeout: 90_000,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const double = await startShell();
  const { page, home, answers } = double;
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.getByRole('heading', { name: 'Set up this station' }).waitFor();
  await page.getByLabel('Name of this station').fill('TEST bench');
  await page.getByLabel('Operator').fill('Ada');
  for (const field of await page.locator('input[type=password]').all()) await field.fill('a TEST passphrase');
  await page.getByRole('button', { name: 'Set up', exact: true }).click();
  await page.getByRole('navigation').waitFor();
  const list = join(home, 'list.csv');
  writeFileSync(list, `serial,fingerprint\nTBE201-1,${'ab'.repeat(32)}\n`);
  await page.evaluate(
    (path) => Object.assign((window as never as { __paths: object }).__paths, { 'list.csv': path }),
    list,
  );
  await page.getByRole('navigation').getByRole('button', { name: 'Keys and trust' }).click();
  await page.locator('.file-pick').filter({ hasText: 'factory list' }).locator('input').setInputFiles(list);
  await page.getByText('1 devices are listed.').waitFor();
  const target = join(home, 'bundle.json');
  answers.save = { canceled: false, filePath: target };
  await page.getByRole('navigation').getByRole('button', { name: 'Diagnose' }).click();
  await page.getByRole('button', { name: 'Save a support bundle' }).click();
  await expect.poll(() => existsSync(target)).toBe(true);
  expect(JSON.parse(readFileSync(target, 'utf8'))).toMatchObject({ bundle: 1, station: 'TEST bench' });
  expect(complaints).toEqual([]);
});

test('quitting closes the engine first, and the engine ends well', { timeout: 60_000 }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { fire, seen } = await startShell();
  expect(fire('before-quit').isPrevented).toBe(true);
  await expect.poll(() => seen.quits, { timeout: 20_000 }).toBe(1);
  expect(seen.questions).toEqual([]);
  expect(fire('before-quit').isPrevented).toBe(false);
});
