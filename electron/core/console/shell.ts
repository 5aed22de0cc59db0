// Commands on the box. After the login a plain `sh` is started whose output is not a terminal: such a shell is not
// interactive (POSIX sh, -i; dash and BusyBox look at output, bash at errors), so it has no prompt, no line editing, no
// history and no bracketed paste, whatever the login shell has. Each command is bracketed by a random marker that its own echo cannot contain.
import { randomBytes } from 'node:crypto';
import { encodeUtf8 } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Log } from '../log.ts';
import type { Wait } from './inbox.ts';
import type { Line } from './login.ts';
import { findCommandEnd, hasRebooted, quote } from './screen.ts';

/** A tty in canonical mode takes 4095 characters a line and drops the rest silently; we stay far below. */
const maxLineChars = 1000;
const defaultTimeoutMs = 20_000;

export type CommandResult = { readonly output: string; readonly status: number };
export type RunOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
};

export type Shell = {
  readonly line: Line;
  /**
   * Runs POSIX shell text; lines of at most 1000 characters, no control characters.
   * @throws console.timeout console.rebooted port.lost
   */
  run(script: string, options?: RunOptions): Promise<CommandResult>;
  /** Starts a command and waits for its ready mark only; `finish` waits for its end. For transfers. */
  begin(
    script: (ready: string) => string,
    options?: RunOptions,
  ): Promise<{ finish(options?: RunOptions): Promise<CommandResult> }>;
  /** Puts back what was changed and ends the shell; also after failures. */
  close(): Promise<void>;
};

const newMarker = () => `T${randomBytes(5).toString('hex')}`;

/** A printf that prints the marker and a tail, with the marker in two halves. */
const printMark = (marker: string, tail: string) =>
  `printf '%s%s${tail}\\n' ${marker.slice(0, 4)} ${marker.slice(4)}`;

function checkLines(script: string): string {
  const long = script.split('\n').find((line) => line.length > maxLineChars);
  if (long !== undefined) throw new RangeError(`a command line of ${long.length} characters`);
  return script;
}

/** Remembers the tty and silences its echo. A command of its own: its echo must not get into the next one's output. */
const silenceEcho = 'unset HISTFILE; S=$(stty -g); stty -echo -ixon';

/** Silences kernel messages and says what was there. The level is touched only where it is loud and we may change it. */
const silenceKernel = [
  'R=$TRUSTBOX_ROOT; K=0; N=.trustbox-level',
  // The level we found is noted on the box: a session that was killed is cleaned up by the next one.
  '[ -r $N ] && read K _ < $N || { [ -n "$S" ] && read K _ < "$R/proc/sys/kernel/printk"; }',
  '[ "$K" -gt 1 ] && echo "$K" > $N && dmesg -n 1 || { rm -f $N; K=; }; echo "$S $K"',
].join('\n');

/** What the box had before us: `stty -g` text and the kernel's console level ('' when we did not change it). */
type Before = { readonly tty: string; readonly kernelLevel: string };

function parseBefore(output: string): Before {
  const found = /^([0-9a-f:]{20,300}) (\d{0,2})$/im.exec(output);
  if (!found) throw new ProvisionerError('console.not-a-shell', `stty -g gave "${quote(output)}"`);
  return { tty: found[1] ?? '', kernelLevel: found[2] ?? '' };
}

const restore = ({ tty, kernelLevel }: Before) =>
  `${kernelLevel ? `dmesg -n ${kernelLevel}; rm -f .trustbox-level; ` : ''}stty ${tty}`;

