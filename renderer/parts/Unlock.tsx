import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { call } from '../actions.ts';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { Field, SubmitButton } from './controls.tsx';

/** Asks for the vault's passphrase where the content needs an open vault. */
export function Unlocked({ children }: { readonly children: ReactNode }) {
  const t = useWords();
  const isUnlocked = useDesk((desk) => desk.station?.isUnlocked === true);
  const [passphrase, setPassphrase] = useState('');
  const unlock = async () => {
    if (await call('station.unlock', { passphrase })) setPassphrase('');
  };
  if (isUnlocked) return children;
  return (
    <Form
      className="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        void unlock();
      }}
    >
      <h2>{t('unlock.title')}</h2>
      <p className="soft">{t('unlock.why')}</p>
      <Field label={t('unlock.passphrase')} type="password" value={passphrase} onChange={setPassphrase} />
      <div className="row">
        <SubmitButton isDisabled={passphrase === ''}>{t('unlock.do')}</SubmitButton>
      </div>
    </Form>
  );
}
