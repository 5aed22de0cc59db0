import { useEffect, useState } from 'react';
import type { Response } from '../../../shared/contract/contract.ts';
import { call } from '../../actions.ts';
import { Copy } from '../../parts/Copy.tsx';
import { useWords } from '../../words/words.ts';

/** The label as it will be printed, and the text that prints it. */
export function ReceiptLabel({ id }: { readonly id: string }) {
  const t = useWords();
  const [label, setLabel] = useState<Response<'records.label'> | null>(null);
  useEffect(() => void call('records.label', { id }).then(setLabel), [id]);
  return (
    <div className="stack">
      <h3>{t('records.label')}</h3>
      <div className="label-place">
        {label ? (
          <img
            className="label-picture"
            alt={label.text}
            src={`data:image/svg+xml,${encodeURIComponent(label.svg)}`}
          />
        ) : null}
      </div>
      {label ? (
        <>
          <div className="row">
            <Copy text={label.zpl} label={t('records.zpl')} />
          </div>
          <details>
            <summary>{t('records.zpl.text')}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled text must be reached by keyboard */}
            <pre className="mono rule small" tabIndex={0}>
              {label.zpl}
            </pre>
          </details>
        </>
      ) : null}
    </div>
  );
}
