// Where a station keeps its data: TRUSTBOX_HOME, otherwise the platform's place for application data.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export type Home = {
  readonly dir: string;
  readonly database: string;
  /** The secret of the vault's second lock, sealed by the keychain of this account. */
  readonly secondLock: string;
  readonly log: string;
  readonly policy: string;
  readonly factoryList: string;
  readonly receipts: string;
  readonly settings: string;
  /** Files of the running session: uploads and what the engine makes for the screen. */
  readonly session: string;
  /** Packages that were loaded, by the SHA-256 of the file: a job can always be resumed. */
  readonly packages: string;
  /** Links to the ports of virtual boxes that run now. */
  readonly virtual: string;
};

function defaultDir(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'TrustBox');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'TrustBox');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'trustbox');
}

export function locateHome(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): Home {
  const dir = resolve(env.TRUSTBOX_HOME || defaultDir(env, platform));
  return {
    dir,
    database: join(dir, 'station.db'),
    secondLock: join(dir, 'second-lock.json'),
    log: join(dir, 'logs', 'station.log'),
    policy: join(dir, 'policy.json'),
    factoryList: join(dir, 'factory-list.csv'),
    receipts: join(dir, 'receipts'),
    settings: join(dir, 'settings.json'),
    session: join(dir, 'session'),
    packages: join(dir, 'packages'),
    virtual: join(dir, 'virtual'),
  };
}
