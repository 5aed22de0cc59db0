// A pseudo-terminal without a child: the master end as a stream, the slave end by path. @lydell/node-pty brings the
// native call prebuilt; its `open` gives what openpty(3) gives.
import { closeSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import { ReadStream } from 'node:tty';

type NativeOpen = { open(columns: number, rows: number): { master: number; slave: number; pty: string } };

const { requireBinary } = createRequire(import.meta.url)('@lydell/node-pty/requireBinary.js') as {
  requireBinary(name: string): NativeOpen;
};
const native = requireBinary('pty.node');

export type Pty = {
  /** What the slave's user wrote. */
  readonly reader: ReadStream;
  /** What the slave's user will read; waits while nobody does. */
  readonly writer: Writable;
  readonly slavePath: string;
  /** Kept open so that the master never sees "nobody there". */
  readonly slaveFd: number;
  close(): void;
};

const retryMs = 4;

/** libuv writes to a master as if it blocked and spins while it is full, so the master is written to by hand. */
function openWriter(fd: number): Writable {
  let retry: NodeJS.Timeout | undefined;
  const push = (bytes: Buffer, done: (error?: Error | null) => void): void => {
    try {
      const rest = bytes.subarray(writeSync(fd, bytes));
      if (rest.length === 0) done();
      else push(rest, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN')
        retry = setTimeout(() => push(bytes, done), retryMs);
      else done(error as Error);
    }
  };
  return new Writable({
    write: (bytes: Buffer, _encoding, done) => push(bytes, done),
    destroy(error, done) {
      clearTimeout(retry);
      done(error);
    },
  });
}

/** @throws Error when the system has no more ptys */
export function openPty(): Pty {
  const { master, slave, pty } = native.open(200, 50);
  const reader = new ReadStream(master);
  const writer = openWriter(master);
  reader.on('error', () => reader.destroy());
  writer.on('error', () => writer.destroy());
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    writer.destroy();
    reader.destroy();
    closeSync(slave);
  };
  return { reader, writer, slavePath: pty, slaveFd: slave, close };
}
