import { useState } from 'react';
import { call } from '../actions.ts';
import { Button, Check, Field } from '../parts/controls.tsx';
import { InterruptedJobs } from '../parts/InterruptedJobs.tsx';
import { LoginFields, useLogin } from '../parts/login.tsx';
import { Page } from '../parts/Page.tsx';
import { Unlocked } from '../parts/Unlock.tsx';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { CheckResult } from './load/CheckResult.tsx';
import { ConfirmLoad } from './load/ConfirmLoad.tsx';
import { DevicesPart } from './load/DevicesPart.tsx';
import { JobCard } from './load/JobCard.tsx';
import { latestJobs } from './load/latest-jobs.ts';
import { PackagePart } from './load/PackagePart.tsx';
import { change, dryRun, nameOf, requestOf, usePlan } from './load/plan.ts';

function SitePart() {
  const t = useWords();
  const station = useDesk((desk) => desk.station);
  const plan = usePlan();
  return (
    <section className="card stack">
      <h2>{t('load.site')}</h2>
      <LoginFields />
      <Field
        label={t('load.operator')}
        value={plan.operator ?? station?.operator ?? ''}
        onChange={(operator) => change({ operator })}
      />
      <Field
        label={t('load.reason')}
        hint={t('load.reason.hint')}
        value={plan.reason}
        onChange={(reason) => change({ reason })}
      />
      <Check isSelected={plan.raise} onChange={(raise) => change({ raise })}>
        {t('load.raise')}
      </Check>
      <Check isSelected={plan.isDemo} onChange={(isDemo) => change({ isDemo })}>
        {t('load.demo')}
      </Check>
    </section>
  );
}

const progressId = 'load-progress';

function Progress() {
  const t = useWords();
  const progress = useDesk((desk) => desk.progress);
  const jobs = latestJobs(progress);
  if (jobs.length === 0) return null;
  return (
    <section className="stack">
      <h2 id={progressId} tabIndex={-1}>
        {t('load.progress')}
      </h2>
      <div className="job-cards">
        {jobs.map((job) => (
          <JobCard key={job.jobId} progress={job} />
        ))}
      </div>
    </section>
  );
}

/** What still has to be given before anything can be done, in the order of the page. */
function useMissing(): string | null {
  const t = useWords();
  const chosen = useDesk((desk) => desk.chosenPorts);
  const devices = useDesk((desk) => desk.devices);
  const { file, keyName } = usePlan();
  if (chosen.length === 0) return t('load.missing.devices');
  if (devices.some(({ port, jobId }) => jobId !== null && chosen.includes(port)))
    return t('load.missing.busy');
  if (file === null) return t('load.missing.package');
  return keyName === '' ? t('load.missing.key') : null;
}

function Actions() {
  const t = useWords();
  const devices = useDesk((desk) => desk.devices);
  const chosen = useDesk((desk) => desk.chosenPorts);
  const operator = useDesk((desk) => desk.station?.operator ?? '');
  const { checked } = usePlan();
  useLogin();
  const [isAsking, setAsking] = useState(false);
  const missing = useMissing();
  const request = missing === null ? requestOf(chosen, operator) : null;
  const start = async () => {
    setAsking(false);
    if (request === null || (await call('load.start', request)) === null) return;
    document.getElementById(progressId)?.focus();
  };
  return (
    <>
      <div className="row">
        <Button onPress={() => request && void dryRun(request)} isDisabled={request === null}>
          {t('load.dry')}
        </Button>
        <Button kind="danger" onPress={() => setAsking(true)} isDisabled={request === null}>
          {t('load.start')}
        </Button>
        <span className="small soft" role="status">
          {missing}
        </span>
      </div>
      <div aria-live="polite">{request ? <CheckResult checked={checked} of={nameOf(request)} /> : null}</div>
      {isAsking && request ? (
        <ConfirmLoad
          devices={devices.filter(({ port }) => chosen.includes(port))}
          onConfirm={start}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

/** A package into one device or many: what, where, checked, confirmed, followed to its receipt. */
export function LoadScreen() {
  const t = useWords();
  return (
    <Page title={t('screen.load')}>
      <InterruptedJobs />
      <Progress />
      <Unlocked>
        <div className="two">
          <div className="stack">
            <DevicesPart />
            <SitePart />
          </div>
          <PackagePart />
        </div>
        <Actions />
      </Unlocked>
    </Page>
  );
}
