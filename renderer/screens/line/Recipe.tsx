import { Check, Field } from '../../parts/controls.tsx';
import { LoginFields } from '../../parts/login.tsx';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { change as changePlan, usePlan } from '../load/plan.ts';
import { change, useJig } from './jig.ts';

/** What every unit gets, under whose name, and what happens around it. */
export function Recipe() {
  const t = useWords();
  const operator = useDesk((desk) => desk.station?.operator ?? '');
  const plan = usePlan();
  const { isScanNeeded, hook } = useJig();
  return (
    <section className="card stack">
      <h2>{t('line.recipe')}</h2>
      <LoginFields />
      <Field
        label={t('load.operator')}
        value={plan.operator ?? operator}
        onChange={(name) => changePlan({ operator: name })}
      />
      <Field
        label={t('load.reason')}
        hint={t('load.reason.hint')}
        value={plan.reason}
        onChange={(reason) => changePlan({ reason })}
      />
      <Check isSelected={isScanNeeded} onChange={(isOn) => change({ isScanNeeded: isOn })}>
        {t('line.scan-needed')}
      </Check>
      <Check isSelected={hook} onChange={(isOn) => change({ hook: isOn })}>
        {t('line.hook')}
      </Check>
      <Check isSelected={plan.isDemo} onChange={(isDemo) => changePlan({ isDemo })}>
        {t('load.demo')}
      </Check>
    </section>
  );
}
