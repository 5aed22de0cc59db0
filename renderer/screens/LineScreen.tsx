import { useState } from 'react';
import { call, hear } from '../actions.ts';
import { Button, Check, Field } from '../parts/controls.tsx';
import { LoginFields } from '../parts/login.tsx';
import { Page } from '../parts/Page.tsx';
import { Unlocked } from '../parts/Unlock.tsx';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { Running } from './line/Running.tsx';
import { Slots } from './line/Slots.tsx';
import { PackagePart } from './load/PackagePart.tsx';
import { change, requestOf, usePlan } from './load/plan.ts';

type Options = { readonly isScanNeeded: boolean; readonly hook: boolean };
type RecipeProps = { readonly options: Options; readonly onOptions: (options: Options) => void };

function Recipe({ options, onOptions }: RecipeProps) {
  const t = useWords();
  const operator = useDesk((desk) => desk.station?.operator ?? '');
  const plan = usePlan();
  return (
    <section className="card stack">
      <h2>{t('line.recipe')}</h2>
      <LoginFields />
      <Field
        label={t('load.operator')}
        value={plan.operator ?? operator}
        onChange={(name) => change({ operator: name })}
      />
      <Field
        label={t('load.reason')}
        hint={t('load.reason.hint')}
        value={plan.reason}
        onChange={(reason) => change({ reason })}
      />
      <Check
        isSelected={options.isScanNeeded}
        onChange={(isScanNeeded) => onOptions({ ...options, isScanNeeded })}
      >
        {t('line.scan-needed')}
      </Check>
      <Check isSelected={options.hook} onChange={(hook) => onOptions({ ...options, hook })}>
        {t('line.hook')}
      </Check>
    </section>
  );
}

/** Many units, one after the other, in many slots. */
export function LineScreen() {
  const t = useWords();
  const line = useDesk((desk) => desk.line);
  const operator = useDesk((desk) => desk.station?.operator ?? '');
  const file = usePlan((plan) => plan.file);
  const [options, setOptions] = useState<Options>({ isScanNeeded: false, hook: false });
  const slots = line?.slots ?? [];
  const start = async () => {
    const request = requestOf(
      slots.map(({ port }) => port),
      operator,
    );
    if (request === null) return;
    const { ports: _ports, ...recipe } = request;
    const value = await call('line.start', { recipe, ...options });
    if (value) hear({ name: 'line.changed', value });
  };
  if (line?.isRunning) {
    return (
      <Page title={t('screen.line')}>
        <Running
          line={line}
          isScanning={options.isScanNeeded || slots.some(({ state }) => state === 'scan')}
        />
      </Page>
    );
  }
  return (
    <Page title={t('screen.line')}>
      <Unlocked>
        <div className="two">
          <div className="stack">
            <Slots />
            <Recipe options={options} onOptions={setOptions} />
          </div>
          <PackagePart />
        </div>
        <div className="row">
          <Button kind="primary" onPress={start} isDisabled={file === null || slots.length === 0}>
            {t('line.start')}
          </Button>
        </div>
      </Unlocked>
    </Page>
  );
}
