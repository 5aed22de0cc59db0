// Electron's used surface over a real Chromium: the real main, the real bundled preload and the real screens run together
// where Electron's binary is not. Chromium cannot load app://, so the page is at a stand-in https origin and every request
// to it is answered by the protocol handler that main registered. Names and types are held to electron.d.ts.
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as electron from 'electron';
import type { BrowserContext, Page } from 'playwright-core';
import { installDir } from '../../electron/core/install.ts';

const standIn = 'https://trustbox.invalid';
const real = 'app://trustbox';
const toReal = (url: string) => url.replace(standIn, real);

type Handler = (event: electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown;
type Answer = { readonly filePath: string; readonly canceled: boolean };

export type ElectronDouble = {
  /** What `import ... from 'electron'` gives. */
  readonly module: Record<string, unknown>;
  /** What main really set, for tests to read. */
  readonly seen: {
    windowOptions: electron.BrowserWindowConstructorOptions | null;
    isSandboxed: boolean;
    privileges: electron.CustomScheme[];
    permissionRequest: Parameters<electron.Session['setPermissionRequestHandler']>[0];
    permissionCheck: Parameters<electron.Session['setPermissionCheckHandler']>[0];
    devicePermission: Parameters<electron.Session['setDevicePermissionHandler']>[0];
    windowOpen: Parameters<electron.WebContents['setWindowOpenHandler']>[0] | null;
    errorBoxes: string[];
    questions: string[];
    quits: number;
  };
  readonly page: Page;
  /** Resolves when the page is there. */
  readonly loaded: Promise<void>;
  /** The contents' events, to fire navigation attempts at. */
  readonly contents: EventEmitter;
  /** A call as from another frame. */
  invokeFrom(frame: { url: string } | null, channel: string, ...args: unknown[]): Promise<unknown>;
  fetchPage(url: string): Promise<Response>;
  /** The next save dialog's answer, and the next question's. */
  answers: { save: Answer; question: number };
  /** Paths that the user "chose": file name to path. */
  readonly paths: Map<string, string>;
  fire(event: 'before-quit' | 'second-instance'): { isPrevented: boolean };
  close(): Promise<void>;
};

/** fork() with the engine's process.parentPort in place: messages go over Node's own channel. */
function forkEngine(modulePath: string, env: NodeJS.ProcessEnv): ChildProcess {
  return fork(join(import.meta.dirname, 'parent-port.ts'), [modulePath], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
}

const preloadBridge = `(() => {
  const listeners = new Map();
  window.__hear = (channel, value) => { for (const listener of listeners.get(channel) ?? []) listener({}, value); };
  const electron = {
    contextBridge: { exposeInMainWorld(name, api) {
      const copy = {};
      for (const [key, run] of Object.entries(api)) copy[key] = (...args) => run(...args);
      Object.defineProperty(window, name, { value: Object.freeze(copy) });
    } },
    ipcRenderer: {
      invoke: (channel, ...args) => window.__invoke(channel, JSON.stringify(args)).then(JSON.parse),
      on(channel, listener) { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); },
      off(channel, listener) { listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== listener)); },
    },
    webUtils: { getPathForFile: (file) => window.__paths[file.name] ?? '' },
  };
  const require = (name) => { if (name !== 'electron') throw new Error('a sandboxed preload cannot require ' + name); return electron; };
  const module = { exports: {} };
  (function (require, module, exports) { PRELOAD })(require, module, module.exports);
})();`;

export async function openElectronDouble(
  context: BrowserContext,
  env: NodeJS.ProcessEnv,
): Promise<ElectronDouble> {
  const page = context.pages()[0] ?? (await context.newPage());
  const handlers = new Map<string, Handler>();
  const app = new EventEmitter();
  const contents = new EventEmitter();
  const mainFrame = { url: `${real}/` };
  const answers: ElectronDouble['answers'] = { save: { canceled: true, filePath: '' }, question: 0 };
  const paths = new Map<string, string>();
  const engines: ChildProcess[] = [];
  const loaded = Promise.withResolvers<void>();
  let protocolHandler: ((request: Request) => Response | Promise<Response>) | null = null;
  const seen: ElectronDouble['seen'] = {
    windowOptions: null,
    isSandboxed: false,
    privileges: [],
    permissionRequest: null,
    permissionCheck: null,
    devicePermission: null,
    windowOpen: null,
    errorBoxes: [],
    questions: [],
    quits: 0,
  };
  const fetchPage = async (url: string): Promise<Response> => {
    if (protocolHandler === null) throw new Error('main has registered no protocol handler');
    return protocolHandler(new Request(url));
  };
  const invoke = async (frame: unknown, channel: string, args: unknown[]): Promise<unknown> => {
    const handler = handlers.get(channel);
    if (!handler) throw new Error(`no handler for ${channel}`);
    const event = { sender: webContents, senderFrame: frame } as unknown as electron.IpcMainInvokeEvent;
    return structuredClone(await handler(event, ...args.map((arg) => structuredClone(arg))));
  };

  const webContents = Object.assign(contents, {
    mainFrame,
    setWindowOpenHandler: (handler: NonNullable<ElectronDouble['seen']['windowOpen']>) => {
      seen.windowOpen = handler;
    },
    send: (channel: string, value: unknown) =>
      void page
        .evaluate(
          ([name, data]) =>
            (window as never as { __hear(n: string, v: unknown): void }).__hear(name as string, data),
          [channel, value] as const,
        )
        .catch(() => undefined),
  });

  class BrowserWindow extends EventEmitter {
    readonly webContents = webContents;
    constructor(options: electron.BrowserWindowConstructorOptions) {
      super();
      seen.windowOptions = options;
      app.emit('web-contents-created', {}, webContents);
    }
    loadURL(url: string): Promise<void> {
      loaded.resolve(this.load(url));
      return loaded.promise;
    }
    private async load(url: string): Promise<void> {
      await context.route(`${standIn}/**`, async (route) => {
        const response = await fetchPage(toReal(route.request().url()));
        await route.fulfill({
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: Buffer.from(await response.arrayBuffer()),
        });
      });
      await page.exposeFunction('__invoke', async (channel: string, args: string) =>
        JSON.stringify(await invoke(mainFrame, channel, JSON.parse(args) as unknown[])),
      );
      const preload = readFileSync(seen.windowOptions?.webPreferences?.preload ?? '', 'utf8');
      await page.addInitScript(`window.__paths = ${JSON.stringify(Object.fromEntries(paths))};`);
      await page.addInitScript(preloadBridge.replace('PRELOAD', () => preload));
      await page.goto(url.replace(real, standIn));
      this.emit('ready-to-show');
    }
    show = () => undefined;
    focus = () => undefined;
    restore = () => undefined;
    isMinimized = () => false;
    isDestroyed = () => false;
  }

  const module = {
    app: Object.assign(app, {
      getAppPath: () => installDir,
      requestSingleInstanceLock: () => true,
      enableSandbox: () => {
        seen.isSandboxed = true;
      },
      whenReady: async () => undefined,
      quit: () => {
        seen.quits += 1;
      },
      exit: () => undefined,
    }),
    BrowserWindow,
    Menu: { setApplicationMenu: () => undefined },
    dialog: {
      showErrorBox: (title: string) => seen.errorBoxes.push(title),
      showMessageBox: async ({ message }: electron.MessageBoxOptions) => {
        seen.questions.push(message);
        return { response: answers.question, checkboxChecked: false };
      },
      showSaveDialog: async () => answers.save,
    },
    ipcMain: { handle: (channel: string, handler: Handler) => handlers.set(channel, handler) },
    protocol: {
      registerSchemesAsPrivileged: (schemes: electron.CustomScheme[]) => {
        seen.privileges = schemes;
      },
      handle: (_scheme: string, handler: (request: Request) => Response | Promise<Response>) => {
        protocolHandler = handler;
      },
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: ElectronDouble['seen']['permissionRequest']) => {
          seen.permissionRequest = handler;
        },
        setPermissionCheckHandler: (handler: ElectronDouble['seen']['permissionCheck']) => {
          seen.permissionCheck = handler;
        },
        setDevicePermissionHandler: (handler: ElectronDouble['seen']['devicePermission']) => {
          seen.devicePermission = handler;
        },
      },
    },
    safeStorage: { isEncryptionAvailable: () => true, getSelectedStorageBackend: () => 'basic_text' },
    utilityProcess: {
      fork(modulePath: string) {
        const child = forkEngine(modulePath, env);
        engines.push(child);
        return Object.assign(child, { postMessage: (message: object) => void child.send(message) });
      },
    },
  } satisfies Partial<Record<keyof typeof electron, unknown>>;

  return {
    module,
    seen,
    page,
    loaded: loaded.promise,
    contents,
    answers,
    paths,
    fetchPage,
    invokeFrom: (frame, channel, ...args) => invoke(frame, channel, args),
    fire(event) {
      let isPrevented = false;
      app.emit(event, { preventDefault: () => (isPrevented = true) });
      return { isPrevented };
    },
    async close() {
      for (const engine of engines) engine.kill('SIGTERM');
    },
  };
}
