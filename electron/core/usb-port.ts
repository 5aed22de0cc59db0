// A TrustBox's bulk endpoints as a port: bytes in, bytes out, over the `usb` package. Its version 3.1 runs one transfer per
// endpoint at a time, and forgets what a transfer had received when its deadline passes. So bytes that wait to be written go in
// one transfer together, and reading waits for a single packet, which is there or not there; only behind a full packet, when
// the rest of a message is on its way, it asks for much.
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { concatBytes } from '../../shared/bytes.ts';
import { type ErrorCode, ProvisionerError } from '../../shared/errors/error.ts';
import type { Port } from './port.ts';
import { findHolder } from './port-holder.ts';
import { findUsbDevice, type UsbDevice, type UsbEndpoint } from './usb-devices.ts';

const vendorClass = 0xff;
/** A multiple of every packet size. */
const transferBytes = 256 * 1024;
/** How often a reading that finds nothing looks whether it shall end. */
const idleMs = 250;
/** A message that began to come ends within this time, or its sender is dead. */
const messageMs = 5000;
const writeMs = 20_000;
const closeMs = 2000;
/** What an earlier station left behind is not an answer to us; more of it is not tidied up. */
const staleMs = 60;
const maxStaleBytes = 1024 * 1024;

type Endpoints = { readonly interfaceNumber: number; readonly in: UsbEndpoint; readonly out: UsbEndpoint };

const refuse = (code: ErrorCode, port: string, why: string, cause?: unknown) =>
  new ProvisionerError(code, `${port}: ${why}`, { details: { port }, cause });

/** The interface of the vendor class with bulk both ways. @throws port.not-serial */
function findEndpoints(port: string, device: UsbDevice): Endpoints {
  for (const { interfaceNumber, alternate } of device.configuration?.interfaces ?? []) {
    const bulk = alternate.endpoints.filter(({ type }) => type === 'bulk');
    const input = bulk.find(({ direction }) => direction === 'in');
    const output = bulk.find(({ direction }) => direction === 'out');
    if (alternate.interfaceClass === vendorClass && input && output)
      return { interfaceNumber, in: input, out: output };
  }
  throw refuse('port.not-serial', port, 'has no interface with bulk endpoints of ours');
}

const nodeOf = ({ bus, address }: UsbDevice) =>
  `/dev/bus/usb/${bus.padStart(3, '0')}/${String(address).padStart(3, '0')}`;

/** The binding's words are matched here and nowhere else. */
function asOpenError(port: string, device: UsbDevice, error: unknown): ProvisionerError {
  const said = error instanceof Error ? error.message : String(error);
  if (/busy/i.test(said)) {
    const holder = process.platform === 'linux' ? findHolder(nodeOf(device)) : null;
    return refuse('port.busy', port, `held by ${holder ?? 'another program'}`, error);
  }
  if (/permission|denied|access/i.test(said))
    return refuse('port.not-permitted', port, 'permission denied', error);
  return refuse('port.lost', port, said, error);
}

/** Linux tells without opening. @throws port.not-permitted port.lost */
export async function checkUsbPermission(port: string, device: UsbDevice): Promise<void> {
  if (process.platform !== 'linux') return;
  await access(nodeOf(device), constants.R_OK | constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw refuse(error.code === 'ENOENT' ? 'port.lost' : 'port.not-permitted', port, error.message, error);
  });
}

async function claim(port: string, device: UsbDevice): Promise<Endpoints> {
  await checkUsbPermission(port, device);
  try {
    await device.open();
    const endpoints = findEndpoints(port, device);
    await device.claimInterface(endpoints.interfaceNumber);
    return endpoints;
  } catch (error) {
    await device.close();
    throw error instanceof ProvisionerError ? error : asOpenError(port, device, error);
  }
}

/** One transfer in. @returns null when nothing came in time @throws Error when the device is gone */
async function receive(
  device: UsbDevice,
  endpoint: UsbEndpoint,
  lengthBytes: number,
  timeoutMs: number,
): Promise<Uint8Array | null> {
  try {
    const { data } = await device.transferIn(endpoint.endpointNumber, lengthBytes, timeoutMs);
    return data ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : null;
  } catch (error) {
    if (error instanceof Error && error.message.endsWith('Cancelled')) return null;
    throw error;
  }
}

