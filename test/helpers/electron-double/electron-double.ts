// Electron's used surface over a real Chromium: the real main, the real bundled preload and the real screens run together
// where Electron's binary is not. It behaves as Electron documents, also where that hurts: what must come before or after
// `ready` throws otherwise, and ending the program takes the same steps in the same order.
import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { basename, dirname, join } from 'node:path';
import type * as electron from 'electron';
import type { Page } from 'playwright-core';
import { installDir } from '../../../electron/core/install.ts';
import { loadPage, preparePage, sendToPage } from './page.ts';
import { type Account, account, openSafeStorage } from './safe-storage.ts';
import { nothingSeen, type Seen, type Surface } from './surface.ts';
import { openUtilities } from './utility.ts';

type Handler = (event: electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown;
type Frame = { readonly url: string; readonly parent: unknown };

export type DoubleSettings = {
  /** Null: nothing is drawn, main is all there is. */
  readonly page: Page | null;
  readonly env: NodeJS.ProcessEnv;
  /** Instead of the bundle that main names. */
  readonly engineModule?: string | undefined;
  /** Whose keychain safeStorage seals with; by default a desktop without one. */
  readonly account?: Account;
  /** False: another instance runs already. */
  readonly isFirstInstance?: boolean;
};

export type ElectronDouble = {
  /** What `import ... from 'electron'` gives. */
  readonly module: Surface;
  readonly seen: Seen;
  readonly app: EventEmitter;
  readonly session: EventEmitter;
  readonly contents: EventEmitter;
  readonly window: () => EventEmitter & { close(): void };
  /** The next save dialog's answer, and the button that the next message box gets. */
  readonly answers: { save: { canceled: boolean; filePath: string }; button: number };
  /** A call as from this frame; of our own window unless a sender is given. */
  invokeFrom(from: { frame: Frame | null; sender?: unknown }, call: readonly unknown[]): Promise<unknown>;
  fetchPage(url: string, method?: string): Promise<Response>;
  killEngine(): void;
  /** The newest process of this name, as `drivers-process`; 0: none yet. */
  pidOf(name: string): number;
  close(): Promise<void>;
};

function preventable() {
  const event = {
    isPrevented: false,
    preventDefault() {
      event.isPrevented = true;
    },
  };
  return event;
}

function must(isTrue: boolean, rule: string): void {
  if (!isTrue) throw new Error(`Electron refuses: ${rule}`);
}

export function openElectronDouble(settings: DoubleSettings): ElectronDouble {
  const { page, env } = settings;
  const seen = nothingSeen();
  const handlers = new Map<string, Handler>();
  const processes: { readonly name: string; readonly child: ChildProcess }[] = [];
  const utilities = openUtilities(env);
  const windows: Window[] = [];
  const loads: Promise<void>[] = [];
  const answers: ElectronDouble['answers'] = { save: { canceled: true, filePath: '' }, button: 0 };
  let pageHandler: ((request: Request) => Response | Promise<Response>) | null = null;
  let isReady = false;

  /** Another engine brings what lies beside it. */
  const moduleOf = (path: string) => {
    const { engineModule } = settings;
    if (engineModule === undefined) return path;
    return path.endsWith('engine-process.mjs') ? engineModule : join(dirname(engineModule), basename(path));
  };
  const fetchPage = async (url: string, method = 'GET') => {
    if (pageHandler === null) throw new Error('main has registered no protocol handler');
    return pageHandler(new Request(url, { method }));
  };
  const invoke = async (sender: unknown, frame: Frame | null, [channel, ...args]: readonly unknown[]) => {
    const handler = handlers.get(String(channel));
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    const event = { sender, senderFrame: frame } as unknown as electron.IpcMainInvokeEvent;
    return structuredClone(await handler(event, ...structuredClone(args)));
  };
  const contents = Object.assign(new EventEmitter(), {
    setWindowOpenHandler: (handler: NonNullable<Seen['windowOpen']>) => {
      seen.windowOpen = handler;
    },
    send(channel: string, value: unknown) {
      seen.sent.push(value);
      if (page) void sendToPage(page, channel, structuredClone(value));
    },
  });
  const topFrame: Frame = { url: 'app://trustbox/', parent: null };

  class Window extends EventEmitter {
    readonly webContents = contents;
    #isPrepared = false;
    #isDestroyed = false;
    readonly #preload: string;
    constructor(options: electron.BrowserWindowConstructorOptions) {
      super();
      must(isReady, 'no window before ready');
      this.#preload = options.webPreferences?.preload ?? '';
      seen.windows.push(options);
      windows.push(this);
      app.emit('web-contents-created', {}, contents);
    }
    loadURL(url: string): Promise<void> {
      const load = page ? this.#draw(page, url) : Promise.resolve();
      loads.push(load);
      return load;
    }
    async #draw(on: Page, url: string): Promise<void> {
      if (!this.#isPrepared)
        await preparePage(on, this.#preload, {
          answer: fetchPage,
          invoke: (channel, args) => invoke(contents, topFrame, [channel, ...args]),
        });
      this.#isPrepared = true;
      await loadPage(on, url);
      this.emit('ready-to-show');
    }
    /** As the user does it. */
    close(): boolean {
      const event = preventable();
      this.emit('close', event);
      if (event.isPrevented) return false;
      this.#isDestroyed = true;
      this.emit('closed');
      return true;
    }
    show = () => undefined;
    focus(): void {
      seen.focused += 1;
    }
    restore = () => undefined;
    isMinimized = () => false;
    isDestroyed = () => this.#isDestroyed;
  }

  function quit(): void {
    const event = preventable();
    app.emit('before-quit', event);
    if (event.isPrevented || !windows.every((window) => window.isDestroyed() || window.close())) return;
    seen.hasQuit = true;
    for (const { child } of processes) child.kill('SIGTERM');
  }

  const app = Object.assign(new EventEmitter(), {
    getAppPath: () => installDir,
    requestSingleInstanceLock: () => settings.isFirstInstance ?? true,
    enableSandbox: () => {
      must(!isReady, 'enableSandbox only before ready');
      seen.isSandboxed = true;
    },
    whenReady: async () => {
      isReady = true;
      // macOS: said at the first launch, too.
      setImmediate(() => app.emit('activate', {}, false));
    },
    quit,
    exit: (status = 0) => {
      seen.exits.push(status);
      for (const { child } of processes) child.kill('SIGTERM');
    },
  });

  const session = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler: Seen['permissionRequest']) => {
      seen.permissionRequest = handler;
    },
    setPermissionCheckHandler: (handler: Seen['permissionCheck']) => {
      seen.permissionCheck = handler;
    },
    setDevicePermissionHandler: (handler: Seen['devicePermission']) => {
      seen.devicePermission = handler;
    },
    setSpellCheckerEnabled: (isOn: boolean) => {
      seen.isSpellChecking = isOn;
    },
  });

  const module: Surface = {
    app,
    BrowserWindow: Window,
    Menu: {
      setApplicationMenu: (menu) => void seen.menus.push(menu),
      buildFromTemplate: (template) => template as unknown as electron.Menu,
    },
    dialog: {
      showErrorBox: (title, detail) => void seen.errorBoxes.push(`${title}: ${detail}`),
      showMessageBox: async (...args: unknown[]) => {
        const { message, detail } = args.at(-1) as electron.MessageBoxOptions;
        seen.messages.push(`${message} ${detail ?? ''}`);
        return { response: answers.button, checkboxChecked: false };
      },
      showSaveDialog: async () => {
        seen.saveDialogs += 1;
        return answers.save;
      },
    },
    ipcMain: {
      handle: (channel, handler) => {
        must(!handlers.has(channel), `a second handler for '${channel}'`);
        handlers.set(channel, handler);
      },
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes) => {
        must(!isReady, 'schemes are registered before ready');
        seen.privileges = schemes;
      },
      handle: (scheme, handler) => {
        must(isReady, 'protocol.handle only after ready');
        must(`${scheme}:` === new URL(topFrame.url).protocol, 'the scheme that the window loads');
        pageHandler = handler as typeof pageHandler;
      },
    },
    safeStorage: openSafeStorage(settings.account ?? account({ backend: 'basic_text' }), () => isReady),
    session: {
      get defaultSession() {
        must(isReady, 'no session before ready');
        return session;
      },
    },
    MessageChannelMain: utilities.MessageChannelMain,
    utilityProcess: {
      fork(modulePath: string) {
        must(isReady, 'no utility process before ready');
        const { child, utility } = utilities.start(moduleOf(modulePath));
        processes.push({ name: basename(modulePath, '.mjs'), child });
        return utility;
      },
    },
  };

  const childOf = (name: string) => processes.findLast((one) => one.name === name)?.child;

  return {
    module,
    seen,
    app,
    session,
    contents,
    answers,
    fetchPage,
    window: () => windows.at(-1) as Window,
    invokeFrom: ({ frame, sender = contents }, call) => invoke(sender, frame, call),
    killEngine: () => void childOf('engine-process')?.kill('SIGKILL'),
    pidOf: (name) => childOf(name)?.pid ?? 0,
    async close() {
      await Promise.allSettled(loads);
      const running = processes
        .map(({ child }) => child)
        .filter((child) => child.exitCode === null && child.signalCode === null);
      const ended = running.map((child) => once(child, 'exit'));
      for (const child of running) child.kill('SIGTERM');
      await Promise.all(ended);
    },
  };
}
