// The engine for one command: built from the environment, closed when the command ends.
import type { JobEvent } from '../../shared/job.ts';
import { systemClock } from '../core/clock.ts';
import { locateHome } from '../core/home.ts';
import { openLog } from '../core/log.ts';
import { createServices, type Services } from '../core/services.ts';

/** Runs with the station's services. */
export async function withServices<T>(
  use: (services: Services) => Promise<T>,
  emit?: (event: JobEvent) => void,
): Promise<T> {
  const home = locateHome(process.env);
  const services = createServices({
    home,
    clock: systemClock,
    log: openLog(home.log),
    ...(emit ? { emit } : {}),
  });
  try {
    return await use(services);
  } finally {
    await services.close();
  }
}
