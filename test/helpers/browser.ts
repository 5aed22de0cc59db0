// A real browser on the station, as a user has it: Debian's Chromium, a fresh profile, no request that leaves loopback.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { makeTempDir } from './temp-dir.ts';

export const chromiumPath = '/usr/bin/chromium';
export const isBrowserThere = (): boolean => existsSync(chromiumPath);
export const noBrowser = 'Chromium is not installed at /usr/bin/chromium';

export const chromiumArgs: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type Look = { readonly width: number; readonly height: number; readonly theme: 'light' | 'dark' };

const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
] as const;

/** From the smallest screen of a bench to a 4K one. */
export const everyLook: readonly Look[] = sizes.flatMap((size) => [
  { ...size, theme: 'light' as const },
  { ...size, theme: 'dark' as const },
]);
export const looks: readonly Look[] = [
  { width: 1280, height: 800, theme: 'light' },
  { width: 1920, height: 1080, theme: 'dark' },
];

export type Screens = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors and requests to elsewhere, which must stay empty. */
  readonly complaints: readonly string[];
};

export async function openBrowser(url: string): Promise<Screens> {
  const profile = await makeTempDir();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath,
    args: chromiumArgs,
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  onTestFinished(() => context.close());
  const complaints: string[] = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content.Security/i.test(message.text()))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (hostname !== '127.0.0.1' && !['data:', 'blob:'].includes(protocol))
      complaints.push(`request to ${hostname}`);
  });
  await page.goto(url);
  return { page, context, complaints };
}

const artifacts = resolve(import.meta.dirname, '..', '..', 'artifacts', 'screens');

/** One picture per look, kept as an artifact. */
export async function photograph(page: Page, name: string, wanted = looks): Promise<void> {
  mkdirSync(artifacts, { recursive: true });
  for (const { width, height, theme } of wanted) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: join(artifacts, `${name}-${width}x${height}-${theme}.png`) });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type AxeResult = { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };

/** WCAG 2.2 AA by axe, in both themes. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const result = (await page.evaluate(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`,
    )) as AxeResult;
    const found = result.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`,
    );
    expect(found, theme).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
}
