// The page's side of the double: the real bundled preload, evaluated before any script of the page, in a Chromium page.
// Chromium cannot load app://, so the page is at a stand-in https origin, and every request to it is answered by the
// handler that main registered. Two differences to Electron are known: the preload runs in the page's own world instead of
// an isolated one (what crosses is copied as contextBridge copies it), and calls cross to Node as JSON.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const standIn = 'https://trustbox.invalid';
const real = 'app://trustbox';

/** Runs in the page. PRELOAD is replaced by the bundle. */
const bridge = `(() => {
  const listeners = new Map();
  const cross = (value) => {
    if (typeof value === 'function') return (...args) => cross(value(...args.map(cross)));
    if (value instanceof Promise) return value.then(cross);
    if (value instanceof Blob) return value;
    if (Array.isArray(value)) return value.map(cross);
    if (value === null || typeof value !== 'object') return structuredClone(value);
    if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cross(one)])));
  };
  const others = (channel, listener) => (listeners.get(channel) ?? []).filter((one) => one !== listener);
  window.__hear = (channel, value) => { for (const listener of listeners.get(channel) ?? []) listener({}, value); };
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: cross(api) }),
    },
    ipcRenderer: {
      invoke: (channel, ...args) =>
        window.__invoke(channel, JSON.stringify(structuredClone(args))).then((text) => JSON.parse(text)),
      on: (channel, listener) => listeners.set(channel, [...others(channel, listener), listener]),
      off: (channel, listener) => listeners.set(channel, others(channel, listener)),
    },
    webUtils: { getPathForFile: (file) => (window.__paths ?? {})[file.name] ?? '' },
  };
  const require = (name) => {
    if (name !== 'electron') throw new Error('a sandboxed preload cannot require ' + name);
    return electron;
  };
  const module = { exports: {} };
  (function (require, module, exports) { PRELOAD })(require, module, module.exports);
})();`;

export type PageDoor = {
  /** Main's handler for app:// requests. */
  readonly answer: (url: string) => Promise<Response>;
  readonly invoke: (channel: string, args: unknown[]) => Promise<unknown>;
};

/** Once per page: requests, calls and the preload, which then runs on each load. */
export async function preparePage(page: Page, preloadPath: string, { answer, invoke }: PageDoor) {
  await page.route(`${standIn}/**`, async (route) => {
    const response = await answer(route.request().url().replace(standIn, real));
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  });
  await page.exposeFunction('__invoke', async (channel: string, args: string) =>
    JSON.stringify(await invoke(channel, JSON.parse(args) as unknown[])),
  );
  const preload = readFileSync(preloadPath, 'utf8');
  await page.addInitScript(bridge.replace('PRELOAD', () => preload));
}

export const loadPage = (page: Page, url: string) => page.goto(url.replace(real, standIn));

/** webContents.send */
export const sendToPage = (page: Page, channel: string, value: unknown): Promise<void> =>
  page
    .evaluate(
      ([name, data]) =>
        (window as never as { __hear(name: string, data: unknown): void }).__hear(name as string, data),
      [channel, value] as const,
    )
    // A page that has gone meanwhile hears nothing, as in Electron.
    .catch(() => undefined);

/** What webUtils.getPathForFile tells for a file of this name. */
export const choosePath = (page: Page, name: string, path: string): Promise<unknown> =>
  page.evaluate(
    ([key, value]) => {
      const place = window as never as { __paths?: Record<string, string> };
      place.__paths = { ...place.__paths, [key]: value };
    },
    [name, path] as const,
  );
