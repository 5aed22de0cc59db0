// The drivers in a process of their own (utilityProcess): all native code of ports. Serves the engine at the other end of the
// one message port that main gives it, and ends with it.
import { localDrivers } from '../core/drivers/drivers.ts';
import type { ToDrivers } from '../core/drivers/messages.ts';
import { serveDrivers } from '../core/drivers/serve.ts';
import type { ElectronPort } from './main-drivers.ts';

type ParentPort = { once(event: 'message', listener: (message: { ports: ElectronPort[] }) => void): unknown };

const { parentPort } = process as unknown as { parentPort: ParentPort };

parentPort.once('message', ({ ports: [port] }) => {
  if (port === undefined) return process.exit(1);
  const channel = {
    post(message: object, onSent: () => void) {
      port.postMessage(message);
      onSent();
    },
    listen(onMessage: (message: ToDrivers) => void, onEnd: () => void) {
      port.on('message', ({ data }) => onMessage(data as ToDrivers));
      port.on('close', onEnd);
      port.start();
    },
  };
  serveDrivers(channel, localDrivers, () => process.exit(0));
});
