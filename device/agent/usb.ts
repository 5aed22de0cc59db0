// The bulk endpoints of a USB gadget from the box's side. The gadget stays while hosts come and go; should its process die, it is
// taken into use again.
import { setTimeout as rest } from 'node:timers/promises';
import { bulkFraming } from '../../shared/wire/bulk-framing.ts';
import { type FfsPort, openFfs } from '../ffs.ts';
import type { Carrier } from './session.ts';
import type { Link } from './tty.ts';

const reopenMs = 1000;

/** Serves one mounted FunctionFS for ever. @returns what closes it */
export function keepUsb(
  dir: string,
  serve: (carrier: Carrier) => Link,
  log: (line: string) => void,
): () => Promise<void> {
  let isOver = false;
  let ffs: FfsPort | null = null;

  async function serveOnce(): Promise<void> {
    const port = await openFfs(dir);
    ffs = port;
    let queued = 0;
    const write = (bytes: Uint8Array) => {
      queued += bytes.length;
      const settle = () => {
        queued -= bytes.length;
      };
      // What no host takes is lost with its session; the station asks again.
      void port.write(bytes).then(settle, settle);
    };
    const link = serve({ framing: bulkFraming, bytesPerSecond: null, write, queuedBytes: () => queued });
    port.listen(link.receive, link.end);
    await port.ended;
    link.end();
  }
  async function keep(): Promise<void> {
    while (!isOver) {
      await serveOnce().catch((error: Error) => log(error.message));
      if (!isOver) await rest(reopenMs);
    }
  }
  void keep();
  return async () => {
    isOver = true;
    await ffs?.close();
  };
}
