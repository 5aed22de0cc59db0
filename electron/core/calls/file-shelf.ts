// Files that cross between screen and engine by token alone: those the user chose, and those the engine made. What was
// uploaded or made lives in a folder of this session, which goes with it.
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileInfo, FileToken } from '../../../shared/contract/values.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { isAlive } from '../owner.ts';

export type ShelvedFile = { readonly path: string; readonly name: string };

export type FileShelf = {
  /** A file where the user has it; it is not copied. @throws package.unreadable */
  addPath(path: string): Promise<FileInfo>;
  /** A file that comes as bytes. @throws file.too-large package.write-failed */
  addStream(name: string, bytes: Readable): Promise<FileInfo>;
  addText(name: string, content: string | Uint8Array): Promise<FileInfo>;
  /** A place for a file that the engine makes: write to `path`, then call `done`. */
  make(name: string): Promise<{ path: string; done: () => Promise<FileInfo> }>;
  /** @throws file.unknown */
  find(token: string): ShelvedFile;
  close(): Promise<void>;
};

const maxFiles = 2000;
export const maxUploadBytes: number = 16 * 1024 ** 3;

/** Names come from outside: the last part, and nothing a shell or a header could misread. */
const safeName = (name: string): string =>
  basename(name.replaceAll('\\', '/'))
    .replace(/[^\p{L}\p{N} ._()+-]/gu, '_')
    .replace(/^\.+/, '')
    .slice(0, 120) || 'file';

async function* capped(bytes: Readable): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > maxUploadBytes)
      throw new ProvisionerError('file.too-large', `more than ${maxUploadBytes} bytes`);
    yield chunk;
  }
}

/** Folders that killed sessions left behind. */
async function removeLeftovers(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch(() => [] as string[]))
    if (!isAlive(Number(name.split('-')[0]))) await rm(join(dir, name), { recursive: true, force: true });
}

/** @param dir holds one folder per running session */
export async function openFileShelf(dir: string): Promise<FileShelf> {
  await removeLeftovers(dir);
  const files = new Map<string, ShelvedFile>();
  const session = join(dir, `${process.pid}-${randomBytes(8).toString('hex')}`);

  async function add(path: string, name: string): Promise<FileInfo> {
    const found = await stat(path).catch((cause: unknown) => {
      throw new ProvisionerError('package.unreadable', `${name} cannot be read`, { cause });
    });
    if (!found.isFile()) throw new ProvisionerError('package.unreadable', `${name} is not a file`);
    if (files.size >= maxFiles) throw new ProvisionerError('file.too-many', `${maxFiles} files are open`);
    const token = randomBytes(16).toString('hex') as FileToken;
    files.set(token, { path, name });
    return { token, name, sizeBytes: found.size };
  }

  async function make(name: string) {
    const folder = join(session, randomBytes(8).toString('hex'));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, safeName(name));
    return { path, done: () => add(path, safeName(name)) };
  }

  return {
    addPath: (path) => add(path, safeName(path)),
    make,
    async addStream(name, bytes) {
      const { path, done } = await make(name);
      try {
        await pipeline(capped(bytes), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
      } catch (cause) {
        await rm(path, { force: true });
        if (cause instanceof ProvisionerError) throw cause;
        throw new ProvisionerError('package.write-failed', `${safeName(name)} could not be taken in`, {
          cause,
        });
      }
      return done();
    },
    async addText(name, content) {
      const { path, done } = await make(name);
      await writeFile(path, content, { mode: 0o600, flag: 'wx' });
      return done();
    },
    find(token) {
      const file = files.get(token);
      if (file) return file;
      throw new ProvisionerError('file.unknown', 'no such file in this session');
    },
    async close() {
      files.clear();
      await rm(session, { recursive: true, force: true });
    },
  };
}
