// The app served on loopback: pages and files over HTTP, calls and events over one WebSocket. Nothing is answered to
// another host name, another origin, or a browser that did not come with the token.
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import type { AnyEvent } from '../../shared/contract/contract.ts';
import { errorToData } from '../../shared/errors/error.ts';
import type { Desk } from '../core/calls/desk.ts';
import { readPage, safetyHeaders } from '../core/pages.ts';
import { type Access, openAccess } from './access.ts';

export type Station = {
  /** With a fresh one-time token. */
  url(): string;
  tell(event: AnyEvent): void;
  close(): Promise<void>;
};

const maxMessageBytes = 1024 * 1024;
/** A page that does not read what it is told is cut off; it comes back and asks anew. */
const maxBufferedBytes = 16 * 1024 * 1024;
const message = z.object({ id: z.number().int(), name: z.string(), request: z.unknown() });

async function takeFile(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const name = new URL(request.url ?? '/', 'http://station').searchParams.get('name') ?? 'file';
  const reply = await desk.files.addStream(name, request).then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error: errorToData(error) }),
  );
  response
    .writeHead(200, { ...safetyHeaders(), 'content-type': 'application/json' })
    .end(JSON.stringify(reply));
}

async function giveFile(response: ServerResponse, desk: Desk, token: string): Promise<void> {
  let file: { path: string; name: string };
  try {
    file = desk.files.find(token);
  } catch {
    response.writeHead(404, safetyHeaders()).end();
    return;
  }
  response.writeHead(200, {
    ...safetyHeaders(),
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
  });
  await pipeline(createReadStream(file.path), response);
}

const refuse = (response: ServerResponse, status: number, words: string) =>
  response
    .writeHead(status, { ...safetyHeaders(), 'content-type': 'text/plain; charset=utf-8' })
    .end(`${words}\n`);

type Serving = { readonly desk: Desk; readonly access: Access; readonly folder: string };

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { desk, access, folder }: Serving,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://station');
  if (!access.isOurs(request)) return void refuse(response, 403, 'This is not the address of the station.');
  const token = searchParams.get('token');
  if (pathname === '/' && token !== null) {
    const cookie = access.redeem(token);
    if (cookie === null)
      return void refuse(response, 403, 'This link was used before or is too old: start the station again.');
    return void response.writeHead(303, { ...safetyHeaders(), 'set-cookie': cookie, location: '/' }).end();
  }
  if (!access.hasSession(request))
    return void refuse(response, 401, 'Open the link that the station printed: it carries the token.');
  if (pathname === '/files' && request.method === 'POST') return takeFile(request, response, desk);
  if (request.method !== 'GET') return void refuse(response, 405, 'Only GET here.');
  const file = /^\/files\/([0-9a-f]{32})$/.exec(pathname)?.[1];
  if (file) return giveFile(response, desk, file);
  const page = await readPage(folder, pathname);
  response.writeHead(page.status, page.headers).end(page.body);
}

/** One page: calls in, replies out. */
function talk(socket: WebSocket, desk: Desk): void {
  socket.on('message', async (data, isBinary) => {
    const parsed = isBinary ? null : message.safeParse(parseJson(String(data)));
    if (!parsed?.success) return socket.close(1008, 'not understood');
    const { id, name, request } = parsed.data;
    const reply = await desk.dispatch(name, request);
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ id, reply }));
  });
  socket.on('error', () => socket.terminate());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param port 0: any free one */
export async function startStation(
  desk: Desk,
  { folder, port }: { folder: string; port: number },
): Promise<Station> {
  const access = openAccess(() => address().port);
  const serving = { desk, access, folder };
  const server = createServer((request, response) => {
    serve(request, response, serving).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });
  server.on('upgrade', (request, socket, head) => {
    const mayTalk = request.url === '/calls' && request.headers.origin !== undefined;
    if (!mayTalk || !access.isOurs(request) || !access.hasSession(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => talk(opened, desk));
  });
  const address = () => server.address() as AddressInfo;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: () => `http://127.0.0.1:${address().port}/?token=${access.issueToken()}`,
    tell(event) {
      const text = JSON.stringify({ event });
      for (const socket of sockets.clients) {
        if (socket.bufferedAmount > maxBufferedBytes) socket.terminate();
        else if (socket.readyState === socket.OPEN) socket.send(text);
      }
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
