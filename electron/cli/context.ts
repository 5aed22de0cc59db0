// The engine for one command: built from the environment, closed when the command ends.
import { existsSync } from 'node:fs';
import type { JobEvent } from '../../shared/job.ts';
import { systemClock } from '../core/clock.ts';
import { forkDrivers } from '../core/drivers/fork-drivers.ts';
import { locateHome } from '../core/home.ts';
import { byRecoveryCode } from '../core/keys/second-lock.ts';
import type { Vault } from '../core/keys/vault.ts';
import { openLog } from '../core/log.ts';
import { createServices, type Services } from '../core/services.ts';
import { readAnchors } from '../core/store/anchors.ts';
import { readPassphrase, readRecoveryCode } from './prompt.ts';

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
    startDrivers: forkDrivers,
    ...(emit ? { emit } : {}),
  });
  try {
    return await use(services);
  } finally {
    await services.close();
  }
}

/**
 * Asks for what opens the vault: the passphrase, and the recovery code where there is a second lock.
 * @throws vault.locked vault.damaged vault.second-lock-needed vault.recovery-code-invalid usage.invalid
 */
export const openStationVault = async (services: Services): Promise<Vault> =>
  services.openVault({
    passphrase: await readPassphrase(),
    findSecret: async (lock) => byRecoveryCode(await readRecoveryCode())(lock),
  });

/** Runs with the open vault of the station. */
export const withVault = <T>(use: (vault: Vault, services: Services) => Promise<T>): Promise<T> =>
  withServices(async (services) => use(await openStationVault(services), services));

/** PEM texts of the anchors that this station keeps; none where there is no station yet, and none is made. */
export async function readKeptAnchors(): Promise<string[]> {
  if (!existsSync(locateHome(process.env).database)) return [];
  return withServices(({ db, clock }) => readAnchors(db, clock.now()));
}
