// Starts the drivers' process as a child of plain Node.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { FromDrivers } from './messages.ts';
import type { StartDrivers } from './remote.ts';

const program = join(import.meta.dirname, 'driver-child.ts');
/** Closing its ports takes a child this long at most; one that hangs is killed. */
const partingMs = 3000;

export const forkDrivers: StartDrivers = (hear, onGone) => {
  const child = fork(program, [], {
    serialization: 'advanced',
    // Standard output is the command's own.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  let isGone = false;
  const gone = (how: string) => {
    if (isGone) return;
    isGone = true;
    onGone(how);
  };
  child.on('message', (message) => hear(message as FromDrivers));
  child.on('error', (error) => gone(error.message));
  child.on('exit', (status, signal) => gone(signal ?? `status ${status}`));
  return {
    post: (message) => {
      // A channel that broke is told by `exit`.
      if (child.connected) child.send(message, () => undefined);
    },
    end() {
      if (child.connected) child.disconnect();
      setTimeout(() => child.kill('SIGKILL'), partingMs).unref();
    },
  };
};
