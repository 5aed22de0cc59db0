// The window, as closed as Electron can make it.
import type { BrowserWindowConstructorOptions } from 'electron';

export const appOrigin = 'app://trustbox';

/** @param preload absolute path of the bundled preload (CommonJS, as a sandboxed preload must be) */
export const windowOptions = (preload: string): BrowserWindowConstructorOptions => ({
  width: 1280,
  height: 800,
  minWidth: 1024,
  minHeight: 640,
  show: false,
  title: 'TrustBox Provisioner',
  webPreferences: {
    preload,
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
  },
});
