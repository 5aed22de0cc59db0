// The local socket of a box: cpk-tool's way to the CPM, and the trainer's way to the box (reboot, unplug, state).
// JSON lines, one request at a time, answered in order. A Unix socket in the box's own folder, never on a network.
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parseHex, toBase64 } from '../../shared/bytes.ts';
import { type Checks, type Cpm, CpmRefusal, contractVersion } from './cpm.ts';
import type { Attack, EvidenceKind } from './evidence/attacks.ts';
import type { Tee } from './evidence/tee.ts';

/** The enclave calls with their arguments; bytes are base64. Where every model ignores an argument it is not sent. */
export type CpmRequest =
  | { readonly op: 'ping' | 'key-size' | 'export-key' }
  | { readonly op: 'begin'; readonly totalBytes: number }
  | { readonly op: 'end'; readonly applicationId: string }
  | { readonly op: 'is-supported'; readonly name: string }
  | { readonly op: 'install-key'; readonly wrapped: string }
  | { readonly op: 'init'; readonly strengthBits: number; readonly iv: string; readonly tag: string }
  | { readonly op: 'add'; readonly data: string }
  | {
      readonly op: 'verify';
      readonly digest: string;
      readonly signature: string;
      readonly publicKey: string;
    };

export type CpmOp = CpmRequest['op'];

/** Asks the TEE for evidence. `format`: empty for what the box has first. */
export type EvidenceRequest = { readonly op: 'attest'; readonly challenge: string; readonly format: string };
/** Base64; null: there is none. */
export type EvidenceReply = { readonly format: string; readonly evidence: string | null };

/** `result` is what the enclave call returned; 0 is good. */
export type CpmReply = {
  readonly result: number;
  readonly version?: number;
  readonly sizeBytes?: number;
  readonly isSupported?: boolean;
  /** RSAPublicKey DER, base64. */
  readonly publicKey?: string;
} & Partial<Checks>;

export type FaultRates = {
  readonly lossRate?: number;
  readonly corruptRate?: number;
  readonly chatterPerSecond?: number;
};

export type ControlRequest =
  | { readonly do: 'reboot' | 'unplug' | 'plug' | 'state' }
  | ({ readonly do: 'faults' } & FaultRates)
  | { readonly do: 'attest'; readonly kind: EvidenceKind; readonly attack: Attack | null };

export type Door = {
  readonly tee: Tee;
  /** The CPM of the present boot; null while the box is off. */
  readonly cpm: () => Cpm | null;
  /** Asked before each CPM call; true: the box just lost power, nobody answers. */
  readonly losesPower: (op: CpmOp) => boolean;
  readonly control: (request: ControlRequest) => Promise<object>;
};

const operations = [
  'ecall_ping',
  'ecall_is_operation_supported',
  'ecall_get_device_public_key_data_size',
  'ecall_export_device_public_key',
  'ecall_install_application_key',
  'ecall_begin_application_deployment',
  'ecall_initialize_decryption_aes_gcm',
  'ecall_add_application_data',
  'ecall_verify_application_sha256_rsa_pkcs1_v15',
  'ecall_end_application_deployment',
];

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
const done: CpmReply = { result: 0 };

function callCpm(cpm: Cpm, request: CpmRequest): CpmReply {
  switch (request.op) {
    case 'ping':
      return { ...done, version: contractVersion };
    case 'is-supported':
      return { ...done, isSupported: operations.includes(request.name) };
    case 'key-size':
      return { ...done, sizeBytes: cpm.exportDevicePublicKey().length };
    case 'export-key':
      return { ...done, publicKey: Buffer.from(cpm.exportDevicePublicKey()).toString('base64') };
    case 'install-key':
      cpm.installApplicationKey(bytes(request.wrapped));
      return done;
    case 'begin':
      cpm.begin(request.totalBytes);
      return done;
    case 'init':
      cpm.initialize({
        strengthBits: request.strengthBits,
        iv: bytes(request.iv),
        tag: bytes(request.tag),
      });
      return done;
    case 'add':
      cpm.add(bytes(request.data));
      return done;
    case 'verify':
      return {
        ...done,
        ...cpm.verify({
          digest: bytes(request.digest),
          signature: bytes(request.signature),
          publicKey: bytes(request.publicKey),
        }),
      };
    case 'end':
      cpm.end(request.applicationId);
      return done;
  }
}

async function attest(
  { challenge, format }: EvidenceRequest,
  { tee, cpm }: Door,
): Promise<EvidenceReply | null> {
  const running = cpm();
  if (running === null) return null;
  const wanted = format || (tee.formats()[0] ?? '');
  const evidence = await tee.attest(wanted, parseHex(challenge) ?? new Uint8Array(), running.heldPublicKey());
  return { format: wanted, evidence: evidence && toBase64(evidence) };
}

/** @returns null when the box lost power over it: nobody answers */
async function answer(line: string, door: Door): Promise<object | null> {
  const request = JSON.parse(line) as CpmRequest | ControlRequest | EvidenceRequest;
  if ('do' in request) return door.control(request);
  if (request.op === 'attest') return attest(request, door);
  const cpm = door.cpm();
  if (cpm === null || door.losesPower(request.op)) return null;
  try {
    return callCpm(cpm, request);
  } catch (error) {
    if (error instanceof CpmRefusal) return { result: error.result };
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

/** Listens on a new Unix socket until closed; closing hangs up on everybody. */
export async function openDoor(path: string, door: Door): Promise<{ close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
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
