// Set-up and settings.
import { readFile } from 'node:fs/promises';
import type { Handlers } from '../../../shared/contract/contract.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { installSerialRule } from '../serial-rule.ts';
import { addAnchor } from '../store/anchors.ts';
import { unlock } from './lock-calls.ts';
import { decided, type Session } from './session.ts';
import { saveSettings } from './settings.ts';
import { stationState, tellStation } from './station-state.ts';

type StationCalls = Pick<
  Handlers,
  'station.state' | 'station.set-up' | 'station.save-settings' | 'station.install-serial-rule'
>;

async function keepDemoAnchor(session: Session, path: string): Promise<void> {
  const wanted = { pem: await readFile(path, 'utf8'), name: 'TEST demo root', note: '' };
  await decided(session, 'demonstration', (deciding) => addAnchor(deciding, wanted));
}

export function stationCalls(session: Session): StationCalls {
  const save = (change: Partial<Session['settings']>) => saveSettings(session, change);

  return {
    'station.state': () => stationState(session),
    async 'station.set-up'({ stationName, operator, language, ...opening }) {
      if ((await stationState(session)).isSetUp)
        throw new ProvisionerError('settings.exists', 'this station is set up already');
      await save({ stationName, language });
      await unlock(session, opening);
      await save({ operator });
      if (session.demoAnchor) await keepDemoAnchor(session, session.demoAnchor);
      return tellStation(session);
    },
    async 'station.install-serial-rule'() {
      await installSerialRule(session.signal);
      session.services.log.info(
        {},
        'the udev rule was written with the consent of operator and administrator',
      );
      return tellStation(session);
    },
    async 'station.save-settings'(change) {
      await save(change);
      return tellStation(session);
    },
  };
}
