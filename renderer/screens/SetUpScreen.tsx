import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { ErrorData, KeychainKind } from '../../shared/contract/values.ts';
import { ask, hear, switchOnSecondLock } from '../actions.ts';
import { Check, Field, SubmitButton } from '../parts/controls.tsx';
import { LanguageChoice } from '../parts/LanguageChoice.tsx';
import { CodeField, useNeedsCode } from '../parts/RecoveryCode.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { SerialRule } from '../parts/SerialRule.tsx';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';

const minPassphrase = 8;

type OfferProps = {
  readonly keychain: KeychainKind;
  readonly isWanted: boolean;
  readonly onChange: (isWanted: boolean) => void;
};

/** What could protect the vault beside the passphrase; switched on only when it is wanted. */
function SecondLockOffer({ keychain, isWanted, onChange }: OfferProps) {
  const t = useWords();
  if (keychain !== 'os') return <p className="small soft">{t(`lock.${keychain}`)}</p>;
  return (
    <div>
      <Check isSelected={isWanted} onChange={onChange}>
        {t('lock.set-up')}
      </Check>
      <p className="small soft">
        {t('lock.os')} {t('lock.set-up.why')}
      </p>
    </div>
  );
}

/** First run: names and the vault. */
export function SetUpScreen() {
  const t = useWords();
  const station = useDesk((desk) => desk.station);
  const [stationName, setStationName] = useState(station?.stationName ?? '');
  const [operator, setOperator] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [repeat, setRepeat] = useState('');
  const [code, setCode] = useState('');
  const [isLocked, setLocked] = useState(false);
  const [error, setError] = useState<ErrorData | null>(null);
  const language = station?.language ?? 'en';
  const isSame = passphrase === repeat;
  const names = { stationName: stationName.trim(), operator: operator.trim() };
  const isReady =
    names.stationName !== '' && names.operator !== '' && passphrase.length >= minPassphrase && isSame;
  const setLanguage = (chosen: string) => {
    if (station) hear({ name: 'station.changed', value: { ...station, language: chosen } });
  };
  const needsCode = useNeedsCode();
  const setUp = async () => {
    const second = needsCode ? { recoveryCode: code } : {};
    const reply = await ask('station.set-up', { ...names, passphrase, language, ...second });
    setError(reply.ok ? null : reply.error);
    if (reply.ok && isLocked) await switchOnSecondLock(passphrase);
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
        {needsCode ? <CodeField value={code} onChange={setCode} /> : null}
        {station && !station.secondLock.isOn ? (
          <SecondLockOffer keychain={station.secondLock.keychain} isWanted={isLocked} onChange={setLocked} />
        ) : null}
        {error ? <Refusal error={error} /> : null}
        <div className="row">
          <SubmitButton isDisabled={!isReady}>{t('setup.do')}</SubmitButton>
        </div>
      </Form>
      {station?.serialRule ? <SerialRule rule={station.serialRule} /> : null}
    </main>
  );
}
