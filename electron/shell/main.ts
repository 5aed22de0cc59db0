// Electron's entry: one window on app://trustbox, one engine process, everything else refused.
import { join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, protocol, safeStorage, session } from 'electron';
import { answerCalls } from './calls.ts';
import { type Ending, openEnding } from './ending.ts';
import { type EngineProcess, startEngine } from './engine.ts';
import { channels } from './engine-messages.ts';
import { closeContents, closeSession } from './guards.ts';
import { applicationMenu } from './menu.ts';
import { appScheme, servePages } from './protocol.ts';
import { openKeychain } from './second-lock.ts';
import { appOrigin, windowOptions } from './window.ts';

const built = join(app.getAppPath(), 'out');

let window: BrowserWindow | null = null;
let ending: Ending | null = null;
let hasGivenUp = false;

/** Nothing can go on from here: says why, once, then ends without asking. What follows from the first reason is not news. */
function giveUp(title: string, detail: string): void {
  if (hasGivenUp) return;
  hasGivenUp = true;
  dialog.showErrorBox(title, detail);
  app.exit(1);
}

function engineGone(status: number): void {
  if (ending?.isEnding()) return;
  giveUp(
    'The engine ended',
    `It ended with status ${status}. Start the program again and resume the job; the log file tells more.`,
  );
}

/** The page is drawn anew; the engine, and with it a running job, never noticed. */
async function showAgain(lost: BrowserWindow): Promise<void> {
  await dialog.showMessageBox(lost, {
    type: 'warning',
    message: 'The screen stopped.',
    detail: 'The engine and any running job go on.',
    buttons: ['Show it again'],
  });
  if (!lost.isDestroyed()) await showScreens(lost);
}

async function showScreens(on: BrowserWindow): Promise<void> {
  try {
    await on.loadURL(`${appOrigin}/`);
  } catch (error) {
    if (!ending?.isEnding()) giveUp('The screens cannot be shown', String(error));
  }
}

function openWindow(hold: Ending['hold']): BrowserWindow {
  const opened = new BrowserWindow(windowOptions(join(built, 'shell', 'preload.cjs')));
  opened.once('ready-to-show', () => opened.show());
  opened.on('close', hold);
  opened.on('closed', () => {
    window = null;
  });
  opened.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && !ending?.isEnding()) void showAgain(opened);
  });
  return opened;
}

function focusWindow(): void {
  if (window?.isMinimized()) window.restore();
  window?.focus();
}

async function openEngine(): Promise<EngineProcess> {
  const engine = startEngine({
    modulePath: join(built, 'shell', 'engine-process.mjs'),
    driversPath: join(built, 'shell', 'drivers-process.mjs'),
    emit: (event) => window?.webContents.send(channels.event, event),
    askKeychain: openKeychain(safeStorage, process.platform),
    onGone: engineGone,
    onFailed: ({ title, message, advice }) => giveUp(title, `${message}\n\n${advice}`),
  });
  await engine.ready;
  return engine;
}

async function start(): Promise<void> {
  Menu.setApplicationMenu(applicationMenu(process.platform));
  closeSession(session.defaultSession);
  servePages(join(built, 'renderer'));
  const engine = await openEngine();
  const opened = openEnding(engine, () => window);
  ending = opened;
  answerCalls(engine, () => window);
  app.on('before-quit', opened.hold);
  window = openWindow(opened.hold);
  // Only now: macOS says `activate` at the first launch too, when there is nothing to show yet.
  app.on('second-instance', focusWindow);
  app.on('activate', focusWindow);
  void showScreens(window);
}

/** What Electron wants before `ready` is done before the first await. */
async function run(): Promise<void> {
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([appScheme]);
  app.on('web-contents-created', (_event, contents) => closeContents(contents));
  app.on('window-all-closed', () => app.quit());
  await app.whenReady();
  await start();
}

/** Resolves when the first window was asked for; the tests wait for it. */
export const started: Promise<void> = run().catch((error: unknown) =>
  giveUp('The program cannot start', error instanceof Error ? error.message : String(error)),
);
