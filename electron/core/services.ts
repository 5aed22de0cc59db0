// The engine, built once from its surroundings. Command line, station and shell call the same function.
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ProvisionerError } from '../../shared/errors/error.ts';
import type { JobEvent } from '../../shared/job.ts';
import type { LinkState } from '../../shared/link.ts';
import type { LoadedPolicy } from '../../shared/policy.ts';
import { readSettings } from './calls/settings.ts';
import type { Clock } from './clock.ts';
import type { Credentials } from './console/login.ts';
import { type Drivers, localDrivers } from './drivers/drivers.ts';
import { openDrivers, type StartDrivers } from './drivers/remote.ts';
import type { Home } from './home.ts';
import { installDir } from './install.ts';
import { createEngine, type Engine } from './jobs/engine.ts';
import { createJobStore } from './jobs/job-store.ts';
import type { LoadDeps, LoadInputs } from './jobs/load.ts';
import { openVault, type StationKey, type Vault, type VaultOpening } from './keys/vault.ts';
import { type LinkBoard, openLinkBoard } from './link-board.ts';
import type { Log } from './log.ts';
import { createLinkOpener, type LinkDeps, type LinkOpener } from './open-link.ts';
import { readPolicyFile } from './policy-file.ts';
import { type Database, openDatabase } from './store/database.ts';
import { hadAgent } from './store/devices.ts';
import { admitPolicy, keepPolicy } from './store/policies.ts';
import { isUsbPort } from './usb-devices.ts';

export type Surroundings = {
  readonly home: Home;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit?: (event: JobEvent) => void;
  /** Told how the links do. */
  readonly onLinks?: (states: ReadonlyMap<string, LinkState>) => void;
  /** How long a job waits for a device that went away to come back. */
  readonly reconnectMs?: number;
  /** Starts the process of native code; absent: native code in this process. */
  readonly startDrivers?: StartDrivers | undefined;
};

export type Services = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly home: Home;
  readonly engine: Engine;
  /** @throws vault.locked vault.damaged vault.second-lock-needed vault.recovery-code-invalid */
  openVault(opening: VaultOpening): Promise<Vault>;
  /** The station's policy: the given file, its own, or the default for a stock box; with a line lead, a signed one
   * that is no older than any before. @throws policy.invalid policy.unsigned policy.old */
  readPolicy(path?: string): Promise<LoadedPolicy>;
  readonly drivers: Drivers;
  readonly openLink: LinkOpener;
  readonly links: LinkBoard;
  /** What a link is chosen by. */
  readonly known: Pick<LinkDeps, 'choiceFor' | 'hadAgent'>;
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
  onLinks = () => undefined,
  reconnectMs = defaultReconnectMs,
  startDrivers,
}: Surroundings): Services {
  const db = openDatabase(home.database);
  const store = createJobStore(db, clock);
  const drivers = startDrivers ? openDrivers(startDrivers, log) : localDrivers;
  const engine = createEngine({
    store,
    clock,
    log,
    emit,
    waitForPort: (port, signal) => waitForPort(port, { signal, reconnectMs, drivers }),
  });
  const links = openLinkBoard(onLinks);
  const choiceFor = (port: string) =>
    readSettings(home.settings).links.find((choice) => choice.port === port)?.link ?? 'auto';
  const known = { choiceFor, hadAgent: (port: string) => hadAgent(db, port) };
  const openLink = createLinkOpener({ log, clock, ...known, openPort: drivers.openPort });
  const services: Services = {
    db,
    clock,
    log,
    home,
    engine,
    openVault: (opening) => openVault(db, clock, opening),
    readPolicy: async (path) => {
      const own = existsSync(home.policy) ? home.policy : defaultPolicy;
      const policy = await admitPolicy(db, await readPolicyFile(path ?? own));
      await keepPolicy(db, clock, policy);
      return policy;
    },
    openLink: async (port, request) => links.watched(await openLink(port, request)),
    drivers,
    links,
    known,
    openStationKey: (vault, stationName) =>
      vault.openStationKey(stationName ?? (process.env.TRUSTBOX_STATION || hostname())),
    async prepareLoad({ vault, credentials, policy, stationName }) {
      const stationKey = await services.openStationKey(vault, stationName);
      const open = (port: string, inputs: LoadInputs, signal: AbortSignal) =>
        services.openLink(port, { ...inputs, credentials, signal });
      return { db, clock, vault, policy, stationKey, openLink: open };
    },
    async close() {
      links.close();
      await drivers.close();
      await db.destroy();
    },
  };
  return services;
}

/** Until the port is there again; looking is cheap, and this is the one place where nobody watches. */
async function waitForPort(
  port: string,
  { signal, reconnectMs, drivers }: { signal: AbortSignal; reconnectMs: number; drivers: Drivers },
): Promise<void> {
  const endMs = performance.now() + reconnectMs;
  const isThere = async () =>
    isUsbPort(port)
      ? drivers.isUsbPortThere(port).catch(() => false)
      : process.platform === 'win32' || existsSync(port);
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
