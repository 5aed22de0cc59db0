// The engine's way to the drivers in Electron: main starts their process and hands over one end of a message channel.
import type { FromDrivers, ToDrivers } from '../core/drivers/messages.ts';
import type { StartDrivers } from '../core/drivers/remote.ts';
import type { FromEngine, FromMainUnasked } from './engine-messages.ts';

/** What we use of Electron's MessagePortMain, as a utility process has it. */
export type ElectronPort = {
  on(event: 'message', listener: (message: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
};

type Run = {
  readonly hear: (message: FromDrivers) => void;
  readonly onGone: (how: string) => void;
  /** What was said before the channel came. */
  readonly early: ToDrivers[];
  port: ElectronPort | null;
};

export type MainDrivers = {
  readonly start: StartDrivers;
  hear(message: FromMainUnasked, port: ElectronPort | undefined): void;
};

function connect(run: Run, port: ElectronPort): void {
  run.port = port;
  port.on('message', ({ data }) => run.hear(data as FromDrivers));
  port.start();
  for (const message of run.early.splice(0)) port.postMessage(message);
}

export function openMainDrivers(post: (message: FromEngine) => void): MainDrivers {
  let run: Run | null = null;
  return {
    start(hear, onGone) {
      const started: Run = { hear, onGone, early: [], port: null };
      run = started;
      post({ drivers: 'start' });
      return {
        post(message) {
          if (started.port) started.port.postMessage(message);
          else started.early.push(message);
        },
        end() {
          started.port?.close();
          post({ drivers: 'end' });
        },
      };
    },
    hear(message, port) {
      if (run === null) return;
      if (message.kind === 'drivers') {
        if (port) connect(run, port);
        return;
      }
      const { onGone } = run;
      run = null;
      onGone(message.how);
    },
  };
}
