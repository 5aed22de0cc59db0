// The station as the screen sees it.
import type { StationState } from '../../../shared/contract/contract.ts';
import { readSecondLock } from '../keys/second-lock.ts';
import { readSerialRule } from '../serial-rule.ts';
import type { Session } from './session.ts';

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
