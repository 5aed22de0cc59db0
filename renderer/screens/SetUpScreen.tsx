import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { ErrorData } from '../../shared/contract/values.ts';
import { ask, hear } from '../actions.ts';
import { Field, SubmitButton } from '../parts/controls.tsx';
import { LanguageChoice } from '../parts/LanguageChoice.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { SerialRule } from '../parts/SerialRule.tsx';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';

const minPassphrase = 8;

/** First run: names and the vault. */
export function SetUpScreen() {
  const t = useWords();
  const station = useDesk((desk) => desk.station);
  const [stationName, setStationName] = useState(station?.stationName ?? '');
  const [operator, setOperator] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [repeat, setRepeat] = useState('');
  const [error, setError] = useState<ErrorData | null>(null);
  const language = station?.language ?? 'en';
  const isSame = passphrase === repeat;
  const names = { stationName: stationName.trim(), operator: operator.trim() };
  const isReady =
    names.stationName !== '' && names.operator !== '' && passphrase.length >= minPassphrase && isSame;
  const setLanguage = (chosen: string) => {
    if (station) hear({ name: 'station.changed', value: { ...station, language: chosen } });
  };
  const setUp = async () => {
    const reply = await ask('station.set-up', { ...names, passphrase, language });
    setError(reply.ok ? null : reply.error);
  };
  return (
    <main className="page setup">
      <Form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void setUp();
        }}
      >
        <h1>{t('setup.title')}</h1>
        <p className="soft">{t('setup.why')}</p>
        <LanguageChoice value={language} onChange={setLanguage} />
        <Field
          label={t('setup.station')}
          hint={t('setup.station.hint')}
          value={stationName}
          onChange={setStationName}
          autoFocus
        />
        <Field
          label={t('setup.operator')}
          hint={t('setup.operator.hint')}
          value={operator}
          onChange={setOperator}
        />
        <Field
          label={t('setup.passphrase')}
          hint={t('setup.passphrase.hint')}
          type="password"
          value={passphrase}
          onChange={setPassphrase}
        />
        <Field label={t('setup.repeat')} type="password" value={repeat} onChange={setRepeat} />
        <div className="small reserve" role="status">
          {isSame || repeat === '' ? '' : t('setup.differs')}
        </div>
        {error ? <Refusal error={error} /> : null}
        <div className="row">
          <SubmitButton isDisabled={!isReady}>{t('setup.do')}</SubmitButton>
        </div>
      </Form>
      {station?.serialRule?.isNeeded ? <SerialRule rule={station.serialRule} /> : null}
    </main>
  );
}
