// The drivers' end: does what it is called for, and sends what comes from the ports.
import type { Port } from '../port.ts';
import type { Drivers } from './drivers.ts';
import { type FromDrivers, type OpenedPort, sayError, type ToDrivers } from './messages.ts';

export type EngineChannel = {
  /** `onSent` when the channel has taken it; until then it is kept here. */
  post(message: FromDrivers, onSent: () => void): void;
  listen(onMessage: (message: ToDrivers) => void, onEnd: () => void): void;
};

/** A station that takes no more of what a port says than this is not waited for. */
const maxUntakenBytes = 8 * 1024 * 1024;

/** Serves until the engine is gone; then every port is closed. */
export function serveDrivers(channel: EngineChannel, drivers: Drivers, onEnd: () => void): void {
  const ports = new Map<number, Port>();
  let nextPort = 1;
  let untakenBytes = 0;
  const post = (message: FromDrivers) => channel.post(message, () => undefined);

  const portOf = (id: number): Port => {
    const port = ports.get(id);
    if (port) return port;
    throw new Error(`no port ${id}`);
  };
  async function open(path: string, baudRate: number): Promise<OpenedPort> {
    const port = await drivers.openPort(path, baudRate);
    const id = nextPort;
    nextPort += 1;
    ports.set(id, port);
    return { port: id, baudRate: port.baudRate };
  }
  function listen(id: number): void {
    const tell = (bytes: Uint8Array) => {
      untakenBytes += bytes.length;
      if (untakenBytes > maxUntakenBytes) return void close(id, new Error('the station takes no more'));
      channel.post({ port: id, bytes }, () => {
        untakenBytes -= bytes.length;
      });
    };
    portOf(id).listen(tell, (error) => post({ port: id, lost: sayError(error) }));
  }
  async function close(id: number, why?: Error): Promise<void> {
    const port = ports.get(id);
    ports.delete(id);
    if (why) post({ port: id, lost: sayError(why) });
    await port?.close();
  }
  function answer(message: ToDrivers): Promise<unknown> | unknown {
    switch (message.call) {
      case 'open':
        return open(message.path, message.baudRate);
      case 'write':
        return portOf(message.port).write(message.bytes);
      case 'drain':
        return portOf(message.port).drain();
      case 'listen':
        return listen(message.port);
      case 'close':
        return close(message.port);
      case 'set-baud-rate':
        return portOf(message.port).setBaudRate(message.baudRate);
      case 'list-ports':
        return drivers.listPorts(message.virtualDir, message.table);
      case 'list-usb':
        return drivers.listUsbPorts(message.table);
      case 'is-usb-there':
        return drivers.isUsbPortThere(message.name);
      case 'check-usb':
        return drivers.checkUsbPermission(message.name);
      case 'watch-usb':
        return drivers.watchUsb(() => post({ usb: 'changed' })).then((end) => end !== null);
    }
  }
  channel.listen(
    async (message) => {
      try {
        post({ id: message.id, value: await answer(message) });
      } catch (error) {
        post({ id: message.id, error: sayError(error) });
      }
    },
    () => void Promise.allSettled([...ports.keys()].map((id) => close(id))).then(onEnd),
  );
}
