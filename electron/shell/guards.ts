// Everything that a page could ask for and does not get, and who may call the engine.
import type { BrowserWindow, IpcMainInvokeEvent, Session, WebContents } from 'electron';
import { appOrigin } from './window.ts';

/** No permission, no device, no spell-check download: the engine has the ports, the page has none. */
export function closeSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** The page stays where it is: no navigation, no second window, no webview. */
export function closeContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** True only for the top frame of our own window, on our own origin. The frame is null when it has gone meanwhile. */
export function isOurFrame(event: IpcMainInvokeEvent, window: BrowserWindow | null): boolean {
  const frame = event.senderFrame;
  if (frame === null || window === null || window.isDestroyed()) return false;
  return (
    event.sender === window.webContents &&
    frame === window.webContents.mainFrame &&
    frame.url.startsWith(`${appOrigin}/`)
  );
}
