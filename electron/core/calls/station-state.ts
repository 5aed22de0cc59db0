// The station as the screen sees it.
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StationState } from '../../../shared/contract/contract.ts';
import { installDir } from '../install.ts';
import { readSecondLock } from '../keys/second-lock.ts';
import type { Session } from './session.ts';

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

export async function stationState({
  services,
  settings,
  vault,
  version,
  keychain,
}: Session): Promise<StationState> {
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
    secondLock: { keychain: await keychain.kind(), ...(await readSecondLock(db, home.secondLock)) },
    serialRule: readSerialRule(),
  };
}

/** To whoever asked, and to every page. */
export async function tellStation(session: Session): Promise<StationState> {
  const state = await stationState(session);
  session.emit('station.changed', state);
  return state;
}
