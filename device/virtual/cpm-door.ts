// The local socket of a box: cpk-tool's way to the CPM, and the trainer's way to the box (reboot, unplug, state).
// JSON lines, one request at a time, answered in order. Never on a network.
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { type Cpm, CpmError } from './cpm.ts';

export type CpmRequest =
  | { readonly op: 'ping' | 'public-key' }
  | { readonly op: 'install-key'; readonly appId: string; readonly wrapped: string }
  | { readonly op: 'begin'; readonly appId: string; readonly totalBytes: number }
  | { readonly op: 'init'; readonly appId: string; readonly iv: string; readonly tag: string }
  | { readonly op: 'add'; readonly appId: string; readonly data: string }
  | {
      readonly op: 'verify';
      readonly appId: string;
      readonly digest: string;
      readonly signature: string;
      readonly publicKey: string;
    }
  | { readonly op: 'end'; readonly appId: string };

export type ControlRequest =
  | { readonly do: 'reboot' | 'unplug' | 'plug' | 'state' }
  | {
      readonly do: 'faults';
      readonly lossRate?: number;
      readonly corruptRate?: number;
      readonly chatterPerSecond?: number;
    };

export type CpmReply = {
  readonly error?: string;
  readonly publicKey?: string;
  readonly digestMatch?: boolean;
  readonly signatureMatch?: boolean;
};

export type Door = {
  /** The CPM of the present boot. */
  readonly cpm: () => Cpm;
  /** Runs before each CPM call; true: the box lost power and nobody answers. */
  readonly losesPower: (op: CpmRequest['op']) => boolean;
  readonly control: (request: ControlRequest) => Promise<object>;
};

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

function callCpm(cpm: Cpm, request: CpmRequest): CpmReply {
  switch (request.op) {
    case 'ping':
      return {};
    case 'public-key':
      return { publicKey: Buffer.from(cpm.publicKeySpki()).toString('base64') };
    case 'install-key':
      cpm.installApplicationKey(request.appId, bytes(request.wrapped));
      return {};
    case 'begin':
      cpm.beginApplicationDeployment(request.appId, request.totalBytes);
      return {};
    case 'init':
      cpm.initializeDecryptionAesGcm(request.appId, bytes(request.iv), bytes(request.tag));
      return {};
    case 'add':
      cpm.addApplicationData(request.appId, bytes(request.data));
      return {};
    case 'verify':
      return cpm.verifyApplication(request.appId, {
        digest: bytes(request.digest),
        signature: bytes(request.signature),
        publicKeyPkcs1: bytes(request.publicKey),
      });
    case 'end':
      cpm.endApplicationDeployment(request.appId);
      return {};
  }
}

async function answer(line: string, door: Door): Promise<object | null> {
  const request = JSON.parse(line) as CpmRequest | ControlRequest;
  if ('do' in request) return door.control(request);
  if (door.losesPower(request.op)) return null;
  try {
    return callCpm(door.cpm(), request);
  } catch (error) {
    if (error instanceof CpmError) return { error: error.message };
    throw error;
  }
}

async function serve(socket: Socket, door: Door): Promise<void> {
  socket.on('error', () => socket.destroy());
  for await (const line of createInterface({ input: socket })) {
    const reply = await answer(line, door).catch((error: Error) => ({ error: error.message }));
    if (reply === null) {
      socket.destroy();
      return;
    }
    socket.write(`${JSON.stringify(reply)}\n`);
  }
}

export async function openDoor(path: string, door: Door): Promise<{ close(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    void serve(socket, door).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return {
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
