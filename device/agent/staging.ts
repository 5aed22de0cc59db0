// Where files from the station land: one folder, bare names, a part file for each unfinished transfer. A part outlives
// sessions, unplugging and reboots; a file has its name only when its digest is right and it is on the disk.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes, toHex } from '../../shared/bytes.ts';
import type { CallAnswer, CallRequest } from '../../shared/wire/calls.ts';
import { inTurn } from '../in-turn.ts';
import { CallFailure } from './failure.ts';

type Transfer = {
  readonly name: string;
  readonly partPath: string;
  readonly sizeBytes: number;
  readonly file: FileHandle;
  hash: Hash;
  offset: number;
};

/** Unfinished transfers that are kept, and that are open at once; older ones make room. */
const maxParts = 4;
/** Left free for the rest of the system. */
const marginBytes = 1024 * 1024;

const bytesOf = (hash: Hash) => new Uint8Array(hash.copy().digest());

async function hashOf(path: string): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash;
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

function asFailure(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new CallFailure(
    code === 'ENOSPC' || code === 'EFBIG' || code === 'EDQUOT' ? 'no-space' : 'failed',
    message,
  );
}

export type Staging = ReturnType<typeof openStaging>;

export function openStaging(dir: string) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const transfers = new Map<number, Transfer>();
  // What an ended session still writes is done before the next one looks at its parts.
  const orderly = inTurn();
  let nextHandle = 1;
  const pathOf = (name: string) => join(dir, name);

  async function forgetOldParts(keep: string): Promise<void> {
    const names = (await readdir(dir)).filter((name) => name.endsWith('.part') && join(dir, name) !== keep);
    const aged = await Promise.all(
      names.map(async (name) => ({
        name,
        atMs: await stat(pathOf(name)).then(
          (s) => s.mtimeMs,
          () => 0,
        ),
      })),
    );
    const old = aged.toSorted((a, b) => b.atMs - a.atMs).slice(maxParts - 1);
    await Promise.all(old.map(({ name }) => rm(pathOf(name), { force: true })));
  }
  async function refuseFull(wantedBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(dir);
    if (bavail * bsize < wantedBytes + marginBytes)
      throw new CallFailure('no-space', `${bavail * bsize} bytes are free, ${wantedBytes} are wanted`);
  }
  const drop = async (handle: number, transfer: Transfer, isKept: boolean) => {
    transfers.delete(handle);
    await transfer.file.close();
    if (!isKept) await rm(transfer.partPath, { force: true });
  };
  const find = (handle: number): Transfer => {
    const transfer = transfers.get(handle);
    if (transfer) return transfer;
    throw new CallFailure('not-found', `no transfer ${handle}`);
  };

  async function begin(request: CallRequest<'file-begin'>): Promise<CallAnswer<'file-begin'>> {
    const partPath = pathOf(`.${toHex(request.id)}.part`);
    for (const [handle, other] of transfers) if (other.partPath === partPath) await drop(handle, other, true);
    await forgetOldParts(partPath);
    const file = await open(partPath, request.restart ? 'w' : 'a+', 0o600);
    try {
      const { size } = await file.stat();
      if (size > request.sizeBytes) await file.truncate(0);
      const offset = size > request.sizeBytes ? 0 : size;
      await refuseFull(request.sizeBytes - offset);
      const hash = await hashOf(partPath);
      for (const [first, other] of transfers) if (transfers.size >= maxParts) await drop(first, other, true);
      const handle = nextHandle++;
      transfers.set(handle, {
        name: request.name,
        partPath,
        sizeBytes: request.sizeBytes,
        file,
        hash,
        offset,
      });
      return { handle, offset, prefix: bytesOf(hash) };
    } catch (error) {
      await file.close();
      throw asFailure(error);
    }
  }
  async function append(handle: number, bytes: Uint8Array): Promise<void> {
    const transfer = transfers.get(handle);
    if (transfer === undefined) return;
    try {
      if (transfer.offset + bytes.length > transfer.sizeBytes)
        throw new CallFailure('bad-request', 'more bytes than were announced');
      await transfer.file.appendFile(bytes);
      transfer.hash.update(bytes);
      transfer.offset += bytes.length;
    } catch (error) {
      const failure = asFailure(error);
      await drop(handle, transfer, false);
      throw failure;
    }
  }
  async function end({ handle, sha256 }: CallRequest<'file-end'>): Promise<void> {
    const transfer = find(handle);
    const isWhole = transfer.offset === transfer.sizeBytes;
    const isRight = isWhole && equalBytes(bytesOf(transfer.hash), sha256);
    if (isRight) await transfer.file.datasync();
    // An incomplete part can be completed; a complete one that is wrong is worth nothing.
    await drop(handle, transfer, isRight || !isWhole);
    if (!isWhole)
      throw new CallFailure('bad-request', `${transfer.offset} of ${transfer.sizeBytes} bytes are here`);
    if (!isRight) throw new CallFailure('refused', 'the digest of the whole file is another one');
    await rename(transfer.partPath, pathOf(transfer.name));
  }
  async function probe(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return hashOf(pathOf(name)).then(bytesOf, (error: unknown) => {
      if (isMissing(error)) return null;
      throw asFailure(error);
    });
  }

  return {
    begin: (request: CallRequest<'file-begin'>) => orderly(() => begin(request)),
    /** Nothing happens for a transfer that was given up already. @throws CallFailure, the transfer is over */
    append: (handle: number, bytes: Uint8Array) => orderly(() => append(handle, bytes)),
    end: (request: CallRequest<'file-end'>) => orderly(() => end(request)),
    /** True when a transfer ever had this handle. */
    isKnown: (handle: number): boolean => handle >= 1 && handle < nextHandle,
    probe,
    remove: (name: string): Promise<void> => rm(pathOf(name), { force: true }),
    /** The session is over: parts stay. */
    close: () =>
      orderly(async () => {
        for (const [handle, transfer] of transfers) await drop(handle, transfer, true);
      }),
  };
}
