// A station client without a browser: the one-time token, the cookie, the socket, as a page uses them.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { WebSocket } from 'ws';
import type {
  Response as Answer,
  AnyEvent,
  CallName,
  Reply,
  Request,
} from '../../shared/contract/contract.ts';
import { events } from '../../shared/contract/contract.ts';
import type { FileInfo } from '../../shared/contract/values.ts';

export type DeskClient = {
  ask<N extends CallName>(name: N, request: Request<N>): Promise<Reply<Answer<N>>>;
  /** The value, or a test failure that says why not. */
  call<N extends CallName>(name: N, request: Request<N>): Promise<Answer<N>>;
  upload(path: string): Promise<FileInfo>;
  download(file: FileInfo): Promise<Uint8Array>;
  readonly heard: readonly AnyEvent[];
  /** The first event, heard already or still to come, that fits. */
  waitFor<T>(pick: (event: AnyEvent) => T | null, timeoutMs?: number): Promise<T>;
  readonly cookie: string;
  readonly origin: string;
  close(): void;
};

export async function connectDesk(url: string): Promise<DeskClient> {
  const { origin } = new URL(url);
  const entered = await fetch(url, { redirect: 'manual' });
  const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  if (entered.status !== 303)
    throw new Error(`the token was refused: ${entered.status} ${await entered.text()}`);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/calls`, { headers: { cookie, origin } });
  const waiting = new Map<number, (reply: Reply<unknown>) => void>();
  const heard: AnyEvent[] = [];
  const listeners = new Set<() => void>();
  let nextId = 1;
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { id: number; reply: Reply<unknown> } | { event: AnyEvent };
    if ('event' in message) {
      events[message.event.name].parse(message.event.value);
      heard.push(message.event);
      for (const listener of listeners) listener();
    } else waiting.get(message.id)?.(message.reply);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));

  const ask = <N extends CallName>(name: N, request: Request<N>) =>
    new Promise<Reply<Answer<N>>>((resolve) => {
      const id = nextId;
      nextId += 1;
      waiting.set(id, resolve as (reply: Reply<unknown>) => void);
      socket.send(JSON.stringify({ id, name, request }));
    });

  return {
    ask,
    async call(name, request) {
      const reply = await ask(name, request);
      if (reply.ok) return reply.value;
      throw new Error(`${name}: ${reply.error.code}: ${reply.error.message}`);
    },
    async upload(path) {
      const body = await readFile(path);
      const response = await fetch(`${origin}/files?name=${encodeURIComponent(basename(path))}`, {
        method: 'POST',
        headers: { cookie, origin },
        body,
      });
      const reply = (await response.json()) as Reply<FileInfo>;
      if (reply.ok) return reply.value;
      throw new Error(reply.error.message);
    },
    async download({ token }) {
      const response = await fetch(`${origin}/files/${token}`, { headers: { cookie } });
      if (response.status !== 200) throw new Error(`download: ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    heard,
    waitFor(pick, timeoutMs = 30_000) {
      return new Promise((resolve, reject) => {
        const look = () => {
          for (const event of heard) {
            const found = pick(event);
            if (found === null) continue;
            clearTimeout(timer);
            listeners.delete(look);
            return resolve(found);
          }
        };
        const timer = setTimeout(() => {
          listeners.delete(look);
          reject(new Error(`not heard; last: ${JSON.stringify(heard.at(-1)).slice(0, 300)}`));
        }, timeoutMs);
        listeners.add(look);
        look();
      });
    },
    cookie,
    origin,
    close: () => socket.close(),
  };
}
