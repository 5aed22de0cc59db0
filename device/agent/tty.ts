// A serial line from the box's side: a UART, or a USB gadget's ttyGS. It is opened again whenever it goes away.
import { SerialPort } from 'serialport';
import { repairBinding } from '../../shared/serial-binding.ts';
import { serialFraming } from '../../shared/wire/serial-framing.ts';
import type { Carrier } from './session.ts';

export type Link = { receive(bytes: Uint8Array): void; end(): void };

const reopenMs = 500;
const bitsPerByte = 10;

/** Serves one port for ever; `serve` is called anew each time the port is there. @returns what closes it */
export function keepPort(
  { path, baudRate }: { path: string; baudRate: number },
  serve: (carrier: Carrier) => Link,
  log: (line: string) => void,
): () => Promise<void> {
  let isOver = false;
  let serial: SerialPort | null = null;
  let retry: NodeJS.Timeout | undefined;

  function open(): void {
    const port = new SerialPort({ path, baudRate, autoOpen: false });
    serial = port;
    const again = (why: string) => {
      if (isOver) return;
      log(`${path}: ${why}`);
      clearTimeout(retry);
      retry = setTimeout(open, reopenMs);
    };
    port.open((error) => {
      if (error) {
        again(error.message);
        return;
      }
      repairBinding(port.port);
      const write = (bytes: Uint8Array) =>
        void port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      const queuedBytes = () => port.writableLength;
      const link = serve({
        framing: serialFraming,
        bytesPerSecond: baudRate / bitsPerByte,
        write,
        queuedBytes,
      });
      port.on('data', (bytes: Buffer) => link.receive(bytes));
      port.on('error', () => port.close());
      port.once('close', () => {
        link.end();
        again('the line went away');
      });
    });
  }
  open();
  return async () => {
    isOver = true;
    clearTimeout(retry);
    const port = serial;
    if (port?.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
  };
}
