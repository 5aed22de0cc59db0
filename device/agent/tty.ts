// A serial line from the box's side: a UART, or a USB gadget's ttyGS. It is opened again whenever it goes away.
import { readSync } from 'node:fs';
import { SerialPort } from 'serialport';
import { repairBinding } from '../../shared/serial-binding.ts';
import { serialFraming } from '../../shared/wire/serial-framing.ts';
import type { Carrier } from './session.ts';

export type Link = { receive(bytes: Uint8Array): void; end(): void };

const reopenMs = 500;

function once(run: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) run();
    isDone = true;
  };
}

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
      repairBinding(port.port, readSync);
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
      const gone = once(() => {
        link.end();
        again('the line went away');
      });
      // A write that was under way fails after the line was hung up, and closing it then is an error of its own, and so on for ever.
      port.on('error', () => {
        if (port.isOpen) port.close(gone);
        else if (!port.closing) gone();
      });
      port.once('close', gone);
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
