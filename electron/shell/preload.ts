// The bridge: four functions, data alone. Bundled to one CommonJS file that requires only electron.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { channels } from './engine-messages.ts';

contextBridge.exposeInMainWorld('trustbox', {
  call: (name: string, request: unknown) => ipcRenderer.invoke(channels.call, name, request),
  onEvent(listener: (event: unknown) => void) {
    const hear = (_event: unknown, value: unknown) => listener(value);
    ipcRenderer.on(channels.event, hear);
    return () => void ipcRenderer.off(channels.event, hear);
  },
  onConnection(listener: (isConnected: boolean) => void) {
    listener(true);
    return () => undefined;
  },
  sendFile: (file: File) => ipcRenderer.invoke(channels.addFile, webUtils.getPathForFile(file)),
  saveFile: (file: { token: string; name: string }) => ipcRenderer.invoke(channels.saveFile, file.token),
});