/** One message, or what of it one transfer holds, in pieces. @returns false when nothing came in time @throws Error */
async function receiveMessage(
  device: UsbDevice,
  endpoint: UsbEndpoint,
  waitMs: number,
  take: (bytes: Uint8Array) => void,
): Promise<boolean> {
  const first = await receive(device, endpoint, endpoint.packetSize, waitMs);
  if (first === null) return false;
  if (first.length > 0) take(first);
  for (let isMore = first.length === endpoint.packetSize; isMore; ) {
    const next = await receive(device, endpoint, transferBytes, messageMs);
    if (next === null) throw new Error('stopped in the middle of a message');
    if (next.length > 0) take(next);
    isMore = next.length === transferBytes;
  }
  return true;
}

async function dropStale(device: UsbDevice, endpoint: UsbEndpoint): Promise<void> {
  let sizeBytes = 0;
  const count = (bytes: Uint8Array) => {
    sizeBytes += bytes.length;
  };
  while (sizeBytes < maxStaleBytes && (await receiveMessage(device, endpoint, staleMs, count)));
}

type Waiting = {
  readonly bytes: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: ProvisionerError) => void;
};

/** Takes what belongs into one transfer; at least one, however large. */
function takeBatch(queue: Waiting[]): Waiting[] {
  let count = 1;
  let sizeBytes = queue[0]?.bytes.length ?? 0;
  for (; count < queue.length; count += 1) {
    sizeBytes += queue[count]?.bytes.length ?? 0;
    if (sizeBytes > transferBytes) break;
  }
  return queue.splice(0, count);
}

/**
 * Opens the bulk link of a device by its port name (see usb-devices.ts). It has no speed to set: `baudRate` is 0.
 * @throws port.not-found port.not-permitted port.busy port.not-serial port.lost
 */
export async function openUsbPort(port: string): Promise<Port> {
  const device = await findUsbDevice(port);
  const endpoints = await claim(port, device);
  const queue: Waiting[] = [];
  const onFailure = new Set<(error: ProvisionerError) => void>();
  let onData: (bytes: Uint8Array) => void = () => undefined;
  let failure: ProvisionerError | null = null;
  let reading: Promise<void> | null = null;
  let writing: Promise<void> | null = null;

  const fail = (cause: unknown) => {
    if (failure !== null) return;
    failure = refuse('port.lost', port, 'went away', cause);
    for (const { reject } of queue.splice(0)) reject(failure);
    for (const tell of [...onFailure]) tell(failure);
  };

  async function readAll(): Promise<void> {
    while (failure === null)
      await receiveMessage(device, endpoints.in, idleMs, (bytes) => failure === null && onData(bytes));
  }
  async function send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at === 0 || at < bytes.length; at += transferBytes) {
      const part = bytes.subarray(at, at + transferBytes);
      const { bytesWritten } = await device.transferOut(endpoints.out.endpointNumber, part, writeMs);
      if (bytesWritten !== part.length) throw new Error(`took ${bytesWritten} of ${part.length} bytes`);
    }
  }
  /** The device sees an end only at a packet that is not full. */
  async function writeQueued(): Promise<void> {
    while (queue.length > 0) {
      const batch = takeBatch(queue);
      const bytes = concatBytes(...batch.map((waiting) => waiting.bytes));
      try {
        await send(bytes);
        if (queue.length === 0 && bytes.length % endpoints.out.packetSize === 0)
          await send(new Uint8Array(0));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        fail(error);
        for (const { reject } of batch) reject(refuse('port.lost', port, 'went away', error));
      }
    }
    writing = null;
  }

  await dropStale(device, endpoints.in).catch(async (error) => {
    await device.close();
    throw asOpenError(port, device, error);
  });

  return {
    path: port,
    baudRate: 0,
    listen(data, lost) {
      onData = data;
      onFailure.add(lost);
      reading ??= readAll().catch(fail);
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        queue.push({ bytes: bytes.slice(), resolve, reject });
        writing ??= writeQueued();
      }),
    async drain() {
      await writing;
      if (failure !== null) throw failure;
    },
    setBaudRate: () => Promise.resolve(),
    async close() {
      onFailure.clear();
      fail(new Error('closed'));
      const late = new Promise((resolve) => setTimeout(resolve, closeMs).unref());
      await Promise.race([Promise.all([reading, writing]), late]);
      await device.releaseInterface(endpoints.interfaceNumber).catch(() => undefined);
      await device.close();
    },
  };
}
