// Everything that a page could ask for and does not get, and who may call the engine.
import type { BrowserWindow, IpcMainInvokeEvent, Session, WebContents } from 'electron';
import { appOrigin } from './window.ts';

/** No permission, no device, no download, no dictionary: the engine has the ports and the files, the page has none. */
export function closeSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
}

/** The page stays where it is: no navigation in any frame, no second window, no webview. */
export function closeContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** True only for the top frame of our own window, on our own origin. The frame is null when it has gone meanwhile. */
export function isOurFrame(event: IpcMainInvokeEvent, window: BrowserWindow): boolean {
  const frame = event.senderFrame;
  if (frame === null || window.isDestroyed()) return false;
  // Not by comparing with `mainFrame`: Electron promises no identity of the objects that stand for a frame.
  return (
    event.sender === window.webContents && frame.parent === null && frame.url.startsWith(`${appOrigin}/`)
  );
}
