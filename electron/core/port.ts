// A port: bytes in, bytes out, closed by us or lost. The only file that opens a serial one.
import { existsSync, readSync, realpathSync } from 'node:fs';
import { SerialPort } from 'serialport';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { repairBinding } from '../../shared/serial-binding.ts';
import { findHolder } from './port-holder.ts';
import { openWriter } from './tty-write.ts';
import { isUsbPort } from './usb-devices.ts';

const empty = new Uint8Array(0);
const nodePollMs = 300;
const closeTimeoutMs = 2000;

export interface Port {
  readonly path: string;
  readonly baudRate: number;
  /** One listener for bytes, one for the end, in place of those before; `port.lost` says that it was not us. */
  listen(onData: (bytes: Uint8Array) => void, onLost: (error: ProvisionerError) => void): void;
  /** Resolves when the bytes are with the driver. @throws port.lost */
  write(bytes: Uint8Array): Promise<void>;
  /** Waits until what was written has left. */
  drain(): Promise<void>;
  setBaudRate(baudRate: number): Promise<void>;
  close(): Promise<void>;
}

/** The binding gives text only; its words are matched here and nowhere else. */
function asOpenError(path: string, error: Error): ProvisionerError {
  const said = error.message;
  const because = (code: ConstructorParameters<typeof ProvisionerError>[0], more = '') =>
    new ProvisionerError(code, `${path}: ${more || said}`, { details: { port: path }, cause: error });
  if (/no such file|cannot find|ENOENT|file not found/i.test(said))
    return because('port.not-found', 'not there');
  if (/lock|busy|temporarily unavailable|EBUSY/i.test(said)) return because('port.busy', heldBy(path));
  if (/permission|access denied|EACCES|EPERM/i.test(said))
    return because('port.not-permitted', 'permission denied');
  if (/not a (tty|character)|inappropriate ioctl|ENOTTY|is a directory|EISDIR/i.test(said))
    return because('port.not-serial');
  if (/no such device|ENXIO|ENODEV|input\/output/i.test(said)) return because('port.lost');
  return because('port.not-serial');
}

function heldBy(path: string): string {
  const holder = findHolder(path);
  return holder ? `held by ${holder}` : 'held by another program';
}

/**
 * Opens a port exclusively: a serial line (8N1, without flow control), or the bulk link of a `usb:` name, which has no speed.
 * @throws port.not-found port.busy port.not-permitted port.not-serial port.lost
 */
export async function openPort(path: string, baudRate: number): Promise<Port> {
  if (!isUsbPort(path)) return openSerialPort(path, baudRate);
  const { openUsbPort } = await import('./usb-port.ts');
  return openUsbPort(path);
}

async function openSerialPort(path: string, baudRate: number): Promise<Port> {
  const serial = new SerialPort({ path, baudRate, autoOpen: false, lock: true, hupcl: false });
  await new Promise<void>((resolve, reject) =>
    serial.open((error) => (error ? reject(asOpenError(path, error)) : resolve())),
  );
  repairBinding(serial.port, readSync);
  // What the driver kept from before is not an answer to us.
  await new Promise<void>((resolve) => serial.flush(() => resolve()));
  const lost = (cause?: unknown) =>
    new ProvisionerError('port.lost', `${path} went away`, { details: { port: path }, cause });
  let speed = baudRate;
  let failure: ProvisionerError | null = null;
  const onFailure = new Set<(error: ProvisionerError) => void>();
  let listening: ((error: ProvisionerError) => void) | null = null;
  const declareLost = (cause?: unknown) => {
    if (failure !== null) return;
    failure = lost(cause);
    for (const tell of [...onFailure]) tell(failure);
  };
  serial.on('close', (error: Error | null) => declareLost(error ?? undefined));
  serial.on('error', declareLost);
  // A write that waits for room when the cable is pulled may never hear of it: the device node tells.
  const device = realpathSync(path);
  const watch = setInterval(
    () => process.platform !== 'win32' && !existsSync(device) && declareLost(),
    nodePollMs,
  );
  watch.unref();

  const write = openWriter(serial);
  const call = (run: (done: (error?: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => {
      if (failure !== null) return reject(failure);
      onFailure.add(reject);
      run((error) => {
        onFailure.delete(reject);
        if (error) reject(lost(error));
        else resolve();
      });
    });

  return {
    path,
    get baudRate() {
      return speed;
    },
    listen(onData, onLost) {
      serial.removeAllListeners('data');
      if (listening !== null) onFailure.delete(listening);
      listening = onLost;
      serial.on('data', onData);
      onFailure.add(onLost);
    },
    write: (bytes) => call((done) => write(bytes, done)),
    // An empty write comes after all others.
    drain: () => call((done) => write(empty, () => serial.drain(done))),
    async setBaudRate(next) {
      await call((done) => serial.update({ baudRate: next }, done));
      speed = next;
    },
    async close() {
      clearInterval(watch);
      onFailure.clear();
      failure ??= lost();
      serial.removeAllListeners('data');
      if (!serial.isOpen) return;
      const closed = new Promise<void>((resolve) => serial.close(() => resolve()));
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, closeTimeoutMs).unref())]);
    },
  };
}
