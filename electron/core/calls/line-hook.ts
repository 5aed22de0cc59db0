// The site's own command after each unit: JSON on its stdin. Named in settings.json by whoever administers the station,
// never by the screen.
import { spawn } from 'node:child_process';
import type { Log } from '../log.ts';

const hookMs = 30_000;

export function runLineHook(command: readonly string[], unit: object, log: Log): void {
  const [program, ...args] = command;
  if (program === undefined) return;
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], timeout: hookMs, shell: false });
  child.on('error', (error) => log.warn({ program, error: error.message }, 'line hook did not start'));
  child.on('exit', (status, signal) => {
    if (status !== 0) log.warn({ program, status, signal }, 'line hook failed');
  });
  // A hook that does not read its stdin is no fault of the line's.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${JSON.stringify(unit)}\n`);
}
