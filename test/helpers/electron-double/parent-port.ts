// Gives a forked Node process what Electron gives a utility process, message ports too, then loads the module that was named.
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { ToChild } from './utility.ts';

const ports = new Map<number, EventEmitter>();

function makePort(id: number) {
  const early: unknown[] = [];
  let isStarted = false;
  const port = Object.assign(new EventEmitter(), {
    postMessage: (data: unknown) => void process.send?.({ fromPort: id, data }),
    close: () => void process.send?.({ fromPort: id, isClosed: true }),
    start() {
      isStarted = true;
      for (const data of early.splice(0)) port.emit('message', { data, ports: [] });
    },
  });
  // As Electron's: what comes before `start` waits.
  port.on('arrived', (data: unknown) => {
    if (isStarted) port.emit('message', { data, ports: [] });
    else early.push(data);
  });
  ports.set(id, port);
  return port;
}

const parent = Object.assign(new EventEmitter(), {
  postMessage: (message: object) => void process.send?.({ said: message }),
});
process.on('message', (message: ToChild) => {
  if ('said' in message) parent.emit('message', { data: message.said, ports: message.ports.map(makePort) });
  else if ('isClosed' in message) ports.get(message.toPort)?.emit('close');
  else ports.get(message.toPort)?.emit('arrived', message.data);
});
Object.assign(process, { parentPort: parent });
await import(pathToFileURL(process.argv[2] ?? '').href);
