// Bytes to an open tty. On Unix straight to its descriptor, which does not block: the library writes in a worker thread and
// needs two hops for each 4 KiB that the kernel takes, which halves what a fast line carries.
import { writeSync } from 'node:fs';
import type { SerialPort } from 'serialport';

type Done = (error?: Error | null) => void;
type UnixBinding = {
  readonly fd: number | null;
  readonly poller: { once(event: 'writable', run: Done): void };
};

const isUnix = (binding: unknown): binding is UnixBinding =>
  typeof binding === 'object' && binding !== null && 'fd' in binding && 'poller' in binding;

/** As much as the kernel takes now, the rest when there is room. */
function writeDirectly(binding: UnixBinding, bytes: Uint8Array, done: Done): void {
  let at = 0;
  const go = (cancelled?: Error | null): void => {
    try {
      if (cancelled || binding.fd === null) throw cancelled ?? new Error('the port was closed');
      while (at < bytes.length) at += writeSync(binding.fd, bytes, at);
      done();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') binding.poller.once('writable', go);
      else done(error as Error);
    }
  };
  go();
}

/** Writes of one port, one after the other. */
export function openWriter(serial: SerialPort): (bytes: Uint8Array, done: Done) => void {
  const binding: unknown = serial.port;
  if (!isUnix(binding)) return (bytes, done) => void serial.write(Buffer.from(bytes), done);
  const queue: { readonly bytes: Uint8Array; readonly done: Done }[] = [];
  const next = () => {
    const [first] = queue;
    if (first === undefined) return;
    writeDirectly(binding, first.bytes, (error) => {
      queue.shift();
      first.done(error);
      next();
    });
  };
  return (bytes, done) => {
    queue.push({ bytes, done });
    if (queue.length === 1) next();
  };
}
