// Main's part in the drivers: it starts their process for the engine and gives each an end of a channel, over which main itself
// hears nothing. Only main may start processes.
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import type { FromMainUnasked } from './engine-messages.ts';

export type DriverBroker = { start(): void; end(): void };

/** Closing its ports takes the process this long at most; one that hangs is killed. */
const partingMs = 3000;

export function openBroker(
  modulePath: string,
  tellEngine: (message: FromMainUnasked, ports: MessagePortMain[]) => void,
): DriverBroker {
  let child: UtilityProcess | null = null;
  return {
    start() {
      const { port1, port2 } = new MessageChannelMain();
      const started = utilityProcess.fork(modulePath, [], {
        serviceName: 'TrustBox drivers',
        stdio: 'inherit',
      });
      child = started;
      // A fatal error of V8; `exit` follows and tells the engine.
      started.on('error', () => undefined);
      started.on('exit', (status) =>
        tellEngine({ id: 0, kind: 'drivers-gone', how: `status ${status}` }, []),
      );
      started.postMessage('serve', [port2]);
      tellEngine({ id: 0, kind: 'drivers' }, [port1]);
    },
    end() {
      const ending = child;
      setTimeout(() => ending?.kill(), partingMs).unref();
    },
  };
}
