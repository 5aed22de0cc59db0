// The box's end of a USB bulk link: a FunctionFS gadget function with one bulk endpoint each way, as a port of bytes.
// Needs a mounted FunctionFS; whoever makes the gadget binds it to the UDC when this has resolved.
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { ProvisionerError } from '../shared/errors/error.ts';
import type { PumpReport, PumpRequest } from './ffs-pump.ts';

export type FfsPort = {
  /**
   * One listener for bytes, and one for each time that the host lets go (`port.lost`): cable out, station off. The port
   * stays, and goes on when a host is there again.
   */
  listen(onData: (bytes: Uint8Array) => void, onLost: (error: ProvisionerError) => void): void;
  /** Resolves when the host has taken the bytes. @throws port.lost when there is no host, or it let go */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  /** Settles when the gadget is no longer held, by our closing or because its process died. */
  readonly ended: Promise<void>;
};

type Waiting = { readonly resolve: () => void; readonly reject: (error: ProvisionerError) => void };

const pump = join(import.meta.dirname, 'ffs-pump.ts');

/** Resolves when the descriptors are with the kernel. @throws port.not-found port.lost */
function startPump(dir: string): Promise<ChildProcess> {
  const child = fork(pump, [dir], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('exit', () =>
      reject(new ProvisionerError('port.not-found', `${dir} takes no descriptors: ${said.trim()}`)),
    );
  });
}

/**
 * Takes a mounted, unused FunctionFS (`dir`) into use.
 * @throws port.not-found when there is none, or another process has it
 */
export async function openFfs(dir: string): Promise<FfsPort> {
  const child = await startPump(dir);
  const waiting: Waiting[] = [];
  let onData: (bytes: Uint8Array) => void = () => undefined;
  let onLost: (error: ProvisionerError) => void = () => undefined;
  let turn: number | null = null;
  let isOver = false;
  const lost = (why: string) =>
    new ProvisionerError('port.lost', `${dir}: ${why}`, { details: { port: dir } });

  const goDown = (why: string) => {
    turn = null;
    onLost(lost(why));
  };
  const hear = (report: PumpReport) => {
    if (report.kind === 'data') onData(report.bytes);
    else if (report.kind === 'up') turn = report.turn;
    else if (report.kind === 'down') goDown('the host let go');
    else if (report.kind === 'done') waiting.shift()?.resolve();
    else if (report.kind === 'dropped') waiting.shift()?.reject(lost('the host let go'));
  };
  child.on('message', hear);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void ended.then(() => {
    for (const { reject } of waiting.splice(0)) reject(lost('closed'));
    if (!isOver) goDown('the gadget is gone');
    isOver = true;
  });

  return {
    listen(data, gone) {
      onData = data;
      onLost = gone;
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (turn === null || isOver) return reject(lost('no host is there'));
        waiting.push({ resolve, reject });
        child.send({ turn, bytes } satisfies PumpRequest);
      }),
    ended,
    async close() {
      isOver = true;
      child.kill('SIGKILL');
      await ended;
    },
  };
}
