// Virtual boxes for tests: the real program in a process of its own, ended after each test file.
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const program = resolve(import.meta.dirname, '..', '..', 'device', 'virtual', 'main.ts');

export type TestBox = {
  readonly port: string;
  readonly serial: string;
  readonly user: string;
  readonly password: string;
  /** reboot, unplug, plug, state, faults */
  control(request: object): Promise<Record<string, unknown>>;
};

export type Boxes = { readonly boxes: readonly TestBox[]; readonly pid: number; stop(): Promise<void> };

const running = new Set<ChildProcess>();

function ask(path: string, request: object): Promise<Record<string, unknown>> {
  return new Promise((done, fail) => {
    const socket = connect(path, () => socket.write(`${JSON.stringify(request)}\n`));
    createInterface({ input: socket }).once('line', (line) => {
      socket.destroy();
      done(JSON.parse(line) as Record<string, unknown>);
    });
    socket.once('error', fail);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  }
  running.delete(child);
}

/** Starts boxes with options of `trustbox virtual`; resolves when all are ready. */
export async function startBoxes(options: readonly string[] = [], count = 1): Promise<Boxes> {
  const args = [
    '--disable-warning=ExperimentalWarning',
    program,
    '--json',
    '--with-parent',
    '--count',
    String(count),
    ...options,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  const boxes: TestBox[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { port, serial, user, password, control } = JSON.parse(line) as Record<
      'port' | 'serial' | 'user' | 'password' | 'control',
      string
    >;
    boxes.push({ port, serial, user, password, control: (request) => ask(control, request) });
    if (boxes.length === count) break;
  }
  if (boxes.length < count) throw new Error('the boxes did not start');
  return { boxes, pid: child.pid ?? 0, stop: () => stop(child) };
}

/** One box, handed to a test and stopped whatever happens. */
export async function withBox<T>(options: readonly string[], use: (box: TestBox) => Promise<T>): Promise<T> {
  const { boxes, stop } = await startBoxes(options);
  try {
    return await use(boxes[0] as TestBox);
  } finally {
    await stop();
  }
}

export const stopAllBoxes = (): Promise<unknown> => Promise.all([...running].map(stop));
