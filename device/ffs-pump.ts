// The process that holds the endpoint files of a FunctionFS gadget. Its reads and writes block in the kernel until a host
// asks, which would keep threads of the agent busy and could not be taken back; here they may, and killing ends them.
// Speaks with ffs.ts over the IPC channel. Usage: ffs-pump.ts DIR
import { constants, openSync, read, write, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { concatBytes } from '../shared/bytes.ts';
import {
  encodeDescriptors,
  encodeStrings,
  endpointFiles,
  packetBytes,
  parseEvents,
} from './ffs-descriptors.ts';

/** To the pump. `turn`: which plugging-in the bytes are for; those for an earlier one are dropped. */
export type PumpRequest = { readonly turn: number; readonly bytes: Uint8Array };

/** From the pump. `done` and `dropped` answer requests in their order. */
export type PumpReport =
  | { readonly kind: 'ready' | 'down' | 'done' | 'dropped' }
  | { readonly kind: 'up'; readonly turn: number }
  | { readonly kind: 'data'; readonly bytes: Uint8Array };

/** The kernel copies through one contiguous buffer of this size: more may not be there on a box that has run long. */
const transferBytes = 32 * 1024;
const restMs = 100;

const readAsync = promisify(read);
const writeAsync = promisify(write);
const dir = process.argv[2] ?? '';
const queue: PumpRequest[] = [];
let turn = 0;
let isUp = false;
let isWriting = false;

/** Resolves when there is room for more: at once, or when the channel has taken this. Serializes before it returns. */
const report = (what: PumpReport): Promise<void> =>
  new Promise((resolve) => {
    if (process.send?.(what, () => resolve())) resolve();
  });
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';
/** Unplugged, told by a signal, or a control request that we refused: not the end. */
const isPassing = (error: unknown) =>
  ['ESHUTDOWN', 'EINTR', 'EL2HLT', 'EIDRM', 'EAGAIN'].includes(codeOf(error));
/** A blocked call would hold a plain exit up for ever. */
const end = () => process.kill(process.pid, 'SIGKILL');

const ep0 = openSync(join(dir, 'ep0'), constants.O_RDWR);
writeSync(ep0, encodeDescriptors());
writeSync(ep0, encodeStrings());
const epIn = openSync(join(dir, endpointFiles.in), constants.O_WRONLY);
const epOut = openSync(join(dir, endpointFiles.out), constants.O_RDONLY);

/** Reads for ever; a read that ends by unplugging is begun again, and waits for the next plugging-in. */
async function readAll(
  fd: number,
  sizeBytes: number,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const buffer = new Uint8Array(sizeBytes);
  for (;;) {
    try {
      const { bytesRead } = await readAsync(fd, buffer, 0, sizeBytes, null);
      if (bytesRead > 0) await take(buffer.subarray(0, bytesRead));
    } catch (error) {
      if (!isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  }
}

async function hear(bytes: Uint8Array): Promise<void> {
  for (const event of parseEvents(bytes)) {
    if (event === 'enable') {
      isUp = true;
      turn += 1;
      await report({ kind: 'up', turn });
    } else if ((event === 'disable' || event === 'unbind') && isUp) {
      isUp = false;
      await report({ kind: 'down' });
    }
  }
}

/** Whole transfers; the last one ends short, by an empty packet if need be, so that the host knows that this was all. */
async function writeWhole(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; )
    at += await writeAsync(epIn, bytes, at, Math.min(transferBytes, bytes.length - at)).then(
      ({ bytesWritten }) => bytesWritten,
    );
  if (bytes.length % packetBytes.full === 0) await writeAsync(epIn, bytes, 0, 0);
}

/** As many requests as belong into one transfer; stale ones are dropped before. */
async function takeBatch(): Promise<PumpRequest[]> {
  while (queue[0] && (queue[0].turn !== turn || !isUp)) {
    queue.shift();
    await report({ kind: 'dropped' });
  }
  const batch: PumpRequest[] = [];
  for (let sizeBytes = 0; queue[0]?.turn === turn && sizeBytes < transferBytes; ) {
    sizeBytes += queue[0].bytes.length;
    batch.push(...queue.splice(0, 1));
  }
  return batch;
}

async function writeQueued(): Promise<void> {
  for (let batch = await takeBatch(); batch.length > 0; batch = await takeBatch()) {
    const outcome = await writeWhole(concatBytes(...batch.map(({ bytes }) => bytes))).then(
      () => 'done' as const,
      (error) => {
        if (!isPassing(error)) throw error;
        return 'dropped' as const;
      },
    );
    for (const _ of batch) await report({ kind: outcome });
  }
}

function wake(): void {
  if (isWriting) return;
  isWriting = true;
  writeQueued().then(() => {
    isWriting = false;
    if (queue.length > 0) wake();
  }, end);
}

process.on('disconnect', end);
process.on('message', (request: PumpRequest) => {
  queue.push(request);
  wake();
});
readAll(ep0, 4 * 12, hear).catch(end);
readAll(epOut, transferBytes, (bytes) => report({ kind: 'data', bytes })).catch(end);
await report({ kind: 'ready' });
