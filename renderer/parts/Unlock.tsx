import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import { ask, notifyError } from '../actions.ts';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { Check, Field, SubmitButton } from './controls.tsx';
import { CodeField, useNeedsCode } from './RecoveryCode.tsx';

/** Asks for the vault's passphrase, and for the recovery code where the second lock is out of reach. */
function Unlock() {
  const t = useWords();
  const isOutOfReach = useNeedsCode();
  const [isRefused, setRefused] = useState(false);
  const needsCode = isOutOfReach || isRefused;
  const mayKeep = useDesk((desk) => desk.station?.secondLock.keychain === 'os');
  const [passphrase, setPassphrase] = useState('');
  const [code, setCode] = useState('');
  const [keepHere, setKeepHere] = useState(false);
  const unlock = async () => {
    const second = needsCode ? { recoveryCode: code, keepHere: keepHere && mayKeep } : {};
    const reply = await ask('station.unlock', { passphrase, ...second });
    if (reply.ok) return setPassphrase('');
    notifyError(reply.error);
    if (reply.error.code === 'vault.second-lock-needed') setRefused(true);
  };
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
      {needsCode ? (
        <>
          <p className="note">{t('lock.unlock')}</p>
          <CodeField value={code} onChange={setCode} />
          {mayKeep ? (
            <Check isSelected={keepHere} onChange={setKeepHere}>
              {t('lock.keep-here')}
            </Check>
          ) : null}
        </>
      ) : null}
      <div className="row">
        <SubmitButton isDisabled={passphrase === '' || (needsCode && code.trim() === '')}>
          {t('unlock.do')}
        </SubmitButton>
      </div>
    </Form>
  );
}

/** The content, or what opens the vault that it needs. */
export function Unlocked({ children }: { readonly children: ReactNode }) {
  const isUnlocked = useDesk((desk) => desk.station?.isUnlocked === true);
  return isUnlocked ? children : <Unlock />;
}
