import { useEffect, useState } from 'react';
import type { JobView } from '../../../shared/contract/values.ts';
import { loadSteps, type StepName } from '../../../shared/job.ts';
import type { Receipt } from '../../../shared/receipt.ts';
import { ask, call } from '../../actions.ts';
import { Button } from '../../parts/controls.tsx';
import { formatBytes, formatDuration } from '../../parts/format.ts';
import { Refusal } from '../../parts/Refusal.tsx';
import { type JobProgress, useDesk } from '../../store.ts';
import { type Translate, useWords, type WordKey } from '../../words/words.ts';
import { viewTransfer } from './transfer.ts';

const marks: Readonly<Record<string, string>> = { done: '✓', kept: '✓', failed: '✕', running: '▶' };

const stateWord = (t: Translate, state: string): string => {
  const known = ['running', 'pending', 'done', 'failed', 'cancelled', 'interrupted', 'kept', 'planned'];
  return known.includes(state) ? t(`state.${state}` as WordKey) : state;
};

function Steps({ progress }: { readonly progress: JobProgress }) {
  const t = useWords();
  return (
    <ol className="steps">
      {(Object.keys(loadSteps) as StepName[]).map((step) => {
        const seen = progress.steps.find((one) => one.step === step);
        return (
          <li
            key={step}
            data-state={seen?.state ?? 'pending'}
            className={loadSteps[step].permanent ? 'permanent' : ''}
          >
            <span className="mark" aria-hidden="true">
              {marks[seen?.state ?? ''] ?? '·'}
            </span>
            <span className="grow">
              {t(`step.${step}`)}
              {loadSteps[step].permanent ? ` (${t('load.permanent')})` : ''}
              {seen?.detail ? <span className="small soft mono"> {seen.detail}</span> : null}
            </span>
            <span className="small soft">
              {seen ? stateWord(t, seen.state) : ''}
              {seen?.durationMs == null ? '' : ` ${formatDuration(seen.durationMs)}`}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Transfer({ transfer }: { readonly transfer: JobProgress['transfer'] }) {
  const t = useWords();
  if (transfer === null) return <div className="transfer" />;
  const { share, bytesPerSecond, leftMs } = viewTransfer(transfer);
  return (
    <div className="transfer">
      <div
        className="meter"
        role="progressbar"
        aria-label={t('step.send')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
      >
        <div style={{ width: `${share * 100}%` }} />
      </div>
      <div className="small soft">
        {t('load.rate', {
          done: formatBytes(transfer.sentBytes),
          total: formatBytes(transfer.totalBytes),
          rate: formatBytes(Math.round(bytesPerSecond)),
          left: leftMs === null ? '…' : formatDuration(leftMs),
        })}
        {transfer.retries > 0 ? ` · ${t('load.retries', { count: transfer.retries })}` : ''}
      </div>
    </div>
  );
}

const tones: Readonly<Record<string, string>> = {
  installed: 'good',
  enrolled: 'good',
  rejected: 'bad',
  unconfirmed: 'warn',
};

/** The one verdict on a load: what the signed receipt says. */
export function Outcome({ receipt }: { readonly receipt: Receipt }) {
  const t = useWords();
  const { state, summary, confirmed, notConfirmed } = receipt.outcome;
  const word = state in tones ? t(`outcome.${state}` as WordKey) : state;
  return (
    <section className={`outcome ${tones[state] ?? 'warn'}`} aria-label={t('load.verdict')}>
      <strong>{word}</strong>
      <p>{summary}</p>
      {confirmed.length > 0 ? <h3>{t('load.confirmed')}</h3> : null}
      <ul>
        {confirmed.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {notConfirmed.length > 0 ? <h3>{t('load.not-confirmed')}</h3> : null}
      <ul>
        {notConfirmed.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <div className="small soft mono">
        {t('load.receipt')} {receipt.id}
      </div>
    </section>
  );
}

function useReceipt(jobId: string, isOver: boolean): Receipt | null {
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  useEffect(() => {
    if (!isOver) return;
    void ask('jobs.detail', { jobId }).then((reply) => setReceipt(reply.ok ? reply.value.receipt : null));
  }, [jobId, isOver]);
  return receipt;
}

/** One device's job, from its first step to its receipt. */
export function JobCard({ progress }: { readonly progress: JobProgress }) {
  const t = useWords();
  const [isStopping, setStopping] = useState(false);
  const job: JobView | undefined = useDesk((desk) => desk.jobs.find(({ id }) => id === progress.jobId));
  const isOver = progress.state !== 'running';
  const receipt = useReceipt(progress.jobId, isOver);
  const stop = async () => {
    setStopping(true);
    await call('jobs.cancel', { jobId: progress.jobId });
  };
  return (
    <article className="card stack" aria-label={`${progress.port}: ${stateWord(t, progress.state)}`}>
      <header className="row">
        <h2 className="grow">{job?.serial ?? progress.port}</h2>
        <span className="badge">{stateWord(t, progress.state)}</span>
        {isOver ? null : (
          <Button
            onPress={stop}
            isDisabled={isStopping}
            label={`${t('load.cancel')}: ${job?.serial ?? progress.port}`}
          >
            {t('load.cancel')}
          </Button>
        )}
      </header>
      <Steps progress={progress} />
      <Transfer transfer={progress.transfer} />
      {progress.waitingFor ? (
        <div className="note">{t('load.waiting', { code: progress.waitingFor })}</div>
      ) : null}
      {isStopping && !isOver ? <div className="note">{t('load.cancelling')}</div> : null}
      {receipt ? <Outcome receipt={receipt} /> : null}
      {isOver && !receipt && job?.error ? <Refusal error={job.error} /> : null}
    </article>
  );
}
