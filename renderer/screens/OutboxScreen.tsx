import { useEffect, useMemo } from 'react';
import type { Response } from '../../shared/contract/contract.ts';
import { call, saveFile } from '../actions.ts';
import { Button } from '../parts/controls.tsx';
import { groupHex } from '../parts/format.ts';
import { Page } from '../parts/Page.tsx';
import { createPaged } from '../parts/paged.ts';
import { type Column, RowWindow } from '../parts/RowWindow.tsx';
import { Time } from '../parts/Said.tsx';
import { useDesk } from '../store.ts';
import { type Translate, translator, useLanguage, useWords } from '../words/words.ts';
import { levelText } from './records/receipt-rows.ts';

type Row = Response<'outbox.list'>['rows'][number];

const waiting = createPaged<object, Row>({}, (_question, place) => call('outbox.list', place));
const states = ['pending', 'sent', 'failed'] as const;

function stateText(state: string, t: Translate): string {
  const known = states.find((one) => one === state);
  return known ? t(`outbox.state.${known}`) : state;
}

const columnsOf = (t: Translate): readonly Column<Row>[] => [
  { id: 'serial', title: t('records.serial'), cell: ({ serial }) => serial ?? '–' },
  {
    id: 'model',
    title: t('devices.model'),
    cell: ({ model }) => <span title={model ?? ''}>{model ?? '–'}</span>,
  },
  { id: 'level', title: t('records.level'), cell: ({ level }) => levelText(level, t) },
  {
    id: 'key',
    title: t('outbox.key'),
    cell: ({ fingerprint }) => (
      <span className="mono" title={groupHex(fingerprint)}>
        {groupHex(fingerprint.slice(0, 16))}…
      </span>
    ),
  },
  { id: 'created', title: t('outbox.created'), cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    id: 'state',
    title: t('outbox.state'),
    cell: ({ state }) => <span className="badge accent">{stateText(state, t)}</span>,
  },
];

/** What waits to be registered, newest first. */
export function OutboxScreen() {
  const t = useWords();
  const jobs = useDesk((desk) => desk.jobs);
  const { total, isKnown } = waiting.use();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a job that ended may have added a record
  useEffect(() => void waiting.ask({}), [jobs]);
  const save = async () => {
    const file = await call('outbox.export', {});
    if (file) await saveFile(file);
  };
  const language = useLanguage();
  const columns = useMemo(() => columnsOf(translator(language)), [language]);
  return (
    <Page
      title={t('screen.outbox')}
      actions={
        <Button onPress={save} isDisabled={total === 0}>
          {t('outbox.export')}
        </Button>
      }
    >
      <div className="note">{t('outbox.why')}</div>
      {total === 0 ? <div className="empty">{isKnown ? t('outbox.none') : ''}</div> : null}
      {total > 0 ? (
        <section className="card stack">
          <div className="small soft" role="status">
            {t('outbox.count', { count: total })}
          </div>
          <RowWindow name="outbox-rows" label={t('screen.outbox')} list={waiting} columns={columns} />
        </section>
      ) : null}
    </Page>
  );
}
