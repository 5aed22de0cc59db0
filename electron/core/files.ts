// Files as bytes: positioned reads, streaming digests, writes that are whole or not there.
import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from './owner.ts';

export type FileRange = { readonly offset: number; readonly sizeBytes: number };

const chunkBytes = 1024 * 1024;

/** Reads until the buffer is full or the file ends; returns how many bytes there were. */
export async function readFull(file: FileHandle, into: Uint8Array, offset: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await file.read(into, done, into.length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** A small range as bytes; shorter than asked when the file ends before. */
export async function readRange(file: FileHandle, { offset, sizeBytes }: FileRange): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  return bytes.subarray(0, await readFull(file, bytes, offset));
}

type Chunk = { readonly offset: number; readonly sizeBytes: number };

function* chunksOf(ranges: readonly FileRange[]): Generator<Chunk> {
  for (const { offset, sizeBytes } of ranges) {
    for (let at = 0; at < sizeBytes; at += chunkBytes) {
      yield { offset: offset + at, sizeBytes: Math.min(chunkBytes, sizeBytes - at) };
    }
  }
}

/** Gives the ranges in order as chunks of at most 1 MiB; the next is read while one is worked on. The buffer is reused. */
export async function* readChunks(
  file: FileHandle,
  ranges: readonly FileRange[],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const buffers = [new Uint8Array(chunkBytes), new Uint8Array(chunkBytes)] as const;
  const chunks = chunksOf(ranges);
  let turn = 0;
  const readNext = () => {
    const next = chunks.next();
    if (next.done) return null;
    const into = (buffers[turn++ & 1] as Uint8Array).subarray(0, next.value.sizeBytes);
    return readFull(file, into, next.value.offset).then((read) => into.subarray(0, read));
  };
  let pending = readNext();
  while (pending !== null) {
    const chunk = await pending;
    signal?.throwIfAborted();
    pending = readNext();
    yield chunk;
  }
}

/** SHA-256 over the ranges in order, 32 bytes. */
export async function hashRanges(
  file: FileHandle,
  ranges: readonly FileRange[],
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of readChunks(file, ranges, signal)) hash.update(chunk);
  return new Uint8Array(hash.digest());
}

/** SHA-256 and size of a whole file. */
export async function hashFile(
  path: string,
  signal?: AbortSignal,
): Promise<{ sha256: Uint8Array; sizeBytes: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return { sha256: await hashRanges(file, [{ offset: 0, sizeBytes: size }], signal), sizeBytes: size };
  } finally {
    await file.close();
  }
}

/** SHA-256 of the first bytes of a file. */
export async function hashPrefix(path: string, sizeBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  const file = await open(path, 'r');
  return hashRanges(file, [{ offset: 0, sizeBytes }], signal).finally(() => file.close());
}

const tempSuffix = '.trustbox-part';

/** Temp files that a killed process left beside this target. */
async function removeLeftovers(target: string): Promise<void> {
  const prefix = `.${basename(target)}.`;
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix) || !name.endsWith(tempSuffix)) continue;
    if (!isAlive(Number(name.slice(prefix.length).split('-')[0])))
      await rm(join(dirname(target), name), { force: true });
  }
}

/** Makes a rename durable. Not possible, and not needed, on Windows. */
async function syncDir(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const dir = await open(path, 'r');
  await dir.sync().finally(() => dir.close());
}

/**
 * Writes a file that is there whole or not at all: a temp file beside the target, flushed, then renamed. Whatever
 * `write` throws, the temp file is gone afterwards.
 */
export async function writeAtomically<T>(
  target: string,
  write: (file: FileHandle, tempPath: string) => Promise<T>,
  mode = 0o644,
): Promise<T> {
  await removeLeftovers(target);
  const temp = join(
    dirname(target),
    `.${basename(target)}.${process.pid}-${randomBytes(4).toString('hex')}${tempSuffix}`,
  );
  try {
    const file = await open(temp, 'wx+', mode);
    let value: T;
    try {
      value = await write(file, temp);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temp, target);
    await syncDir(dirname(target));
    return value;
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
}
