// Finding and ending every process of a box, so that nothing outlives its power.
import { readdirSync, readFileSync } from 'node:fs';

/** Session id of a process (proc(5), stat field 6), or null when it is gone. */
function sessionOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  } catch {
    return null;
  }
}

/** True when the process was started with this text in its environment, also when it has left the session. */
function hasInEnvironment(pid: string, text: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(text);
  } catch {
    return false;
  }
}

export type BoxProcesses = { readonly sessionId: number; readonly environment: string };

const belongs = (pid: string, { sessionId, environment }: BoxProcesses) =>
  Number(pid) !== process.pid && (sessionOf(pid) === sessionId || hasInEnvironment(pid, environment));

/** Kills them all. Twice, for what was being started meanwhile. */
export function killProcesses(of: BoxProcesses): void {
  for (let round = 0; round < 2; round += 1) {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && belongs(name, of))) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
  }
}
