// The carrier of the station: calls and events over a WebSocket on loopback, files by POST and GET beside it.
import type { AnyEvent, CallName, Reply, Request, Response } from '../shared/contract/contract.ts';
import type { FileInfo } from '../shared/contract/values.ts';
import type { Carrier } from './carrier.ts';
import { unreachable, unreachableCode } from './words/error-words.ts';

const retryMs = 1000;
const lost: Reply<never> = {
  ok: false,
  error: {
    code: unreachableCode,
    ...unreachable.en,
    message: 'the connection to the station was lost',
    retryable: true,
    details: {},
  },
};

type Answer = { readonly id: number; readonly reply: Reply<unknown> };

export function openSocketCarrier(origin: string): Carrier {
  const waiting = new Map<number, (reply: Reply<unknown>) => void>();
  const eventListeners = new Set<(event: AnyEvent) => void>();
  const connectionListeners = new Set<(isConnected: boolean) => void>();
  let nextId = 1;
  let socket: WebSocket | null = null;
  let isConnected = false;

  const tell = (now: boolean) => {
    isConnected = now;
    for (const listener of connectionListeners) listener(now);
  };

  function hear(data: string): void {
    const message = JSON.parse(data) as Answer | { event: AnyEvent };
    if ('event' in message) {
      for (const listener of eventListeners) listener(message.event);
      return;
    }
    waiting.get(message.id)?.(message.reply);
    waiting.delete(message.id);
  }

  function connect(): void {
    const opened = new WebSocket(`${origin.replace(/^http/, 'ws')}/calls`);
    socket = opened;
    opened.onopen = () => tell(true);
    opened.onmessage = ({ data }) => hear(String(data));
    opened.onclose = () => {
      for (const answer of waiting.values()) answer(lost);
      waiting.clear();
      tell(false);
      setTimeout(connect, retryMs);
    };
  }
  connect();

  return {
    call<N extends CallName>(name: N, request: Request<N>) {
      const id = nextId;
      nextId += 1;
      return new Promise<Reply<Response<N>>>((resolve) => {
        if (socket?.readyState !== WebSocket.OPEN) return resolve(lost);
        waiting.set(id, resolve as (reply: Reply<unknown>) => void);
        socket.send(JSON.stringify({ id, name, request }));
      });
    },
    onEvent(listener) {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    onConnection(listener) {
      connectionListeners.add(listener);
      listener(isConnected);
      return () => connectionListeners.delete(listener);
    },
    async sendFile(file) {
      const response = await fetch(`/files?name=${encodeURIComponent(file.name)}`, {
        method: 'POST',
        body: file,
        headers: { 'content-type': 'application/octet-stream' },
      }).catch(() => null);
      return response === null ? lost : ((await response.json()) as Reply<FileInfo>);
    },
    async saveFile(file) {
      const link = document.createElement('a');
      link.href = `/files/${file.token}`;
      link.download = file.name;
      link.click();
    },
  };
}
