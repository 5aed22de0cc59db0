import { useState } from 'react';
import type { StationState } from '../../shared/contract/contract.ts';
import { call, notifyDone } from '../actions.ts';
import { Copy } from '../parts/Copy.tsx';
import { Button, Field } from '../parts/controls.tsx';
import { groupHex } from '../parts/format.ts';
import { LanguageChoice } from '../parts/LanguageChoice.tsx';
import { Page } from '../parts/Page.tsx';
import { SerialRule } from '../parts/SerialRule.tsx';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';

function StationForm({ station }: { readonly station: StationState }) {
  const t = useWords();
  const [operator, setOperator] = useState(station.operator);
  const [language, setLanguage] = useState(station.language);
  const [minutes, setMinutes] = useState(String(station.idleLockMinutes));
  const idleLockMinutes = Number(minutes);
  const isValid =
    operator !== '' && Number.isInteger(idleLockMinutes) && idleLockMinutes >= 1 && idleLockMinutes <= 480;
  const save = async () => {
    if (await call('station.save-settings', { operator, language, idleLockMinutes }))
      notifyDone(t('settings.saved'));
  };
  return (
    <section className="card stack">
      <h2>{t('settings.station')}</h2>
      <Field label={t('setup.operator')} value={operator} onChange={setOperator} />
      <LanguageChoice value={language} onChange={setLanguage} />
      <Field label={t('settings.idle')} value={minutes} onChange={setMinutes} />
      <div className="row">
        <Button kind="primary" onPress={save} isDisabled={!isValid}>
          {t('settings.save')}
        </Button>
      </div>
    </section>
  );
}

function Places({ station }: { readonly station: StationState }) {
  const t = useWords();
  const key = station.stationKey;
  return (
    <section className="card stack">
      <h2>{t('settings.files')}</h2>
      <dl className="facts">
        <dt>{t('settings.log')}</dt>
        <dd className="mono">{station.logPath}</dd>
        <dt>{t('settings.home')}</dt>
        <dd className="mono">{station.homePath}</dd>
        <dt>{t('settings.version')}</dt>
        <dd>{station.version}</dd>
        <dt>{t('settings.key')}</dt>
        <dd className="mono">{key ? groupHex(key) : t('settings.key.none')}</dd>
      </dl>
      <div className="row">
        <Copy text={station.logPath} label={`${t('settings.copy')}: ${t('settings.log')}`} />
        {key ? <Copy text={key} label={`${t('settings.copy')}: ${t('settings.key').split(';')[0]}`} /> : null}
      </div>
    </section>
  );
}

export function SettingsScreen() {
  const t = useWords();
  const station = useDesk((desk) => desk.station);
  if (station === null) return null;
  return (
    <Page title={t('screen.settings')}>
      <div className="columns">
        <StationForm station={station} />
        <Places station={station} />
      </div>
      {station.serialRule?.isNeeded ? <SerialRule rule={station.serialRule} /> : null}
    </Page>
  );
}
