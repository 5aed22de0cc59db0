// Set-up, settings, lock.
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handlers, StationState } from '../../../shared/contract/contract.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { installDir } from '../install.ts';
import { addAnchor } from '../store/anchors.ts';
import { decided, type Session } from './session.ts';
import { writeSettings } from './settings.ts';

type StationCalls = Pick<
  Handlers,
  'station.state' | 'station.set-up' | 'station.save-settings' | 'station.unlock' | 'station.lock'
>;

const rulePath = join(installDir, 'resources', 'linux', '70-trustbox.rules');

function mayOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Needed where a port is there that this user may not open. */
function readSerialRule(): StationState['serialRule'] {
  if (process.platform !== 'linux') return null;
  const ports = readdirSync('/dev').filter((name) => /^tty(?:USB|ACM)\d/.test(name));
  const isNeeded = ports.some((name) => !mayOpen(join('/dev', name)));
  return { isNeeded, path: '/etc/udev/rules.d/70-trustbox.rules', text: readFileSync(rulePath, 'utf8') };
}

export async function stationState({ services, settings, vault, version }: Session): Promise<StationState> {
  const { db, home } = services;
  const header = await db.selectFrom('vault').select('id').executeTakeFirst();
  const station = await db.selectFrom('station').select('public_key').executeTakeFirst();
  return {
    version,
    stationName: settings.stationName,
    operator: settings.operator,
    language: settings.language,
    isSetUp: header !== undefined && settings.operator !== '',
    isUnlocked: vault !== null,
    logPath: home.log,
    homePath: home.dir,
    idleLockMinutes: settings.idleLockMinutes,
    stationKey: station?.public_key ?? null,
    serialRule: readSerialRule(),
  };
}

async function keepDemoAnchor(session: Session, path: string): Promise<void> {
  const wanted = { pem: await readFile(path, 'utf8'), name: 'TEST demo root', note: '' };
  await decided(session, 'demonstration', (deciding) => addAnchor(deciding, wanted));
}

export function stationCalls(session: Session): StationCalls {
  const { services } = session;
  const settingsPath = services.home.settings;

  async function tell(): Promise<StationState> {
    const state = await stationState(session);
    session.emit('station.changed', state);
    return state;
  }

  async function save(change: Partial<Session['settings']>): Promise<void> {
    const settings = { ...session.settings, ...change };
    await writeSettings(settingsPath, settings);
    session.settings = settings;
  }

  async function unlock(passphrase: string): Promise<void> {
    session.vault = await services.openVault(passphrase);
    const key = await session.vault.openStationKey(session.settings.stationName);
    key.secretKey.fill(0);
  }

  return {
    'station.state': () => stationState(session),
    async 'station.set-up'({ stationName, operator, passphrase, language }) {
      if ((await stationState(session)).isSetUp)
        throw new ProvisionerError('settings.exists', 'this station is set up already');
      await save({ stationName, language });
      await unlock(passphrase);
      await save({ operator });
      if (session.demoAnchor) await keepDemoAnchor(session, session.demoAnchor);
      return tell();
    },
    async 'station.save-settings'(change) {
      await save(change);
      return tell();
    },
    async 'station.unlock'({ passphrase }) {
      if (!(await stationState(session)).isSetUp)
        throw new ProvisionerError('settings.missing', 'this station has not been set up');
      await unlock(passphrase);
      return tell();
    },
    async 'station.lock'() {
      session.vault = null;
      return tell();
    },
  };
}
