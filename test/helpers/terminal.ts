// A bare serial terminal for tests, without anything of the console link: bytes out, text in, wait for a pattern.
import { SerialPort } from 'serialport';
import type { VirtualBox } from './virtual-box.ts';

export type Terminal = {
  /** Everything heard since the last `expect`, bytes as Latin-1. */
  heard(): string;
  write(text: string | Uint8Array): void;
  /** Waits for the pattern and forgets all up to its end. @returns the text before and including it */
  expect(pattern: RegExp, timeoutMs?: number): Promise<string>;
  setBaudRate(baudRate: number): Promise<void>;
  /** Resolves when the port hangs up. */
  readonly lost: Promise<void>;
  close(): Promise<void>;
};

const opened = new Set<Terminal>();

export async function openTerminal(path: string, baudRate = 115_200): Promise<Terminal> {
  const port = new SerialPort({ path, baudRate, autoOpen: false, hupcl: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  let text = '';
  let onHeard: () => void = () => undefined;
  port.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    onHeard();
  });
  const lost = new Promise<void>((resolve) => port.once('close', () => resolve()));
  const terminal: Terminal = {
    lost,
    heard: () => text,
    write: (data) => void port.write(typeof data === 'string' ? data : Buffer.from(data)),
    expect: (pattern, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          onHeard = () => undefined;
          reject(new Error(`no ${pattern} in ${JSON.stringify(text.slice(-600))}`));
        }, timeoutMs);
        onHeard = () => {
          const found = pattern.exec(text);
          if (!found) return;
          clearTimeout(late);
          onHeard = () => undefined;
          const end = found.index + found[0].length;
          const seen = text.slice(0, end);
          text = text.slice(end);
          resolve(seen);
        };
        onHeard();
      }),
    setBaudRate: (speed) =>
      new Promise((resolve, reject) =>
        port.update({ baudRate: speed }, (error) => (error ? reject(error) : resolve())),
      ),
    async close() {
      opened.delete(terminal);
      if (port.isOpen) await new Promise<void>((resolve) => port.close(() => resolve()));
    },
  };
  opened.add(terminal);
  return terminal;
}

export async function closeTerminals(): Promise<void> {
  await Promise.all([...opened].map((terminal) => terminal.close()));
}

/** Types user and password and waits for a shell that answers. */
export async function logIn(terminal: Terminal, { user, password }: Pick<VirtualBox, 'user' | 'password'>) {
  terminal.write('\r');
  await terminal.expect(/login: $/);
  terminal.write(`${user}\r`);
  await terminal.expect(/Password: $/);
  terminal.write(`${password}\r`);
  await terminal.expect(/[$#] (?:\u001b\[[0-9;?]*[a-zA-Z])*$/);
  // Quiet from here on: no echo, no prompt, no line editing.
  terminal.write(' stty -echo; PS1= PS2= exec sh 2>&1 | cat; exit\r');
  terminal.write(" printf '%s%s\\n' rea dy\n");
  await terminal.expect(/ready\r?\n/);
}

export type Ran = { readonly output: string; readonly status: number };

let commandNumber = 0;

/** Runs a command in a shell that `logIn` left. */
export async function runCommand(terminal: Terminal, command: string, timeoutMs = 20_000): Promise<Ran> {
  commandNumber += 1;
  const mark = `M${commandNumber}`;
  terminal.write(`${command}\nprintf '%s%s %d\\n' EN${mark.slice(0, 1)} ${mark.slice(1)} $?\n`);
  const seen = await terminal.expect(new RegExp(`EN${mark} (\\d+)\\r?\\n`), timeoutMs);
  const end = /EN(?:M\d+) (\d+)\r?\n$/.exec(seen);
  return {
    output: seen.slice(0, end?.index ?? 0).replaceAll('\r\n', '\n'),
    status: Number(end?.[1] ?? Number.NaN),
  };
}

/** A terminal on a box, logged in. */
export async function openSession(box: VirtualBox, baudRate = 115_200): Promise<Terminal> {
  const terminal = await openTerminal(box.port, baudRate);
  await logIn(terminal, box);
  return terminal;
}
