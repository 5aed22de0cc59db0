// The log: JSON lines in one file, always on, with redaction by name as a second net. The first net is that
// nobody passes a secret to it.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { destination, pino } from 'pino';
import type { LogLine } from '../../shared/contract/values.ts';
import { readRange } from './files.ts';

/** What the engine needs of a log. Values are plain data; never key material. */
export interface Log {
  debug(event: object, text: string): void;
  info(event: object, text: string): void;
  warn(event: object, text: string): void;
  error(event: object, text: string): void;
}

const secretNames = [
  'password',
  'passphrase',
  'recoveryCode',
  'secret',
  'wrappedKey',
  'classKey',
  'privateKey',
  'keyBase64',
  'token',
];
const redactPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** Opens the station's log file (mode 0600), appending synchronously so that a crash loses no line. */
export function openLog(path: string): Log {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  const sink = destination({ dest: path, sync: true, append: true });
  return pino(
    { level: 'debug', base: { pid: process.pid }, redact: { paths: redactPaths, censor: '[redacted]' } },
    sink,
  );
}

/** For callers that keep no log. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const tailBytes = 512 * 1024;
const levels: Readonly<Record<number, LogLine['level']>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
};

type Entry = { level: number; time: number; port?: unknown; pid: unknown; msg: string };

function asLogLine({ level, time, msg, pid: _pid, port: _port, ...about }: Entry): LogLine {
  const words = Object.entries(about).map(([name, value]) => `${name} ${String(value)}`);
  return {
    at: new Date(time).toISOString(),
    level: levels[level] ?? 'info',
    text: msg,
    about: words.join(', '),
  };
}

function parseEntry(line: string): Entry | null {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    // The first line of a tail is cut, and a crash may cut the last.
    return null;
  }
}

/** The newest lines about a port, newest first; none when there is no log yet. */
export async function readLogOf(path: string, port: string, maxLines: number): Promise<LogLine[]> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const offset = Math.max(0, size - tailBytes);
    const text = new TextDecoder().decode(await readRange(file, { offset, sizeBytes: size - offset }));
    const entries = text.split('\n').map(parseEntry);
    return entries
      .filter((entry) => entry?.port === port)
      .slice(-maxLines)
      .toReversed()
      .flatMap((entry) => (entry ? [asLogLine(entry)] : []));
  } finally {
    await file.close();
  }
}