/** A quiet, non-interactive shell on a line that has a login shell. @throws console.not-a-shell console.timeout */
export async function openShell(
  line: Line,
  log: Log,
  options: { loggedIn: boolean; signal?: AbortSignal | undefined },
): Promise<Shell> {
  const type = (text: string) => line.port.write(encodeUtf8(text));
  let isClosed = false;
  let before: Before | null = null;
  let isGone = false;
  const rebooted = () => {
    isGone = true;
    return new ProvisionerError('console.rebooted', `the box on ${line.port.path} started anew`);
  };

  // `glue`: a line end, or "; " where the end mark must be in the shell's hands before the tty turns raw.
  const send = async (body: string, options: RunOptions, glue: string) => {
    const marker = newMarker();
    const endMark = printMark(marker, 'E%d').replace('%s%s', '\\n%s%s');
    line.inbox.clear();
    await type(checkLines(`${printMark(marker, 'B')}\n${body}${glue}${endMark} $?\n`));
    return { marker, wait: { timeoutMs: options.timeoutMs ?? defaultTimeoutMs, signal: options.signal } };
  };

  const awaitEnd = async (marker: string, wait: Wait): Promise<CommandResult> => {
    const end = await line.inbox.waitFor<CommandResult | 'rebooted'>(
      (text) => findCommandEnd(text, marker) ?? (hasRebooted(text) ? 'rebooted' : null),
      wait,
    );
    if (end === 'rebooted') throw rebooted();
    if (end !== null) return { output: end.output, status: end.status };
    throw new ProvisionerError(
      'console.timeout',
      `no end after ${wait.timeoutMs} ms; last heard: "${quote(line.inbox.text())}"`,
    );
  };

  /** Back to the login shell, with tty and kernel messages as they were. */
  const leave = async () => {
    const back = before === null ? 'true' : restore(before);
    const done = await shell.run(back, { timeoutMs: 4000 }).catch((error: unknown) => {
      if (error instanceof ProvisionerError && error.code !== 'port.lost') return null;
      throw error;
    });
    await type(done === null ? `\u0003\n ${back}\r` : 'exit\n');
    await line.inbox.settle(200, { timeoutMs: 2500 });
  };

  const shell: Shell = {
    line,
    async run(script, options = {}) {
      const { marker, wait } = await send(script, options, '\n');
      const result = await awaitEnd(marker, wait);
      log.debug(
        { port: line.port.path, status: result.status, outputBytes: result.output.length },
        'console command',
      );
      return result;
    },
    async begin(script, options = {}) {
      const ready = newMarker();
      const { marker, wait } = await send(script(printMark(ready, 'R')), options, '; ');
      const seen = await line.inbox.waitFor(
        (text) => (text.includes(`${ready}R`) ? 'ready' : hasRebooted(text) ? 'rebooted' : null),
        wait,
      );
      if (seen === 'rebooted') throw rebooted();
      if (seen === null)
        throw new ProvisionerError('console.timeout', 'the box did not get ready to receive');
      return {
        finish: (more = options) =>
          awaitEnd(marker, { timeoutMs: more.timeoutMs ?? defaultTimeoutMs, signal: more.signal }),
      };
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      // What we changed went with the boot; what we typed now would be typed at a login prompt.
      if (isGone) return;
      // The device may be gone or deaf by now: leaving must not fail, only be tried.
      try {
        await leave();
        if (options.loggedIn) await type(' exit\r');
        await line.inbox.settle(150, { timeoutMs: 1500 });
        await line.port.drain();
      } catch (error) {
        log.debug({ port: line.port.path, reason: String(error) }, 'could not restore the console');
      }
    },
  };
  line.inbox.clear();
  // A session that was there before keeps its history; ours leaves none.
  await type(`${options.loggedIn ? ' unset HISTFILE;' : ''} PS1= PS2= ENV= sh 2>/dev/null | cat\r`);
  await line.inbox.settle(60, { timeoutMs: 1000, signal: options.signal });
  try {
    const wait = { timeoutMs: 10_000, signal: options.signal };
    await shell.run(silenceEcho, wait);
    before = parseBefore((await shell.run(silenceKernel, wait)).output);
  } catch (error) {
    await shell.close();
    throw error;
  }
  return shell;
}
