// A pseudo-terminal without a child: the master end as a stream, the slave end by path. @lydell/node-pty brings the
// native call prebuilt; its `open` gives what openpty(3) gives.
import { closeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';

type NativeOpen = { open(columns: number, rows: number): { master: number; slave: number; pty: string } };

const { requireBinary } = createRequire(import.meta.url)('@lydell/node-pty/requireBinary.js') as {
  requireBinary(name: string): NativeOpen;
};
const native = requireBinary('pty.node');

export type Pty = {
  /** Reads what the slave's user wrote, writes what it will read. */
  readonly master: ReadStream;
  readonly slavePath: string;
  /** Kept open so that the master never sees "nobody there". */
  readonly slaveFd: number;
  close(): void;
};

/** @throws Error when the system has no more ptys */
export function openPty(): Pty {
  const { master, slave, pty } = native.open(200, 50);
  const stream = new ReadStream(master);
  stream.on('error', () => stream.destroy());
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    stream.destroy();
    closeSync(slave);
  };
  return { master: stream, slavePath: pty, slaveFd: slave, close };
}
