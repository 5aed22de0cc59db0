// Gives a forked Node process what Electron gives a utility process, then loads the module that was named.
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';

const port = Object.assign(new EventEmitter(), {
  postMessage: (message: object) => void process.send?.(message),
});
process.on('message', (data) => port.emit('message', { data }));
Object.assign(process, { parentPort: port });
await import(pathToFileURL(process.argv[2] ?? '').href);
