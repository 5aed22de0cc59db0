// Virtual boxes for tests: the real program in a process of its own, real ptys, a real shell.
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { BoxState } from '../../device/virtual/box.ts';
import type { ControlRequest } from '../../device/virtual/cpm-door.ts';

const program = resolve(import.meta.dirname, '..', '..', 'device', 'virtual', 'main.ts');
const readyTimeoutMs = 30_000;

export type VirtualBox = {
  readonly port: string;
  readonly serial: string;
  readonly profile: string;
  readonly user: string;
  readonly password: string;
  /** Path of the control socket; the box's scratch folder is its folder. */
  readonly controlPath: string;
  /** File with what the factory of an attesting box lists; absent for a stock box. */
  readonly evidencePolicy?: string;
  /** Reboots, unplugs, plugs, changes fault rates; resolves when it is done. */
  control(request: ControlRequest): Promise<void>;
  /** The truth on the box's side. */
  state(): Promise<BoxState>;
};

export type VirtualBoxes = {
  readonly boxes: readonly VirtualBox[];
  readonly pid: number;
  /** Ends the program and waits for its end; harmless when it is gone. @returns its exit status, null after a signal */
  stop(): Promise<number | null>;
};

/** One request to a box's control socket, and its answer. */
export function askBox(path: string, request: ControlRequest): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${JSON.stringify(request)}\n`));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the box closed its control socket')));
    socket.on('data', (part: string) => {
      text += part;
      if (!text.endsWith('\n')) return;
      socket.destroy();
      const answer = JSON.parse(text) as Record<string, unknown>;
      if (typeof answer.error === 'string') reject(new Error(answer.error));
      else resolve(answer);
    });
  });
}

function asBox(line: string): VirtualBox {
  const { control: controlPath, ...announced } = JSON.parse(line) as Omit<VirtualBox, 'controlPath'> & {
    control: string;
  };
  return {
    ...announced,
    controlPath,
    control: async (request) => void (await askBox(controlPath, request)),
    state: async () => (await askBox(controlPath, { do: 'state' })) as unknown as BoxState,
  };
}

/** Reads announcements until there are so many. */
async function readBoxes(child: ChildProcess, count: number): Promise<VirtualBox[]> {
  const boxes: VirtualBox[] = [];
  if (!child.stdout) throw new Error('no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    boxes.push(asBox(line));
    if (boxes.length === count) return boxes;
  }
  throw new Error(`the virtual boxes ended after ${boxes.length} of ${count}`);
}

const running = new Set<VirtualBoxes>();

/** Starts boxes with these options of `trustbox virtual` (without --json and --count) and waits until they are ready. */
export async function startVirtualBoxes(options: readonly string[] = [], count = 1): Promise<VirtualBoxes> {
  const argv = [program, '--json', '--with-parent', '--count', String(count), ...options];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((done) => child.once('exit', (status) => done(status)));
  const late = setTimeout(() => child.kill(), readyTimeoutMs);
  const boxes = await readBoxes(child, count)
    .catch(async (error: Error) => {
      throw new Error(`${error.message}: ${(await ended) ?? child.signalCode}`);
    })
    .finally(() => clearTimeout(late));
  const started: VirtualBoxes = {
    boxes,
    pid: child.pid ?? 0,
    async stop() {
      running.delete(started);
      child.kill('SIGTERM');
      return ended;
    },
  };
  running.add(started);
  return started;
}

/** One box. */
export async function startVirtualBox(options: readonly string[] = []): Promise<VirtualBox> {
  const { boxes } = await startVirtualBoxes(options);
  const [box] = boxes;
  if (!box) throw new Error('no box');
  return box;
}

/** For afterEach: nothing that a test started stays. */
export async function stopVirtualBoxes(): Promise<void> {
  await Promise.all([...running].map((started) => started.stop()));
}

/** The scratch folder of a box. */
export const scratchOf = (box: VirtualBox): string => join(box.controlPath, '..');

/** One box, handed to a test and stopped whatever happens. */
export async function withBox<T>(
  options: readonly string[],
  use: (box: VirtualBox) => Promise<T>,
): Promise<T> {
  const { boxes, stop } = await startVirtualBoxes(options);
  try {
    return await use(boxes[0] as VirtualBox);
  } finally {
    await stop();
  }
}
