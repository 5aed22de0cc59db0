import { useEffect, useMemo, useState } from 'react';
import type { Response } from '../../shared/contract/contract.ts';
import type { Receipt } from '../../shared/receipt.ts';
import { call, saveFile } from '../actions.ts';
import { Button, Choice, Field } from '../parts/controls.tsx';
import { Page } from '../parts/Page.tsx';
import { RowWindow } from '../parts/RowWindow.tsx';
import { Said } from '../parts/Said.tsx';
import { useDesk } from '../store.ts';
import { translator, useLanguage, useWords } from '../words/words.ts';
import { receiptColumns } from './records/columns.tsx';
import { outcomes } from './records/outcome-word.ts';
import { ReceiptDetail } from './records/ReceiptDetail.tsx';
import { receipts } from './records/search.ts';

type Report = Response<'records.verify'>;

function Verified({ report }: { readonly report: Report }) {
  const t = useWords();
  return (
    <div className={report.ok ? 'note' : 'refusal'} role="status">
      <strong>
        <span aria-hidden="true">{report.ok ? '✓' : '✕'}</span>{' '}
        {report.ok
          ? t('records.ok', { entries: report.entries, receipts: report.receipts })
          : t('records.bad')}
      </strong>
      {report.unsignedTail > 0 ? <div>{t('records.tail', { count: report.unsignedTail })}</div> : null}
      <ul>
        {report.problems.map(({ kind, seq, detail }) => (
          <li key={`${kind}-${seq}-${detail}`}>
            {t(`records.kind.${kind}`)} {seq}: <Said text={detail} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What was done, for the auditor. */
export function RecordsScreen() {
  const t = useWords();
  const jobs = useDesk((desk) => desk.jobs);
  const language = useLanguage();
  const columns = useMemo(() => receiptColumns(translator(language)), [language]);
  const { question, total } = receipts.use();
  const { text, state } = question;
  const [report, setReport] = useState<Report | null>(null);
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a job that ended may have added a receipt
  useEffect(() => void receipts.ask({}), [jobs]);
  const exportCsv = async () => {
    const file = await call('records.export-csv', { text, state });
    if (file) await saveFile(file);
  };
  const options = [
    { id: 'all', title: t('records.all') },
    ...outcomes.map((id) => ({ id, title: t(`outcome.${id}`) })),
  ];
  return (
    <Page
      title={t('screen.records')}
      actions={
        <>
          <Button onPress={async () => setReport(await call('records.verify', {}))}>
            {t('records.verify')}
          </Button>
          <Button onPress={exportCsv}>{t('records.csv')}</Button>
        </>
      }
    >
      {report ? <Verified report={report} /> : null}
      <section className="card stack">
        <div className="records-search">
          <Field
            label={t('records.search')}
            value={text}
            onChange={(typed) => void receipts.ask({ text: typed })}
          />
          <Choice
            label={t('records.state')}
            value={state ?? 'all'}
            onChange={(id) => void receipts.ask({ state: id === 'all' ? null : id })}
            options={options}
          />
        </div>
        <div className="small soft" role="status">
          {total === 0 ? t('records.none') : t('records.count', { count: total })}
        </div>
        <RowWindow
          name="receipt-rows"
          label={t('records.table')}
          list={receipts}
          columns={columns}
          onOpen={setReceipt}
        />
      </section>
      {receipt ? <ReceiptDetail key={receipt.id} receipt={receipt} onClose={() => setReceipt(null)} /> : null}
    </Page>
  );
}
