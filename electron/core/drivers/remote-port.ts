// A port that is open in the drivers' process, as the engine has it.
import type { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Port } from '../port.ts';
import type { DriverCall, OpenedPort } from './messages.ts';

export type RemotePort = {
  readonly port: Port;
  receive(bytes: Uint8Array): void;
  /** Once; what is told after that is not news. */
  lose(error: ProvisionerError): void;
};

type Asking = { readonly ask: (call: DriverCall) => Promise<unknown>; readonly onClosed: () => void };

export function openRemotePort(path: string, { port: id, baudRate }: OpenedPort, asking: Asking): RemotePort {
  const { ask, onClosed } = asking;
  let speed = baudRate;
  let failure: ProvisionerError | null = null;
  let onData: ((bytes: Uint8Array) => void) | null = null;
  let onLost: (error: ProvisionerError) => void = () => undefined;

  const lose = (error: ProvisionerError): void => {
    if (failure !== null) return;
    failure = error;
    onClosed();
    onLost(error);
  };
  const call = async (what: DriverCall): Promise<void> => {
    if (failure !== null) throw failure;
    await ask(what);
  };
  const port: Port = {
    path,
    get baudRate() {
      return speed;
    },
    listen(data, lost) {
      const isFirst = onData === null;
      onData = data;
      onLost = lost;
      // A process that ends meanwhile is told by `lose`.
      if (isFirst && failure === null) ask({ call: 'listen', port: id }).catch(() => undefined);
    },
    write: (bytes) => call({ call: 'write', port: id, bytes }),
    drain: () => call({ call: 'drain', port: id }),
    async setBaudRate(next) {
      await call({ call: 'set-baud-rate', port: id, baudRate: next });
      speed = next;
    },
    async close() {
      onData = () => undefined;
      onLost = () => undefined;
      if (failure !== null) return;
      await ask({ call: 'close', port: id }).catch(() => undefined);
      onClosed();
    },
  };
  return { port, receive: (bytes) => onData?.(bytes), lose };
}
