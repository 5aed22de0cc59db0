import { returnLine } from '../../parts/link-facts.ts';
import type { JobProgress } from '../../store.ts';
import { useLanguage, useWords } from '../../words/words.ts';

/** What happened to a job and is over: a cable that was back in time is no alarm. */
export function JobLog({ returns }: Pick<JobProgress, 'returns'>) {
  const t = useWords();
  const language = useLanguage();
  if (returns.length === 0) return null;
  return (
    <section className="job-log" aria-label={t('job.log')}>
      <h3>{t('job.log')}</h3>
      <ul className="plain-list small">
        {returns.map((back, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are never reordered, and two may be the same
          <li key={index}>{returnLine(language, back)}</li>
        ))}
      </ul>
    </section>
  );
}
