import { loadSteps, type StepName } from '../../../shared/job.ts';
import { formatDuration, shortDetail } from '../../parts/format.ts';
import { Said } from '../../parts/Said.tsx';
import type { JobProgress, StepProgress } from '../../store.ts';
import { type Translate, useLanguage, useWords, type WordKey } from '../../words/words.ts';

const marks: Readonly<Record<string, string>> = {
  done: '✓',
  kept: '✓',
  failed: '✕',
  running: '▶',
  interrupted: '↻',
};
const knownStates = ['running', 'pending', 'done', 'failed', 'cancelled', 'interrupted', 'kept', 'planned'];

export const stateWord = (t: Translate, state: string): string =>
  knownStates.includes(state) ? t(`state.${state}` as WordKey) : state;

function Step({ step, seen }: { readonly step: StepName; readonly seen: StepProgress | undefined }) {
  const t = useWords();
  const language = useLanguage();
  const { permanent } = loadSteps[step];
  return (
    <li
      data-state={seen?.state ?? 'pending'}
      className={permanent ? 'permanent' : ''}
      aria-current={seen?.state === 'running' ? 'step' : undefined}
    >
      <span className="mark" aria-hidden="true">
        {marks[seen?.state ?? ''] ?? '·'}
      </span>
      <span className="grow">
        {t(`step.${step}`)}
        {permanent ? ` (${t('load.permanent')})` : ''}
        {seen?.detail ? (
          <span className="detail small soft mono">
            <Said text={shortDetail(seen.detail)} />
          </span>
        ) : null}
      </span>
      <span className="small soft">
        {seen ? stateWord(t, seen.state) : ''}
        {seen?.durationMs == null ? '' : ` ${formatDuration(seen.durationMs, language)}`}
      </span>
    </li>
  );
}

/** Every step of a load, those to come too; what a step said stands on its own line, one line long. */
export function Steps({ progress }: { readonly progress: JobProgress }) {
  const t = useWords();
  return (
    <ol className="steps" aria-label={t('load.steps')}>
      {(Object.keys(loadSteps) as StepName[]).map((step) => (
        <Step key={step} step={step} seen={progress.steps.find((one) => one.step === step)} />
      ))}
    </ol>
  );
}
