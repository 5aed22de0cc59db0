import { Button } from '../parts/controls.tsx';
import { Page } from '../parts/Page.tsx';
import { Unlocked } from '../parts/Unlock.tsx';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { Counters } from './line/Counters.tsx';
import { startLine, useSlots } from './line/jig.ts';
import { Recipe } from './line/Recipe.tsx';
import { Running } from './line/Running.tsx';
import { Slots } from './line/Slots.tsx';
import { PackagePart } from './load/PackagePart.tsx';
import { requestOf, usePlan } from './load/plan.ts';

function Start() {
  const t = useWords();
  const operator = useDesk((desk) => desk.station?.operator ?? '');
  const file = usePlan((plan) => plan.file);
  const keyName = usePlan((plan) => plan.keyName);
  const slots = useSlots();
  const missing = [
    ...(slots.length === 0 ? [t('line.missing.slots')] : []),
    ...(slots.some(({ label }) => label.trim() === '') ? [t('line.missing.label')] : []),
    ...(file === null ? [t('line.missing.package')] : []),
    ...(file !== null && keyName === '' ? [t('load.missing.key')] : []),
  ];
  const start = async () => {
    const request = requestOf(
      slots.map(({ port }) => port),
      operator,
    );
    if (request === null) return;
    const { ports: _ports, ...recipe } = request;
    await startLine(recipe);
  };
  return (
    <div className="row">
      <Button kind="primary" onPress={start} isDisabled={missing.length > 0}>
        {t('line.start')}
      </Button>
      <span className="soft">{missing[0] ?? ''}</span>
    </div>
  );
}

/** Many units, one after the other, in many slots. */
export function LineScreen() {
  const t = useWords();
  const line = useDesk((desk) => desk.line);
  // A line that was stopped still has units under way: they are finished, and shown until they are.
  const isShown = line?.isRunning || line?.slots.some(({ state }) => state === 'running');
  if (line && isShown) {
    return (
      <Page title={t('screen.line')}>
        <Running line={line} />
      </Page>
    );
  }
  return (
    <Page title={t('screen.line')}>
      {line && line.finished.length > 0 ? (
        <section className="card stack" role="status">
          <h2>{t('line.last')}</h2>
          <Counters line={line} />
        </section>
      ) : null}
      <Unlocked>
        <div className="two">
          <div className="stack">
            <Slots />
            <Recipe />
          </div>
          <PackagePart />
        </div>
        <Start />
      </Unlocked>
    </Page>
  );
}
