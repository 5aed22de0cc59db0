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
  // The box speaks first at the new speed: what we typed at a speed it cannot do would reach its shell as garbage.
  const heard = shell
    .begin((mark) => `rm -f ${flag}; ${watchdog} stty ${baudRate} && sleep 1 && ${mark}`, { timeoutMs: 3000 })
    .then(({ finish }) => finish({ timeoutMs: 1500 }))
    .catch(orTimeout);
  await port.drain();
  await pause(500);
  await port.setBaudRate(baudRate);
  if ((await heard) !== null && (await answers(shell, `: > ${flag}`))) {
    log.info({ port: port.path, baudRate }, 'line speed raised');
    return true;
  }
  log.warn({ port: port.path, baudRate }, 'the higher speed does not work: going back');
  await port.setBaudRate(before);
  await pause(watchdogSeconds * 1000);
  if (await answers(shell, ':')) return false;
  throw new ProvisionerError('console.timeout', `the line did not come back at ${before} baud`);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function orTimeout(error: unknown): null {
  if (error instanceof ProvisionerError && error.code === 'console.timeout') return null;
  throw error;
}

/** Puts the old speed back on both ends. */
export async function restoreSpeed(shell: Shell, before: number): Promise<void> {
  const { port } = shell.line;
  if (port.baudRate === before) return;
  await port.write(encodeUtf8(`stty ${before}\n`));
  await port.drain();
  await pause(300);
  await port.setBaudRate(before);
  await pause(150);
  await answers(shell, ':');
}

async function answers(shell: Shell, command: string): Promise<boolean> {
  for (let tried = 0; tried < 2; tried += 1) {
    await shell.line.port.write(encodeUtf8('\n\n'));
    const end = await shell.run(command, { timeoutMs: 1500 }).catch(orTimeout);
    if (end?.status === 0) return true;
  }
  return false;
}
