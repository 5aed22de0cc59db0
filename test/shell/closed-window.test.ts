// What main really set, read from the double: docs/security/checklist.md names each of these tests.
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startShell } from '../helpers/start-shell.ts';

const app = 'app://trustbox/';

test('the window is sandboxed, isolated and without Node, webviews, spell check and developer tools', async () => {
  const { seen } = await startShell();
  expect(seen.isSandboxed).toBe(true);
  expect(seen.windows).toHaveLength(1);
  const { preload, ...preferences } = seen.windows[0]?.webPreferences ?? {};
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    spellcheck: false,
    navigateOnDragDrop: false,
    devTools: false,
  });
  expect(preload && isAbsolute(preload) && existsSync(preload)).toBe(true);
  expect(seen.isSpellChecking).toBe(false);
});

test('navigation, redirects, new windows, webviews and downloads are denied', async () => {
  const { seen, contents, session } = await startShell();
  expect(seen.windowOpen?.({ url: 'https://example.com' } as never)).toEqual({ action: 'deny' });
  const attempts = [
    [contents, 'will-navigate'],
    [contents, 'will-frame-navigate'],
    [contents, 'will-redirect'],
    [contents, 'will-attach-webview'],
    [session, 'will-download'],
  ] as const;
  for (const [source, attempt] of attempts) {
    const preventDefault = vi.fn();
    source.emit(attempt, { preventDefault });
    expect(preventDefault, attempt).toHaveBeenCalledOnce();
  }
});

test('permissions and devices are refused, asked for or checked', async () => {
  const { seen } = await startShell();
  const permissions = ['media', 'clipboard-read', 'geolocation', 'serial', 'usb', 'hid', 'openExternal'];
  const granted: boolean[] = [];
  for (const permission of permissions as never[]) {
    seen.permissionRequest?.(
      null as never,
      permission,
      (isGranted) => granted.push(isGranted),
      null as never,
    );
    granted.push(seen.permissionCheck?.(null, permission, '', null as never) ?? true);
  }
  for (const deviceType of ['hid', 'serial', 'usb'])
    granted.push(seen.devicePermission?.({ deviceType } as never) ?? true);
  expect(granted).toEqual(Array(2 * permissions.length + 3).fill(false));
});

test('pages come over a scheme of their own, with a strict policy and a fresh nonce', async () => {
  const { seen, fetchPage } = await startShell();
  expect(seen.privileges).toEqual([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  const index = await fetchPage(app);
  const policy = index.headers.get('content-security-policy') ?? '';
  const nonce = /'nonce-([^']{20,})'/.exec(policy)?.[1] ?? 'none';
  expect(policy.replace(nonce, 'N').split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'nonce-N'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]);
  const html = await index.text();
  expect(html).toContain(`nonce="${nonce}"`);
  expect(html).not.toContain('%NONCE%');
  expect((await fetchPage(app)).headers.get('content-security-policy')).not.toContain(nonce);
});

test('nothing outside the screens is served', async () => {
  const { fetchPage } = await startShell();
  const outside = [
    `${app}../shell/main.mjs`,
    `${app}..%2fshell%2fmain.mjs`,
    `${app}..%5c..%5cpackage.json`,
    `${app}%2e%2e/%2e%2e/package.json`,
    `${app}/etc/passwd`,
    `${app}index.html%00.js`,
    'app://elsewhere/',
    'app://trustbox.evil.example/',
  ];
  for (const url of outside) expect((await fetchPage(url)).status, url).toBe(404);
  expect((await fetchPage(app, 'POST')).status, 'POST').toBe(404);
});

test('a call from another frame, another window, another origin or no frame is refused', async () => {
  const { invokeFrom } = await startShell();
  const ours = { url: app, parent: null };
  const foreign = [
    { frame: null },
    { frame: { url: 'https://evil.example/', parent: null } },
    { frame: { url: 'app://trustbox.evil.example/', parent: null } },
    { frame: { url: app, parent: ours } },
    { frame: ours, sender: { id: 2 } },
  ];
  const calls = [
    ['trustbox:call', 'station.state', {}],
    ['trustbox:add-file', '/etc/hostname'],
    ['trustbox:save-file', 'ab'.repeat(16)],
  ];
  for (const from of foreign)
    for (const call of calls)
      expect(await invokeFrom(from, call)).toMatchObject({
        ok: false,
        error: { code: 'contract.invalid-call' },
      });
  expect(await invokeFrom({ frame: ours }, calls[0] ?? [])).toMatchObject({ ok: true });
});

test('a call of another shape is refused, and so is a relative path', async () => {
  const { invokeFrom } = await startShell();
  const frame = { url: app, parent: null };
  const calls = [
    ['trustbox:call', 1, {}],
    ['trustbox:call', 'no.such-call', {}],
    ['trustbox:call', 'station.state', { extra: 1 }],
    ['trustbox:add-file', ''],
    ['trustbox:add-file', 'vault.json'],
    ['trustbox:save-file', { token: 'x' }],
  ];
  for (const call of calls)
    expect(await invokeFrom({ frame }, call)).toMatchObject({
      ok: false,
      error: { code: 'contract.invalid-call' },
    });
});
