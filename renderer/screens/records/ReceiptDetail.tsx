import { useEffect, useState } from 'react';
import type { Response } from '../../../shared/contract/contract.ts';
import type { Receipt } from '../../../shared/receipt.ts';
import { call, saveFile } from '../../actions.ts';
import { Copy } from '../../parts/Copy.tsx';
import { Button } from '../../parts/controls.tsx';
import { formatTime, groupHex } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { Outcome } from '../load/JobCard.tsx';

function Label({ id }: { readonly id: string }) {
  const t = useWords();
  const [label, setLabel] = useState<Response<'records.label'> | null>(null);
  useEffect(() => void call('records.label', { id }).then(setLabel), [id]);
  if (label === null) return null;
  return (
    <div className="stack">
      <h3>{t('records.label')}</h3>
      <img
        className="label-picture"
        alt={label.text}
        src={`data:image/svg+xml,${encodeURIComponent(label.svg)}`}
      />
      <div className="row">
        <Copy text={label.zpl} label={t('records.zpl')} />
      </div>
    </div>
  );
}

type ReceiptDetailProps = { readonly receipt: Receipt; readonly onClose: () => void };

/** One receipt, whole. */
export function ReceiptDetail({ receipt, onClose }: ReceiptDetailProps) {
  const t = useWords();
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  const savePdf = async () => {
    const file = await call('records.receipt-pdf', { id: receipt.id });
    if (file) await saveFile(file);
  };
  const rows = [
    [t('records.serial'), `${receipt.device.serial ?? '–'} ${receipt.device.model ?? ''}`],
    [t('devices.port'), receipt.device.port],
    [t('devices.fingerprint'), groupHex(receipt.key.fingerprint)],
    [t('records.level'), `${receipt.key.level}; ${receipt.key.reading}`],
    [t('devices.not-proven'), receipt.key.notProven.join(' ')],
    [
      t('records.package'),
      receipt.package ? `${receipt.package.id} ${receipt.package.version}, ${receipt.package.vendor}` : '–',
    ],
    [t('build.digest'), receipt.package ? groupHex(receipt.package.digest) : '–'],
    [t('records.operator'), receipt.operator ? `${receipt.operator.name}: ${receipt.operator.reason}` : '–'],
    [t('records.station'), receipt.station.name],
    [t('records.time'), formatTime(receipt.endedAt, language)],
    [t('records.journal'), String(receipt.journal.seq)],
  ] as const;
  return (
    <section className="card stack" aria-label={t('records.detail')}>
      <header className="row">
        <h2 className="grow">{t('records.detail')}</h2>
        <Button onPress={savePdf}>{t('records.pdf')}</Button>
        <Button onPress={onClose}>{t('records.close')}</Button>
      </header>
      <div className="columns">
        <dl className="facts">
          {rows.map(([label, value]) => (
            <div key={label} className="contents">
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <div className="stack">
          <Outcome receipt={receipt} />
          <Label id={receipt.id} />
        </div>
      </div>
    </section>
  );
}
