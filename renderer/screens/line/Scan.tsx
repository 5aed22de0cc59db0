import { useEffect, useRef, useState } from 'react';
import { Form } from 'react-aria-components';
import { call } from '../../actions.ts';
import { Field } from '../../parts/controls.tsx';
import { useWords } from '../../words/words.ts';

/** Nothing has the focus that it would be taken away from. */
const isFocusFree = () =>
  document.activeElement === null ||
  document.activeElement === document.body ||
  document.activeElement.id === 'page';

function takeFocus(place: HTMLElement | null): void {
  if (isFocusFree()) place?.querySelector('input')?.focus();
}

type ScanProps = {
  /** How many slots wait for a label now. */
  readonly waiting: number;
  /** The line stops: no further label is taken, and the field keeps its place. */
  readonly isDisabled: boolean;
};

/** A label typed by hand, or by the scanner while the field has the focus: it takes the focus whenever it is free. */
export function Scan({ waiting, isDisabled }: ScanProps) {
  const t = useWords();
  const [label, setLabel] = useState('');
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once more whenever another slot waits
  useEffect(() => takeFocus(place.current), [waiting]);
  useEffect(() => {
    const later = () => setTimeout(() => takeFocus(place.current));
    document.addEventListener('focusout', later);
    document.addEventListener('pointerup', later);
    return () => {
      document.removeEventListener('focusout', later);
      document.removeEventListener('pointerup', later);
    };
  }, []);
  const send = () => {
    if (label.trim() !== '') void call('line.scan', { text: label.trim() });
    setLabel('');
  };
  return (
    <Form
      className="scan-form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div ref={place}>
        <Field
          label={t('line.scan')}
          hint={t('line.scan.hint')}
          value={label}
          onChange={setLabel}
          isDisabled={isDisabled}
          autoFocus
        />
      </div>
    </Form>
  );
}
