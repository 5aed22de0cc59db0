// Opening and locking the vault, and its second lock.
import type { Handlers, Request } from '../../../shared/contract/contract.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import {
  byKeychain,
  byRecoveryCode,
  byRecoveryCodeAndHold,
  type Place,
  switchOff,
  switchOn,
} from '../keys/second-lock.ts';
import type { SecretFinder } from '../keys/vault-header.ts';
import type { Session } from './session.ts';
import { stationState, tellStation } from './station-state.ts';

type LockCalls = Pick<
  Handlers,
  'station.unlock' | 'station.lock' | 'station.switch-on-second-lock' | 'station.switch-off-second-lock'
>;

const placeOf = ({ keychain, services }: Session): Place => ({ keychain, path: services.home.secondLock });

function finderOf(
  session: Session,
  { recoveryCode, keepHere }: Omit<Request<'station.unlock'>, 'passphrase'>,
): SecretFinder {
  if (!recoveryCode) return byKeychain(placeOf(session));
  return keepHere ? byRecoveryCodeAndHold(recoveryCode, placeOf(session)) : byRecoveryCode(recoveryCode);
}

/** @throws vault.locked vault.damaged vault.second-lock-needed vault.recovery-code-invalid */
export async function unlock(
  session: Session,
  { passphrase, ...how }: Request<'station.unlock'>,
): Promise<void> {
  const { services, settings } = session;
  session.vault = await services.openVault({ passphrase, findSecret: finderOf(session, how) });
  const key = await services.openStationKey(session.vault, settings.stationName);
  key.secretKey.fill(0);
}

export function lockCalls(session: Session): LockCalls {
  const { db, clock } = session.services;
  const switching = (passphrase: string) => {
    const operator = session.settings.operator;
    return { db, clock, place: placeOf(session), passphrase, operator };
  };
  return {
    async 'station.unlock'(opening) {
      if (!(await stationState(session)).isSetUp)
        throw new ProvisionerError('settings.missing', 'this station has not been set up');
      await unlock(session, opening);
      return tellStation(session);
    },
    async 'station.lock'() {
      session.vault = null;
      return tellStation(session);
    },
    async 'station.switch-on-second-lock'({ passphrase }) {
      const recoveryCode = await switchOn(switching(passphrase));
      await tellStation(session);
      return { recoveryCode };
    },
    async 'station.switch-off-second-lock'({ passphrase, ...how }) {
      await switchOff(switching(passphrase), finderOf(session, how));
      return tellStation(session);
    },
  };
}
