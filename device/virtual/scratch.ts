// The folder a box lives in. Its name says whose it is, so that what a killed program left is found and removed.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'trustbox-virtual-';

/** A new folder that only this user may enter. */
export const makeScratch = (): string => mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes folders whose program is gone without having cleaned up (killed, or a power cut of this machine). */
export function sweepScratch(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
