// The bridge: a few functions, data alone; what renderer/carrier.ts asks for (held to it by test/shell/preload.test.ts).
// Bundled to one CommonJS file that requires only electron.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { channels } from './engine-messages.ts';

const bridge = {
  call: (name: string, request: unknown) => ipcRenderer.invoke(channels.call, name, request),
  onEvent(listener: (event: never) => void) {
    const hear = (_event: unknown, value: unknown) => listener(value as never);
    ipcRenderer.on(channels.event, hear);
    return () => void ipcRenderer.off(channels.event, hear);
  },
  onConnection(listener: (isConnected: boolean) => void) {
    listener(true);
    return () => undefined;
  },
  /** The path goes to main and to the engine; the page gets a token back. */
  sendFile: (file: File) => ipcRenderer.invoke(channels.addFile, webUtils.getPathForFile(file)),
  saveFile: (file: { readonly token: string }) => ipcRenderer.invoke(channels.saveFile, file.token),
};
export type Bridge = typeof bridge;

contextBridge.exposeInMainWorld('trustbox', bridge);
