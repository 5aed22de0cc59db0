// What main uses of Electron, by electron.d.ts: the double must offer exactly this, so a name or a shape that Electron
// does not have does not compile here. Events are loose, because a Node emitter cannot be typed as Electron's overloads.
import type { EventEmitter } from 'node:events';
import type * as electron from 'electron';

type Session = Pick<
  electron.Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setSpellCheckerEnabled'
> &
  EventEmitter;

type Window = Pick<
  electron.BrowserWindow,
  'loadURL' | 'show' | 'focus' | 'restore' | 'isMinimized' | 'isDestroyed'
> &
  EventEmitter;

export type Surface = {
  app: Pick<
    electron.App,
    'getAppPath' | 'requestSingleInstanceLock' | 'enableSandbox' | 'whenReady' | 'quit' | 'exit'
  > &
    EventEmitter;
  BrowserWindow: new (options: electron.BrowserWindowConstructorOptions) => Window;
  Menu: Pick<typeof electron.Menu, 'setApplicationMenu' | 'buildFromTemplate'>;
  dialog: Pick<electron.Dialog, 'showErrorBox' | 'showMessageBox' | 'showSaveDialog'>;
  ipcMain: Pick<electron.IpcMain, 'handle'>;
  protocol: Pick<electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>;
  safeStorage: Pick<
    electron.SafeStorage,
    'getSelectedStorageBackend' | 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'
  >;
  session: { readonly defaultSession: Session };
  utilityProcess: Pick<typeof electron.utilityProcess, 'fork'>;
  MessageChannelMain: new () => Pick<electron.MessageChannelMain, 'port1' | 'port2'>;
};

/** What main really set and said, for tests to read. */
export type Seen = {
  windows: electron.BrowserWindowConstructorOptions[];
  isSandboxed: boolean;
  privileges: electron.CustomScheme[];
  permissionRequest: Parameters<electron.Session['setPermissionRequestHandler']>[0];
  permissionCheck: Parameters<electron.Session['setPermissionCheckHandler']>[0];
  devicePermission: Parameters<electron.Session['setDevicePermissionHandler']>[0];
  windowOpen: Parameters<electron.WebContents['setWindowOpenHandler']>[0] | null;
  isSpellChecking: boolean;
  menus: (electron.Menu | null)[];
  errorBoxes: string[];
  messages: string[];
  saveDialogs: number;
  /** To the page. */
  sent: unknown[];
  focused: number;
  exits: number[];
  hasQuit: boolean;
};

export const nothingSeen = (): Seen => ({
  windows: [],
  isSandboxed: false,
  privileges: [],
  permissionRequest: null,
  permissionCheck: null,
  devicePermission: null,
  windowOpen: null,
  isSpellChecking: true,
  menus: [],
  errorBoxes: [],
  messages: [],
  saveDialogs: 0,
  sent: [],
  focused: 0,
  exits: [],
  hasQuit: false,
});
