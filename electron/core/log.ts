// The log: JSON lines in one file, always on, with redaction by name as a second net. The first net is that
// nobody passes a secret to it.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination, pino } from 'pino';

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
  return pino({ base: { pid: process.pid }, redact: { paths: redactPaths, censor: '[redacted]' } }, sink);
}

/** For callers that keep no log. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
