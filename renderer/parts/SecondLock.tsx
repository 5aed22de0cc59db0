import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { StationState } from '../../shared/contract/contract.ts';
import { call, notifyDone, switchOnSecondLock } from '../actions.ts';
import { useWords } from '../words/words.ts';
import { Button, Field, SubmitButton } from './controls.tsx';
import { CodeField, useNeedsCode } from './RecoveryCode.tsx';

function SwitchOn() {
  const t = useWords();
  const [passphrase, setPassphrase] = useState('');
  const [isBusy, setBusy] = useState(false);
  const switchOn = async () => {
    setBusy(true);
    if (await switchOnSecondLock(passphrase)) setPassphrase('');
    setBusy(false);
  };
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (passphrase !== '' && !isBusy) void switchOn();
      }}
    >
      <Field label={t('lock.passphrase')} type="password" value={passphrase} onChange={setPassphrase} />
      <div className="row">
        <SubmitButton isDisabled={passphrase === '' || isBusy}>{t('lock.switch-on')}</SubmitButton>
      </div>
    </Form>
  );
}

function SwitchOff() {
  const t = useWords();
  const needsCode = useNeedsCode();
  const [passphrase, setPassphrase] = useState('');
  const [code, setCode] = useState('');
  const switchOff = async () => {
    const off = await call('station.switch-off-second-lock', {
      passphrase,
      ...(needsCode ? { recoveryCode: code } : {}),
    });
    if (off) notifyDone(t('lock.off.done'));
  };
  return (
    <>
      <Field label={t('lock.passphrase')} type="password" value={passphrase} onChange={setPassphrase} />
      {needsCode ? <CodeField value={code} onChange={setCode} /> : null}
      <div className="row">
        <Button
          kind="danger"
          onPress={switchOff}
          isDisabled={passphrase === '' || (needsCode && code.trim() === '')}
        >
          {t('lock.switch-off')}
        </Button>
      </div>
    </>
  );
}

/** What protects the vault beside the passphrase, in one clear sentence, and the switch. */
export function SecondLock({ station }: { readonly station: StationState }) {
  const t = useWords();
  const needsCode = useNeedsCode();
  const { keychain, isOn } = station.secondLock;
  return (
    <section className="card stack" aria-label={t('lock.title')}>
      <h2>{t('lock.title')}</h2>
      {isOn ? <p>{t(needsCode ? 'lock.on.elsewhere' : 'lock.on')}</p> : <p>{t(`lock.${keychain}`)}</p>}
      {isOn ? <SwitchOff /> : null}
      {!isOn && keychain === 'os' ? <SwitchOn /> : null}
    </section>
  );
}
