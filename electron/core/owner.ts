// Who runs a job or owns a temp file: process id and start time, so that a new process with an old id is not taken for the owner.
import { readFileSync } from 'node:fs';

/** Start time of a process in clock ticks since boot (Linux), '' where the platform does not tell, null when it is gone. */
function startToken(pid: number): string | null {
  if (process.platform !== 'linux') return isAlive(pid) ? '' : null;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? '');
  } catch {
    return null;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** This process as an owner: "pid:start". */
export const ownOwner = (): string => `${process.pid}:${startToken(process.pid) ?? ''}`;

/** False when the process that wrote this owner has ended. */
export function isOwnerAlive(owner: string): boolean {
  const [pid, start] = owner.split(':');
  const now = startToken(Number(pid));
  return now !== null && now === (start ?? '');
}
