// The engine, built once from its surroundings. Command line, station and shell call the same function.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ProvisionerError } from '../../shared/errors/error.ts';
import type { JobEvent } from '../../shared/job.ts';
import { type LoadedPolicy, parsePolicy } from '../../shared/policy.ts';
import type { Clock } from './clock.ts';
import type { Credentials } from './console/login.ts';
import type { Home } from './home.ts';
import { installDir } from './install.ts';
import { createEngine, type Engine } from './jobs/engine.ts';
import { createJobStore } from './jobs/job-store.ts';
import type { LoadDeps, LoadInputs } from './jobs/load.ts';
import { openVault, type StationKey, type Vault, type VaultOpening } from './keys/vault.ts';
import type { Log } from './log.ts';
import { createLinkOpener, type LinkOpener } from './open-link.ts';
import { type Database, openDatabase } from './store/database.ts';
import { isUsbPort, isUsbPortThere } from './usb-devices.ts';

export type Surroundings = {
  readonly home: Home;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit?: (event: JobEvent) => void;
  /** How long a job waits for a device that went away to come back. */
  readonly reconnectMs?: number;
};

export type Services = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly home: Home;
  readonly engine: Engine;
  /** @throws vault.locked vault.damaged vault.second-lock-needed vault.recovery-code-invalid */
  openVault(opening: VaultOpening): Promise<Vault>;
  /** The station's policy: the given file, its own, or the default for a stock box. @throws policy.invalid */
  readPolicy(path?: string): Promise<LoadedPolicy>;
  readonly openLink: LinkOpener;
  /** The station's signing key; made, with the name, at first use. */
  openStationKey(vault: Vault, stationName?: string): Promise<StationKey>;
  /** What a load needs beside its inputs. */
  prepareLoad(how: {
    vault: Vault;
    credentials: Credentials | null;
    policy: LoadedPolicy;
    stationName?: string;
  }): Promise<LoadDeps>;
  close(): Promise<void>;
};

const defaultPolicy = join(installDir, 'resources', 'policies', 'default.json');
const defaultReconnectMs = 120_000;
const portPollMs = 250;

export function createServices({
  home,
  clock,
  log,
  emit = () => undefined,
  reconnectMs = defaultReconnectMs,
}: Surroundings): Services {
  const db = openDatabase(home.database);
  const store = createJobStore(db, clock);
  const engine = createEngine({
    store,
    clock,
    log,
    emit,
    waitForPort: (port, signal) => waitForPort(port, { signal, reconnectMs }),
  });
  const services: Services = {
    db,
    clock,
    log,
    home,
    engine,
    openVault: (opening) => openVault(db, clock, opening),
    readPolicy: (path) => readPolicy(path ?? (existsSync(home.policy) ? home.policy : defaultPolicy)),
    openLink: createLinkOpener({ log, clock }),
    openStationKey: (vault, stationName) =>
      vault.openStationKey(stationName ?? (process.env.TRUSTBOX_STATION || hostname())),
    async prepareLoad({ vault, credentials, policy, stationName }) {
      const stationKey = await services.openStationKey(vault, stationName);
      const openLink = (port: string, inputs: LoadInputs, signal: AbortSignal) =>
        services.openLink(port, { ...inputs, credentials, signal });
      return { db, clock, vault, policy, stationKey, openLink };
    },
    close: () => db.destroy(),
  };
  return services;
}

async function readPolicy(path: string): Promise<LoadedPolicy> {
  const json = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ProvisionerError('policy.invalid', `${path} cannot be read`, { cause });
  });
  return parsePolicy(json);
}

/** Until the port is there again; looking is cheap, and this is the one place where nobody watches. */
async function waitForPort(
  port: string,
  { signal, reconnectMs }: { signal: AbortSignal; reconnectMs: number },
): Promise<void> {
  const endMs = performance.now() + reconnectMs;
  const isThere = async () =>
    isUsbPort(port) ? isUsbPortThere(port) : process.platform === 'win32' || existsSync(port);
  while (performance.now() < endMs) {
    signal.throwIfAborted();
    // A port that is just coming back may refuse for a moment: a short rest either way.
    await new Promise((resolve) => setTimeout(resolve, portPollMs));
    if (await isThere()) return;
  }
  throw new ProvisionerError('port.lost', `${port} did not come back within ${reconnectMs / 1000} s`, {
    details: { port },
  });
}
