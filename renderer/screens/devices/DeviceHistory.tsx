import type { ReactNode } from 'react';
import type { Response } from '../../../shared/contract/contract.ts';
import { Said, Time } from '../../parts/Said.tsx';
import { useWords } from '../../words/words.ts';
import { KeyPeriod } from './KeyPeriod.tsx';

export type Detail = Response<'devices.detail'>;

/** Newest first; older ones are counted, not hidden. */
const maxShown = 10;

type ListProps<T> = {
  readonly title: string;
  readonly none: string;
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly children: (row: T) => ReactNode;
};

function List<T>({ title, none, rows, keyOf, children }: ListProps<T>) {
  const t = useWords();
  return (
    <div>
      <h3>{title}</h3>
      {rows.length === 0 ? <p className="soft">{none}</p> : null}
      <ol className="plain-list">
        {rows.slice(0, maxShown).map((row) => (
          <li key={keyOf(row)}>{children(row)}</li>
        ))}
      </ol>
      {rows.length > maxShown ? (
        <p className="small soft">{t('devices.older', { count: rows.length - maxShown })}</p>
      ) : null}
    </div>
  );
}

/** Which keys were seen when and where, what was done, and what was signed about it. */
export function DeviceHistory({ detail }: { readonly detail: Detail }) {
  const t = useWords();
  const current = detail.device.fingerprint;
  return (
    <div className="columns">
      <List
        title={t('devices.history')}
        none={t('devices.no-history')}
        rows={detail.timeline}
        keyOf={({ from, port }) => `${from} ${port}`}
      >
        {(period) => <KeyPeriod period={period} current={current} />}
      </List>
      <List title={t('devices.jobs')} none={t('devices.no-jobs')} rows={detail.jobs} keyOf={({ id }) => id}>
        {(job) => (
          <>
            <Time at={job.createdAt} />: {t(`state.${job.state}`)}
            {job.error ? (
              <>
                , <Said text={job.error.title} />
              </>
            ) : null}
          </>
        )}
      </List>
      <List
        title={t('devices.receipts')}
        none={t('devices.no-receipts')}
        rows={detail.receipts}
        keyOf={({ id }) => id}
      >
        {(receipt) => (
          <>
            <Time at={receipt.endedAt} />: <Said text={receipt.outcome.summary} />
          </>
        )}
      </List>
    </div>
  );
}
