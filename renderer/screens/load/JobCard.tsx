import { useEffect, useState } from 'react';
import type { JobView } from '../../../shared/contract/values.ts';
import type { Receipt } from '../../../shared/receipt.ts';
import { ask, call } from '../../actions.ts';
import { Button } from '../../parts/controls.tsx';
import { shortPath } from '../../parts/format.ts';
import { LinkLine } from '../../parts/LinkLine.tsx';
import { Refusal } from '../../parts/Refusal.tsx';
import { Said } from '../../parts/Said.tsx';
import { type JobProgress, useDesk } from '../../store.ts';
import { useWords, type WordKey } from '../../words/words.ts';
import { JobLog } from './JobLog.tsx';
import { Steps, stateWord } from './Steps.tsx';
import { Transfer } from './Transfer.tsx';

const tones: Readonly<Record<string, string>> = {
  installed: 'good',
  enrolled: 'good',
  rejected: 'bad',
  unconfirmed: 'warn',
};

const Lines = ({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) =>
  lines.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>
            <Said text={line} />
          </li>
        ))}
      </ul>
    </>
  );

/** The one verdict on a load: what the signed receipt says. */
export function Outcome({ receipt }: { readonly receipt: Receipt }) {
  const t = useWords();
  const { state, summary, confirmed, notConfirmed } = receipt.outcome;
  const word = state in tones ? t(`outcome.${state}` as WordKey) : state;
  return (
    <section className={`outcome ${tones[state] ?? 'warn'}`} aria-label={t('load.verdict')}>
      <strong>{word}</strong>
      <p>
        <Said text={summary} />
      </p>
      <Lines title={t('load.confirmed')} lines={confirmed} />
      <Lines title={t('load.not-confirmed')} lines={notConfirmed} />
      <div className="small soft mono">
        {t('load.receipt')} {receipt.id}
      </div>
    </section>
  );
}

/** How a job ended, once the engine has said it; never guessed from its steps. */
type Ending =
  | { readonly kind: 'open' }
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | { readonly kind: 'none'; readonly job: JobView };

function useEnding(jobId: string, state: string): Ending {
  const isConnected = useDesk((desk) => desk.isConnected);
  const [ending, setEnding] = useState<Ending>({ kind: 'open' });
  useEffect(() => {
    let isCurrent = true;
    setEnding({ kind: 'open' });
    if (state === 'running' || !isConnected) return;
    void ask('jobs.detail', { jobId }).then((reply) => {
      if (!isCurrent || !reply.ok) return;
      const { job, receipt } = reply.value;
      setEnding(receipt ? { kind: 'receipt', receipt } : { kind: 'none', job });
    });
    return () => {
      isCurrent = false;
    };
  }, [jobId, state, isConnected]);
  return ending;
}

function Ended({ ending }: { readonly ending: Ending }) {
  if (ending.kind === 'open') return <div className="transfer" />;
  if (ending.kind === 'receipt') return <Outcome receipt={ending.receipt} />;
  return ending.job.error ? <Refusal error={ending.job.error} /> : null;
}

function Stop({ jobId, name }: { readonly jobId: string; readonly name: string }) {
  const t = useWords();
  const [isStopping, setStopping] = useState(false);
  const stop = async () => {
    setStopping(true);
    if ((await call('jobs.cancel', { jobId })) === null) setStopping(false);
  };
  return (
    <>
      {isStopping ? (
        <span className="small" role="status">
          {t('load.cancelling')}
        </span>
      ) : null}
      <Button onPress={stop} isDisabled={isStopping} label={`${t('load.cancel')}: ${name}`}>
        {t('load.cancel')}
      </Button>
    </>
  );
}

/** One device's job: its verdict or what is being sent at the top, its steps below. */
export function JobCard({ progress }: { readonly progress: JobProgress }) {
  const t = useWords();
  const job = useDesk((desk) => desk.jobs.find(({ id }) => id === progress.jobId));
  const isOver = progress.state !== 'running';
  const ending = useEnding(progress.jobId, progress.state);
  const port = shortPath(progress.port);
  const name = job?.serial ?? port;
  return (
    <article className="card stack" aria-label={`${name}: ${stateWord(t, progress.state)}`}>
      <header className="row card-head">
        <div className="grow">
          <h2>{name}</h2>
          <div className="small soft">{name === port ? progress.port : port}</div>
        </div>
        {isOver ? null : <Stop jobId={progress.jobId} name={name} />}
        {ending.kind === 'receipt' ? null : <span className="badge">{stateWord(t, progress.state)}</span>}
      </header>
      <div aria-live="polite">{isOver ? <Ended ending={ending} /> : null}</div>
      {isOver ? null : <Transfer transfer={progress.transfer} />}
      <LinkLine port={progress.port} hasRate={progress.transfer === null} />
      {progress.waitingFor ? (
        <div className="note" role="status">
          {t('load.waiting', { code: progress.waitingFor })}
        </div>
      ) : null}
      <Steps progress={progress} />
      <JobLog returns={progress.returns} />
    </article>
  );
}
