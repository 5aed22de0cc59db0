import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { StationState } from '../../shared/contract/contract.ts';
import { call, notifyDone } from '../actions.ts';
import { Copy } from '../parts/Copy.tsx';
import { Field, SubmitButton } from '../parts/controls.tsx';
import { groupHex } from '../parts/format.ts';
import { LanguageChoice } from '../parts/LanguageChoice.tsx';
import { Page } from '../parts/Page.tsx';
import { SecondLock } from '../parts/SecondLock.tsx';
import { SerialRule } from '../parts/SerialRule.tsx';
import { useDesk } from '../store.ts';
import { translator, useWords } from '../words/words.ts';

const minutesRange = { min: 1, max: 480 } as const;

const isMinutes = (text: string): boolean =>
  /^\d{1,3}$/.test(text) && Number(text) >= minutesRange.min && Number(text) <= minutesRange.max;

function StationForm({ station }: { readonly station: StationState }) {
  const t = useWords();
  const [operator, setOperator] = useState(station.operator);
  const [language, setLanguage] = useState(station.language);
  const [minutes, setMinutes] = useState(String(station.idleLockMinutes));
  const isValid = operator.trim() !== '' && isMinutes(minutes);
  const save = async () => {
    const settings = { operator: operator.trim(), language, idleLockMinutes: Number(minutes) };
    if (await call('station.save-settings', settings)) notifyDone(translator(language)('settings.saved'));
  };
  return (
    <Form
      className="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) void save();
      }}
    >
      <h2>{t('settings.station')}</h2>
      <Field label={t('setup.operator')} value={operator} onChange={setOperator} />
      <LanguageChoice value={language} onChange={setLanguage} />
      <Field
        label={t('settings.idle')}
        hint={t('settings.idle.hint', minutesRange)}
        value={minutes}
        onChange={setMinutes}
      />
      <div className="row">
        <SubmitButton isDisabled={!isValid}>{t('settings.save')}</SubmitButton>
      </div>
    </Form>
  );
}

type PlaceProps = { readonly label: string; readonly shown: string; readonly text: string };

function Place({ label, shown, text }: PlaceProps) {
  const t = useWords();
  return (
    <div className="place">
      <div className="grow">
        <div className="small soft">{label}</div>
        <div className="mono">{shown}</div>
      </div>
      <Copy text={text} label={t('settings.copy')} name={`${t('settings.copy')}: ${label}`} />
    </div>
  );
}

function Places({ station }: { readonly station: StationState }) {
  const t = useWords();
  const { logPath, homePath, stationKey, version, stationName } = station;
  return (
    <section className="card stack">
      <h2>{stationName}</h2>
      <div className="soft">
        TrustBox Provisioner, {t('settings.version')} {version}
      </div>
      <Place label={t('settings.log')} shown={logPath} text={logPath} />
      <Place label={t('settings.home')} shown={homePath} text={homePath} />
      {stationKey ? (
        <Place label={t('settings.key')} shown={groupHex(stationKey)} text={stationKey} />
      ) : (
        <div className="soft">
          {t('settings.key')}: {t('settings.key.none')}
        </div>
      )}
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
      <SecondLock station={station} />
      {station.serialRule ? <SerialRule rule={station.serialRule} /> : null}
    </Page>
  );
}
