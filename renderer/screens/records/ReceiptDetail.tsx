import type { Receipt } from '../../../shared/receipt.ts';
import { call, saveFile } from '../../actions.ts';
import { Button } from '../../parts/controls.tsx';
import { Said, Time } from '../../parts/Said.tsx';
import { useIntoView } from '../../parts/useIntoView.ts';
import { useWords } from '../../words/words.ts';
import { Outcome } from '../load/JobCard.tsx';
import { ReceiptLabel } from './ReceiptLabel.tsx';
import { type RowGroup, type RowValue, receiptRows } from './receipt-rows.ts';

const isDigits = (value: string) => /^(?:[0-9a-f]{4} ){7,}/.test(value);

function Value({ value }: { readonly value: RowValue }) {
  if (typeof value === 'string') return <dd className={isDigits(value) ? 'mono small' : ''}>{value}</dd>;
  if ('at' in value)
    return (
      <dd>
        <Time at={value.at} />
      </dd>
    );
  return (
    <dd>
      {value.said.map((text) => (
        <div key={text}>
          <Said text={text} />
        </div>
      ))}
    </dd>
  );
}

function Group({ group }: { readonly group: RowGroup }) {
  const t = useWords();
  return (
    <div>
      <h3>{t(group.title)}</h3>
      <dl className="facts">
        {group.rows.map(([label, value]) => (
          <div key={label} className="contents">
            <dt>{t(label)}</dt>
            <Value value={value} />
          </div>
        ))}
      </dl>
    </div>
  );
}

type ReceiptDetailProps = { readonly receipt: Receipt; readonly onClose: () => void };

/** One receipt, whole. */
export function ReceiptDetail({ receipt, onClose }: ReceiptDetailProps) {
  const t = useWords();
  const place = useIntoView<HTMLElement>();
  const savePdf = async () => {
    const file = await call('records.receipt-pdf', { id: receipt.id });
    if (file) await saveFile(file);
  };
  return (
    <section className="card stack" aria-label={t('records.detail')} ref={place} tabIndex={-1}>
      <header className="row">
        <h2 className="grow">
          {t('records.detail')}: {receipt.device.serial ?? receipt.id}
        </h2>
        <Button onPress={savePdf}>{t('records.pdf')}</Button>
        <Button onPress={onClose}>{t('records.close')}</Button>
      </header>
      <div className="receipt">
        <div className="stack">
          {receiptRows(receipt, t).map((group) => (
            <Group key={group.title} group={group} />
          ))}
        </div>
        <div className="stack">
          <Outcome receipt={receipt} />
          <ReceiptLabel id={receipt.id} />
        </div>
      </div>
    </section>
  );
}
