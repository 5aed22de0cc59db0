import { type ReactNode, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useWords } from '../words/words.ts';
import { Button, Field } from './controls.tsx';

type ConfirmProps = {
  readonly title: string;
  readonly children: ReactNode;
  /** What must be typed, letter by letter, before the button works. */
  readonly word: string;
  readonly ask: string;
  readonly action: string;
  /** False while something else is missing. */
  readonly isReady?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
};

/** A step that cannot be undone waits for a typed word, not for a click. */
export function Confirm({
  title,
  children,
  word,
  ask,
  action,
  isReady = true,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const t = useWords();
  const [typed, setTyped] = useState('');
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      isDismissable
    >
      <Modal className="dialog card">
        <Dialog className="stack" role="alertdialog">
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
          <Field label={ask} value={typed} onChange={setTyped} autoFocus />
          <div className="row">
            <Button kind="danger" onPress={onConfirm} isDisabled={!isReady || typed.trim() !== word}>
              {action}
            </Button>
            <Button onPress={onClose}>{t('cancel')}</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
