import { useEffect, useState } from 'react';
import type { Response } from '../../shared/contract/contract.ts';
import { call, saveFile } from '../actions.ts';
import { Button } from '../parts/controls.tsx';
import { groupHex } from '../parts/format.ts';
import { Page } from '../parts/Page.tsx';
import { Time } from '../parts/Said.tsx';
import { useDesk } from '../store.ts';
import { type Translate, useWords } from '../words/words.ts';
import { levelText } from './records/receipt-rows.ts';

type Rows = Response<'outbox.list'>;

const shown = 500;
const states = ['pending', 'sent', 'failed'] as const;

function stateText(state: string, t: Translate): string {
  const known = states.find((one) => one === state);
  return known ? t(`outbox.state.${known}`) : state;
}

function Table({ rows }: { readonly rows: Rows }) {
  const t = useWords();
  return (
    <section className="card stack">
      <div className="small soft" role="status">
        {rows.length > shown
          ? t('outbox.newest', { shown, count: rows.length })
          : t('outbox.count', { count: rows.length })}
      </div>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('records.serial')}</th>
            <th>{t('devices.model')}</th>
            <th>{t('records.level')}</th>
            <th>{t('devices.fingerprint')}</th>
            <th>{t('outbox.created')}</th>
            <th>{t('outbox.state')}</th>
          </tr>
        </thead>
        <tbody>
          {rows
            .slice(-shown)
            .toReversed()
            .map((row) => (
              <tr key={row.id}>
                <td>{row.serial ?? '–'}</td>
                <td>{row.model ?? '–'}</td>
                <td>{levelText(row.level, t)}</td>
                <td className="mono">{groupHex(row.fingerprint.slice(0, 16))}…</td>
                <td>
                  <Time at={row.createdAt} />
                </td>
                <td>
                  <span className="badge accent">{stateText(row.state, t)}</span>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

/** What waits to be registered. */
export function OutboxScreen() {
  const t = useWords();
  const jobs = useDesk((desk) => desk.jobs);
  const [rows, setRows] = useState<Rows>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a job that ended may have added a record
  useEffect(() => {
    void call('outbox.list', {}).then((list) => setRows(list ?? []));
  }, [jobs]);
  const save = async () => {
    const file = await call('outbox.export', {});
    if (file) await saveFile(file);
  };
  return (
    <Page
      title={t('screen.outbox')}
      actions={
        <Button onPress={save} isDisabled={rows.length === 0}>
          {t('outbox.export')}
        </Button>
      }
    >
      <div className="note">{t('outbox.why')}</div>
      {rows.length === 0 ? <div className="empty">{t('outbox.none')}</div> : <Table rows={rows} />}
    </Page>
  );
}
