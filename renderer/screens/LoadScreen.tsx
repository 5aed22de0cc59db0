import { useState } from 'react';
import { call, showScreen } from '../actions.ts';
import { Button, Check, Field } from '../parts/controls.tsx';
import { InterruptedJobs } from '../parts/InterruptedJobs.tsx';
import { LoginFields } from '../parts/login.tsx';
import { Page } from '../parts/Page.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { Unlocked } from '../parts/Unlock.tsx';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { ConfirmLoad } from './load/ConfirmLoad.tsx';
import { JobCard } from './load/JobCard.tsx';
import { PackagePart } from './load/PackagePart.tsx';
import { change, dryRun, requestOf, usePlan } from './load/plan.ts';

function DevicesPart() {
  const t = useWords();
  const devices = useDesk((desk) => desk.devices);
  const chosen = useDesk((desk) => desk.chosenPorts);
  const toggle = (port: string, isOn: boolean) =>
    showScreen('load', isOn ? [...chosen, port] : chosen.filter((one) => one !== port));
  return (
    <section className="card stack">
      <h2>{t('load.devices')}</h2>
      {devices.length === 0 ? <p className="soft">{t('load.devices.none')}</p> : null}
      {devices.map((card) => (
        <Check
          key={card.port}
          isSelected={chosen.includes(card.port)}
          onChange={(isOn) => toggle(card.port, isOn)}
        >
          <strong>{card.serial ?? card.serialNumber ?? card.port}</strong>{' '}
          <span className="small soft">{card.port}</span>
        </Check>
      ))}
    </section>
  );
}

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

function DryRunResult() {
  const t = useWords();
  const result = usePlan((plan) => plan.dryRun);
  if (result === null) return null;
  if (result === 'running') return <div className="note">{t('load.dry.running')}</div>;
  return result.map((one) => (
    <div key={one.port} className={one.ok ? 'note' : 'refusal'} role="status">
      <strong>{one.serial ?? one.port}</strong> {one.level}
      <div>{one.summary}</div>
      {one.error ? <Refusal error={one.error} /> : null}
    </div>
  ));
}

function Progress() {
  const t = useWords();
  const progress = useDesk((desk) => desk.progress);
  const jobs = Object.values(progress).toReversed();
  if (jobs.length === 0) return null;
  return (
    <section className="stack">
      <h2>{t('load.progress')}</h2>
      <div className="job-cards">
        {jobs.map((job) => (
          <JobCard key={job.jobId} progress={job} />
        ))}
      </div>
    </section>
  );
}

export function LoadScreen() {
  const t = useWords();
  const devices = useDesk((desk) => desk.devices);
  const chosen = useDesk((desk) => desk.chosenPorts);
  const operator = useDesk((desk) => desk.station?.operator ?? '');
  const file = usePlan((plan) => plan.file);
  const keyName = usePlan((plan) => plan.keyName);
  const [isAsking, setAsking] = useState(false);
  const ports = chosen.filter((port) => devices.some((card) => card.port === port));
  const isReady = ports.length > 0 && file !== null && keyName !== '';
  const check = () => {
    const request = requestOf(ports, operator);
    if (request) void dryRun(request);
  };
  const start = async () => {
    setAsking(false);
    const request = requestOf(ports, operator);
    if (request) await call('load.start', request);
  };
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
        <div className="row">
          <Button onPress={check} isDisabled={!isReady}>
            {t('load.dry')}
          </Button>
          <Button kind="danger" onPress={() => setAsking(true)} isDisabled={!isReady}>
            {t('load.start')}
          </Button>
        </div>
        <DryRunResult />
        {isAsking ? <ConfirmLoad ports={ports} onConfirm={start} onClose={() => setAsking(false)} /> : null}
      </Unlocked>
    </Page>
  );
}
