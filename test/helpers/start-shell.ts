// The app as Electron would start it, on the double: bundles built, a fresh data folder, the real engine.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { onTestFinished, vi } from 'vitest';
import { buildScreens, buildShell } from '../../electron/cli/build.ts';
import { chromiumArgs, chromiumPath } from './browser.ts';
import {
  type DoubleSettings,
  type ElectronDouble,
  openElectronDouble,
} from './electron-double/electron-double.ts';
import { makeTempDir } from './temp-dir.ts';

export type Shell = ElectronDouble & { readonly home: string };
export type DrawnShell = Shell & { readonly page: Page };
type Difference = Partial<DoubleSettings> & {
  /** False: for a start that never comes to its end. */
  readonly isWaiting?: boolean;
  /** Data folder of an earlier start; otherwise a fresh one. */
  readonly home?: string;
};

export const busyEngine: string = join(import.meta.dirname, 'electron-double', 'busy-engine.ts');

async function openPage(): Promise<Page> {
  const context = await chromium.launchPersistentContext(await makeTempDir(), {
    executablePath: chromiumPath,
    args: chromiumArgs,
    viewport: { width: 1280, height: 800 },
  });
  onTestFinished(() => context.close());
  return context.pages()[0] ?? context.newPage();
}

/** Main and the engine, without a page. Resolves when main has done what it does at start. */
export async function startShell({
  isWaiting = true,
  home: earlier,
  ...difference
}: Difference = {}): Promise<Shell> {
  buildScreens();
  buildShell();
  const home = earlier ?? join(await makeTempDir(), 'home');
  mkdirSync(home, { recursive: true });
  const env = { ...process.env, TRUSTBOX_HOME: home };
  const double = openElectronDouble({ page: null, env, ...difference });
  onTestFinished(async () => {
    await double.close();
    vi.doUnmock('electron');
    vi.resetModules();
  });
  vi.resetModules();
  vi.doMock('electron', () => double.module);
  const main = (await import('../../electron/shell/main.ts')) as { started: Promise<void> };
  if (isWaiting) await main.started;
  return { ...double, home };
}

/** The same with the screens in a real Chromium. */
export async function startDrawnShell(difference: Difference = {}): Promise<DrawnShell> {
  const page = await openPage();
  return { ...(await startShell({ page, ...difference })), page };
}
