import { useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { forgetRecoveryCode } from '../actions.ts';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { Copy } from './Copy.tsx';
import { Button, Field } from './controls.tsx';

function Shown({ code }: { readonly code: string }) {
  const t = useWords();
  const [typed, setTyped] = useState('');
  const isWritten = typed.trim().toUpperCase() === code.slice(-4);
  return (
    <Dialog className="stack" role="alertdialog">
      <Heading slot="title" level={2}>
        {t('lock.code.title')}
      </Heading>
      <p>{t('lock.code.why')}</p>
      <output className="mono recovery-code">{code}</output>
      <div className="row">
        <Copy text={code} label={t('lock.code.copy')} />
      </div>
      <p className="small soft">{t('lock.code.old')}</p>
      <Field label={t('lock.code.type')} value={typed} onChange={setTyped} />
      <div className="row">
        <Button kind="primary" onPress={forgetRecoveryCode} isDisabled={!isWritten}>
          {t('lock.code.do')}
        </Button>
      </div>
    </Dialog>
  );
}

/** The code of a second lock that was just switched on: neither Escape nor a click beside it closes it. */
export function RecoveryCode() {
  const code = useDesk((desk) => desk.recoveryCode);
  if (code === null) return null;
  return (
    <ModalOverlay className="overlay" isOpen isKeyboardDismissDisabled>
      <Modal className="dialog card">
        <Shown code={code} />
      </Modal>
    </ModalOverlay>
  );
}

/** Where the second lock is on and the keychain that holds it is not reached: its code opens it. */
export const useNeedsCode = (): boolean =>
  useDesk(({ station }) => {
    if (!station?.secondLock.isOn) return false;
    return !station.secondLock.isHeldHere || station.secondLock.keychain !== 'os';
  });

type CodeFieldProps = { readonly value: string; readonly onChange: (code: string) => void };

export function CodeField({ value, onChange }: CodeFieldProps) {
  const t = useWords();
  return <Field label={t('lock.code')} hint={t('lock.code.hint')} value={value} onChange={onChange} />;
}
