import { loadSteps, type StepName } from '../../../shared/job.ts';
import { Confirm } from '../../parts/Confirm.tsx';
import { useWords } from '../../words/words.ts';
import { usePlan } from './plan.ts';

type ConfirmLoadProps = {
  readonly ports: readonly string[];
  readonly onConfirm: () => void;
  readonly onClose: () => void;
};

const changing: readonly StepName[] = ['send', 'install-key', 'install', 'clean-up'];

/** What will be changed, and the package's id to be typed. */
export function ConfirmLoad({ ports, onConfirm, onClose }: ConfirmLoadProps) {
  const t = useWords();
  const word = usePlan((plan) => plan.inspection?.id ?? '');
  return (
    <Confirm
      title={t('load.confirm.title', { count: ports.length })}
      word={word}
      ask={t('load.confirm.type', { word })}
      action={t('load.confirm.do')}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{t('load.confirm.why')}</p>
      <ul className="steps">
        {changing.map((step) => (
          <li key={step} className={loadSteps[step].permanent ? 'permanent' : ''}>
            {t(`step.${step}`)}
            {loadSteps[step].permanent ? ` (${t('load.permanent')})` : ''}
          </li>
        ))}
      </ul>
    </Confirm>
  );
}
