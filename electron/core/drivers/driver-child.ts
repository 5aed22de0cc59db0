// The drivers' process under plain Node, for the station and the command line: a child that lives as long as its parent.
import { localDrivers } from './drivers.ts';
import type { ToDrivers } from './messages.ts';
import { serveDrivers } from './serve.ts';

// Ctrl-C in a terminal and the end of a service go to every process of the group: the parent restores its devices first, over
// these ports.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

serveDrivers(
  {
    post: (message, onSent) => {
      if (process.connected) process.send?.(message, () => onSent());
    },
    listen(onMessage, onEnd) {
      process.on('message', (message) => onMessage(message as ToDrivers));
      process.once('disconnect', onEnd);
    },
  },
  localDrivers,
  () => process.exit(0),
);
