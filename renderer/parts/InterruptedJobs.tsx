import type { JobView } from '../../shared/contract/values.ts';
import { call, refreshJobs, showScreen } from '../actions.ts';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { Button } from './controls.tsx';
import { LoginFields, linkRequest } from './login.tsx';
import { Unlocked } from './Unlock.tsx';

function Interrupted({ job }: { readonly job: JobView }) {
  const t = useWords();
  const resume = async () => {
    const { credentials } = linkRequest();
    if (await call('jobs.resume', { jobId: job.id, credentials })) showScreen('load', [job.port]);
  };
  const discard = async () => {
    await call('jobs.cancel', { jobId: job.id });
    await refreshJobs();
  };
  return (
    <section className="note stack" aria-label={t('interrupted.title', { port: job.port })}>
      <h2>{t('interrupted.title', { port: job.serial ? `${job.port} (${job.serial})` : job.port })}</h2>
      <p>
        {job.error ? `${job.error.title}. ` : ''}
        {t('interrupted.why')}
      </p>
      <Unlocked>
        <LoginFields />
        <div className="row">
          <Button kind="primary" onPress={resume}>
            {t('interrupted.resume')}
          </Button>
          <Button onPress={discard}>{t('interrupted.discard')}</Button>
        </div>
      </Unlocked>
    </section>
  );
}

/** Jobs that a crash or a closed program left half-way: offered, never resumed by themselves. */
export function InterruptedJobs() {
  const jobs = useDesk((desk) => desk.jobs);
  return jobs
    .filter((job) => job.state === 'interrupted')
    .map((job) => <Interrupted key={job.id} job={job} />);
}
