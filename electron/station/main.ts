// `trustbox station`: the app on loopback, for a browser. Prints its address, opens nothing by itself, and runs until it
// is told to stop; a second Ctrl-C does not wait for jobs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { AnyEvent } from '../../shared/contract/contract.ts';
import { errorToData } from '../../shared/errors/error.ts';
import { createDesk } from '../core/calls/desk.ts';
import { systemClock } from '../core/clock.ts';
import { forkDrivers } from '../core/drivers/fork-drivers.ts';
import { locateHome } from '../core/home.ts';
import { openLog } from '../core/log.ts';
import { startStation } from './server.ts';

const folder = join(import.meta.dirname, '..', '..', 'out', 'renderer');

async function openStation(port: number): Promise<{ url: string; close(): Promise<void> }> {
  const home = locateHome(process.env);
  const log = openLog(home.log);
  let tell: (event: AnyEvent) => void = () => undefined;
  const demoAnchor = process.env.TRUSTBOX_DEMO_ANCHOR;
  const desk = await createDesk({
    home,
    clock: systemClock,
    log,
    demoAnchor,
    emit: (event) => tell(event),
    startDrivers: forkDrivers,
  });
  const station = await startStation(desk, { folder, port });
  tell = station.tell;
  const close = async () => {
    await station.close();
    await desk.close();
  };
  return { url: station.url(), close };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '0' }, json: { type: 'boolean' } },
  });
  if (!existsSync(join(folder, 'index.html')))
    throw new Error('the screens are not built: run `npm run build`');
  const station = await openStation(Number(values.port));
  console.log(values.json ? JSON.stringify({ url: station.url }) : `TrustBox station: ${station.url}`);
  let isEnding = false;
  const end = async () => {
    if (isEnding) process.exit(130);
    isEnding = true;
    await station.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}

main().catch((error: unknown) => {
  const { title, message, advice } = errorToData(error);
  console.error(`${title}: ${message}\n${advice}`);
  process.exit(1);
});
