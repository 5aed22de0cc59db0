// Electron's utility processes and message channels over forked Node processes: what is sent to a port goes to whoever has its
// other end, and a process that ends closes its ports.
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import type * as electron from 'electron';

export type ToChild =
  | { readonly said: unknown; readonly ports: readonly number[] }
  | { readonly toPort: number; readonly data: unknown }
  | { readonly toPort: number; readonly isClosed: true };
type FromChild =
  | { readonly said: unknown }
  | { readonly fromPort: number; readonly data: unknown }
  | { readonly fromPort: number; readonly isClosed: true };

type Token = { readonly id: number };

export function openUtilities(env: NodeJS.ProcessEnv) {
  const owners = new Map<number, ChildProcess>();
  let nextId = 2;
  /** Ports are numbered in pairs. */
  const peerOf = (id: number) => id ^ 1;

  function send(child: ChildProcess | undefined, message: ToChild): void {
    if (child?.connected) child.send(message, () => undefined);
  }
  const route = (message: Exclude<FromChild, { said: unknown }>) => {
    const { fromPort, ...rest } = message;
    send(owners.get(peerOf(fromPort)), { toPort: peerOf(fromPort), ...rest } as ToChild);
  };
  function start(modulePath: string): { child: ChildProcess; utility: electron.UtilityProcess } {
    const child = fork(join(import.meta.dirname, 'parent-port.ts'), [modulePath], {
      env,
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const utility = Object.assign(new EventEmitter(), {
      postMessage(said: unknown, transferred: readonly Token[] = []) {
        for (const { id } of transferred) owners.set(id, child);
        send(child, { said, ports: transferred.map(({ id }) => id) });
      },
      kill: () => child.kill(),
    });
    child.on('message', (message: FromChild) => {
      if ('said' in message) utility.emit('message', message.said);
      else route(message);
    });
    child.on('exit', (status) => {
      for (const [id, owner] of owners) if (owner === child) route({ fromPort: id, isClosed: true });
      utility.emit('exit', status ?? 1);
    });
    return { child, utility: utility as unknown as electron.UtilityProcess };
  }
  class MessageChannelMain {
    readonly port1: electron.MessagePortMain;
    readonly port2: electron.MessagePortMain;
    constructor() {
      const token = (id: number) => ({ id }) as unknown as electron.MessagePortMain;
      this.port1 = token(nextId);
      this.port2 = token(peerOf(nextId));
      nextId += 2;
    }
  }
  return { start, MessageChannelMain };
}
