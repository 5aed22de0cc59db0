// Stands for an engine in the middle of a job: the same messages, no devices.
import type { FromEngine, ToEngine } from '../../../electron/shell/engine-messages.ts';

type Port = {
  on(event: 'message', listener: (message: { data: ToEngine }) => void): void;
  postMessage(message: FromEngine): void;
};
const { parentPort } = process as unknown as { parentPort: Port };

parentPort.on('message', ({ data }) => {
  // Restoring a device takes a while.
  const waitMs = data.kind === 'close' ? 300 : 0;
  setTimeout(() => {
    parentPort.postMessage({ id: data.id, reply: { ok: true, value: data.kind === 'is-busy' } });
  }, waitMs);
});
parentPort.postMessage({ ready: true });
