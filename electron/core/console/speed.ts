// Raising the speed of a console for the length of a visit. The box switches its own tty and, unless it is told within
// a few seconds that the station can still be heard, switches back by itself; so does the station.
import { encodeUtf8 } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Log } from '../log.ts';
import type { Shell } from './shell.ts';

const watchdogSeconds = 5;

/**
 * @returns true when the line now runs at the new speed, false when it stayed at, or went back to, the old one
 * @throws port.lost
 */
export async function raiseSpeed(shell: Shell, baudRate: number, log: Log): Promise<boolean> {
  const { port } = shell.line;
  const before = port.baudRate;
  const flag = '.trustbox-speed';
  const watchdog = `(sleep ${watchdogSeconds}; [ -e ${flag} ] || stty ${before}; rm -f ${flag}) < /dev/tty > /dev/null 2>&1 &`;
  await port.write(encodeUtf8(`rm -f ${flag}; ${watchdog} sleep 0.2; stty ${baudRate}\n`));
  await port.drain();
  await new Promise((resolve) => setTimeout(resolve, 600));
  await port.setBaudRate(baudRate);
  await new Promise((resolve) => setTimeout(resolve, 150));
  if (await answers(shell, `: > ${flag}`)) {
    log.info({ port: port.path, baudRate }, 'line speed raised');
    return true;
  }
  log.warn({ port: port.path, baudRate }, 'nothing answers at the higher speed: going back');
  await port.setBaudRate(before);
  await new Promise((resolve) => setTimeout(resolve, watchdogSeconds * 1000));
  if (await answers(shell, ':')) return false;
  throw new ProvisionerError('console.timeout', `the line did not come back at ${before} baud`);
}

/** Puts the old speed back on both ends. */
export async function restoreSpeed(shell: Shell, before: number): Promise<void> {
  const { port } = shell.line;
  if (port.baudRate === before) return;
  await port.write(encodeUtf8(`stty ${before}\n`));
  await port.drain();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await port.setBaudRate(before);
  await new Promise((resolve) => setTimeout(resolve, 150));
  await answers(shell, ':');
}

async function answers(shell: Shell, command: string): Promise<boolean> {
  for (let tried = 0; tried < 2; tried += 1) {
    await shell.line.port.write(encodeUtf8('\n\n'));
    const end = await shell.run(command, { timeoutMs: 1500 }).catch((error: unknown) => {
      if (error instanceof ProvisionerError && error.code === 'console.timeout') return null;
      throw error;
    });
    if (end?.status === 0) return true;
  }
  return false;
}
