// The engine's end of the drivers' process: started when it is needed, and anew when it died. A port that was open in one that
// died is lost like one whose cable was pulled; the job looks for it again.
import type { PortInfo } from '../../../shared/device.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Log } from '../log.ts';
import type { Port } from '../port.ts';
import type { Drivers } from './drivers.ts';
import {
  type DriverCall,
  type FromDrivers,
  heardError,
  type OpenedPort,
  type ToDrivers,
} from './messages.ts';
import { openRemotePort, type RemotePort } from './remote-port.ts';

export type DriverChannel = {
  post(message: ToDrivers): void;
  /** Ends the process, also one that hangs; `onGone` follows. */
  end(): void;
};

/** Starts a process of drivers. `onGone`: it ended, and how, whoever wanted it. */
export type StartDrivers = (
  hear: (message: FromDrivers) => void,
  onGone: (how: string) => void,
) => DriverChannel;

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ProvisionerError) => void;
};

/** Nothing but a write may take longer; a driver that does hangs, and is ended. */
const answerMs = 30_000;
const restartMs = 1000;
const endMs = 5000;
/** These wait for the device, as long as it pleases. */
const isPatient = ({ call }: DriverCall) => call === 'write' || call === 'drain';

/** One life of the process. */
function openRun(start: StartDrivers, onGone: (how: string) => void, onUsb: () => void) {
  const waiting = new Map<number, Waiting>();
  const ports = new Map<number, RemotePort>();
  let nextId = 1;

  const answered = (message: Extract<FromDrivers, { id: number }>): void => {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if ('error' in message) asked?.reject(heardError(message.error));
    else asked?.resolve(message.value);
  };
  const hear = (message: FromDrivers): void => {
    if ('usb' in message) onUsb();
    else if ('bytes' in message) ports.get(message.port)?.receive(message.bytes);
    else if ('lost' in message) ports.get(message.port)?.lose(heardError(message.lost));
    else answered(message);
  };
  const gone = (how: string): void => {
    const error = new ProvisionerError('port.lost', `the driver process ended (${how})`);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    for (const port of ports.values()) port.lose(error);
    ports.clear();
    onGone(how);
  };
  const channel = start(hear, gone);
  function ask(call: DriverCall): Promise<unknown> {
    const id = nextId;
    nextId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const late = isPatient(call) ? undefined : setTimeout(() => channel.end(), answerMs);
    waiting.set(id, { resolve, reject });
    channel.post({ ...call, id });
    return promise.finally(() => clearTimeout(late));
  }
  return {
    ask,
    end: () => channel.end(),
    async open(path: string, baudRate: number): Promise<Port> {
      const opened = (await ask({ call: 'open', path, baudRate })) as OpenedPort;
      const port = openRemotePort(path, opened, { ask, onClosed: () => ports.delete(opened.port) });
      ports.set(opened.port, port);
      return port.port;
    },
  };
}
type Run = ReturnType<typeof openRun>;

export function openDrivers(start: StartDrivers, log: Log): Drivers {
  const watchers = new Set<() => void>();
  let run: Run | null = null;
  let onEnded: (() => void) | null = null;
  let isClosed = false;
  let restart: NodeJS.Timeout | undefined;

  const hint = () => {
    for (const onChange of watchers) onChange();
  };
  /** What came and went meanwhile nobody told. */
  const watchAgain = () => {
    if (!isClosed) void ask({ call: 'watch-usb' }).then(hint, () => undefined);
  };
  const gone = (how: string) => {
    run = null;
    onEnded?.();
    if (isClosed) return;
    log.error({ how }, 'the driver process ended; its links are opened again');
    if (watchers.size > 0) restart = setTimeout(watchAgain, restartMs).unref();
  };
  function running(): Run {
    if (isClosed) throw new ProvisionerError('port.lost', 'the program ends');
    run ??= openRun(start, gone, hint);
    return run;
  }
  const ask = async (call: DriverCall): Promise<unknown> => running().ask(call);

  return {
    openPort: async (path, baudRate) => running().open(path, baudRate),
    listPorts: async (virtualDir, table) =>
      (await ask({ call: 'list-ports', virtualDir, table })) as PortInfo[],
    listUsbPorts: async (table) => (await ask({ call: 'list-usb', table })) as PortInfo[],
    isUsbPortThere: async (name) => (await ask({ call: 'is-usb-there', name })) as boolean,
    checkUsbPermission: async (name) => void (await ask({ call: 'check-usb', name })),
    async watchUsb(onChange) {
      if (watchers.size === 0 && !(await ask({ call: 'watch-usb' }))) return null;
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    async close() {
      isClosed = true;
      clearTimeout(restart);
      if (run === null) return;
      const ended = new Promise<void>((resolve) => {
        onEnded = resolve;
        setTimeout(resolve, endMs).unref();
      });
      run.end();
      await ended;
    },
  };
}
