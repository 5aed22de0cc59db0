// A real pty whose other end is a real console program, or a virtual box, with everything that crosses it written down.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { SerialPort } from 'serialport';
import { onTestFinished } from 'vitest';
import { needProgram } from '../../device/virtual/programs.ts';
import { openPty } from '../../device/virtual/pty.ts';

export type TappedLine = {
  /** What the station opens. */
  readonly port: string;
  /** Each piece that the station typed. */
  readonly typed: readonly string[];
  /** All that came back, bytes as Latin-1. */
  shown(): string;
  /** Types as a person at another terminal would. */
  type(text: string): void;
  /** Waits until what was shown since the last call matches. @returns it */
  expect(pattern: RegExp): Promise<string>;
};

const waitMs = 10_000;

function tap(far: { readonly reader: Readable; readonly writer: Writable }): TappedLine {
  const near = openPty();
  // Until the station opens it, a tty of its own would echo what the console says back to the console.
  execFileSync(needProgram('stty'), ['raw', '-echo'], { stdio: [near.slaveFd, 'ignore', 'inherit'] });
  const typed: string[] = [];
  let shown = '';
  let seenAt = 0;
  let onShown: () => void = () => undefined;
  near.reader.on('data', (bytes: Buffer) => {
    typed.push(bytes.toString('latin1'));
    far.writer.write(bytes);
  });
  far.reader.on('data', (bytes: Buffer) => {
    shown += bytes.toString('latin1');
    near.writer.write(bytes);
    onShown();
  });
  onTestFinished(() => near.close());
  return {
    port: near.slavePath,
    typed,
    shown: () => shown,
    type: (text) => void far.writer.write(Buffer.from(text, 'latin1')),
    expect: (pattern) =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new Error(`no ${pattern} in ${JSON.stringify(shown.slice(seenAt))}`));
        const late = setTimeout(fail, waitMs);
        onShown = () => {
          const found = shown.slice(seenAt);
          if (!pattern.test(found)) return;
          clearTimeout(late);
          onShown = () => undefined;
          seenAt = shown.length;
          resolve(found);
        };
        onShown();
      }),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await gone;
}

/** A program with a tty of its own as its controlling terminal; `TTY` in its arguments is the name of that tty. */
export function openRealConsole(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): TappedLine {
  const pty = openPty();
  const argv = args.map((arg) => arg.replace('TTY', pty.slavePath.replace('/dev/', '')));
  const child = spawn(needProgram('setsid'), ['-c', program, ...argv], {
    env: { PATH: process.env.PATH ?? '', TERM: 'vt220', PS1: '$ ', HISTFILE: '/dev/null', ...env },
    stdio: [pty.slaveFd, pty.slaveFd, pty.slaveFd],
  });
  onTestFinished(async () => {
    await ended(child);
    pty.close();
  });
  return tap(pty);
}

/** The line of a virtual box, through a tap. */
export async function tapBox(port: string): Promise<TappedLine> {
  const serial = new SerialPort({ path: port, baudRate: 115_200, autoOpen: false, hupcl: false });
  await new Promise<void>((resolve, reject) => serial.open((error) => (error ? reject(error) : resolve())));
  onTestFinished(() => new Promise<void>((resolve) => serial.close(() => resolve())));
  return tap({ reader: serial, writer: serial });
}
