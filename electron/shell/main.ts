// Electron's entry: one window on app://trustbox, one engine process, everything else refused.
import { join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, protocol, session } from 'electron';
import { readPage } from '../core/pages.ts';
import { answerCalls } from './calls.ts';
import { type EngineProcess, startEngine } from './engine.ts';
import { channels } from './engine-messages.ts';
import { closeContents, closeSession } from './guards.ts';
import { appOrigin, windowOptions } from './window.ts';

const built = join(app.getAppPath(), 'out');

let window: BrowserWindow | null = null;
let engine: EngineProcess | null = null;
let isEnding = false;

function openWindow(): void {
  window = new BrowserWindow(windowOptions(join(built, 'shell', 'preload.cjs')));
  window.once('ready-to-show', () => window?.show());
  window.on('closed', () => {
    window = null;
  });
  void window.loadURL(`${appOrigin}/`);
}

function focusWindow(): void {
  if (window === null) openWindow();
  else if (window.isMinimized()) window.restore();
  window?.focus();
}

/** Jobs that run are interrupted and can be resumed; the user decides. */
async function mayEnd(): Promise<boolean> {
  const busy = await engine?.ask({ kind: 'is-busy' });
  if (!busy?.ok || busy.value !== true) return true;
  const { response } = await dialog.showMessageBox({
    type: 'warning',
    message: 'A job is running.',
    detail:
      'If you quit now it is interrupted, the device is restored, and the job can be resumed at the next start.',
    buttons: ['Keep running', 'Quit and resume later'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}

async function end(): Promise<void> {
  if (!(await mayEnd())) return;
  isEnding = true;
  await engine?.ask({ kind: 'close' });
  app.quit();
}

function engineGone(status: number): void {
  if (isEnding) return;
  dialog.showErrorBox(
    'The engine ended',
    `It ended with status ${status}. Nothing was half-written; start the program again and resume the job. The log file tells more.`,
  );
  app.exit(1);
}

async function start(): Promise<void> {
  Menu.setApplicationMenu(null);
  closeSession(session.defaultSession);
  protocol.handle('app', async (request) => {
    const { host, pathname } = new URL(request.url);
    const page = await readPage(join(built, 'renderer'), host === 'trustbox' ? pathname : '/..');
    return new Response(page.body, { status: page.status, headers: page.headers });
  });
  engine = startEngine({
    modulePath: join(built, 'shell', 'engine-process.mjs'),
    emit: (event) => window?.webContents.send(channels.event, event),
    onGone: engineGone,
  });
  answerCalls(engine, () => window);
  await engine.ready;
  openWindow();
}

/** Resolves when the first window was asked for; the tests wait for it. */
export async function run(): Promise<void> {
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  app.on('second-instance', focusWindow);
  app.on('activate', focusWindow);
  app.on('web-contents-created', (_event, contents) => closeContents(contents));
  app.on('before-quit', (event) => {
    if (isEnding) return;
    event.preventDefault();
    void end();
  });
  app.on('window-all-closed', () => app.quit());
  await app.whenReady();
  await start();
}

export const started: Promise<void> = run();
