import { useState } from 'react';
import type { Response } from '../../shared/contract/contract.ts';
import type { ErrorData } from '../../shared/contract/values.ts';
import { ask, call, saveFile } from '../actions.ts';
import { Button, Choice } from '../parts/controls.tsx';
import { shortPath } from '../parts/format.ts';
import { LoginFields, linkRequest } from '../parts/login.tsx';
import { Page } from '../parts/Page.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { Said } from '../parts/Said.tsx';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { pointWord } from './diagnose/points.ts';

type Report = Response<'devices.diagnose'>;
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly port: string }
  | { readonly kind: 'refused'; readonly error: ErrorData }
  | { readonly kind: 'done'; readonly report: Report };

const marks = {
  true: ['✓', 'diagnose.ok', 'good'],
  false: ['✕', 'diagnose.bad', 'bad'],
  null: ['–', 'diagnose.open', ''],
} as const;

function Finding({ finding }: { readonly finding: Report['findings'][number] }) {
  const t = useWords();
  const [mark, word, tone] = marks[`${finding.ok}`];
  return (
    <li>
      <span className={`badge ${tone}`}>
        <span aria-hidden="true">{mark}</span> {t(word)}
      </span>
      <div className="grow">
        <strong>{pointWord(t, finding.point)}</strong>: <Said text={finding.saw} />
        {finding.advice ? (
          <div className="finding-advice">
            {t('diagnose.todo')}: <Said text={finding.advice} />
          </div>
        ) : null}
      </div>
    </li>
  );
}

function Findings({ report, onBundle }: { readonly report: Report; readonly onBundle: () => void }) {
  const t = useWords();
  return (
    <section className="card stack" role="status">
      <header className="row">
        <div className="grow">
          <h2>{t(report.ok ? 'diagnose.healthy' : 'diagnose.unhealthy')}</h2>
          <div className="small soft mono">{report.port}</div>
        </div>
        <Button onPress={onBundle}>{t('diagnose.bundle')}</Button>
      </header>
      <ol className="findings">
        {report.findings.map((finding) => (
          <Finding key={finding.point} finding={finding} />
        ))}
      </ol>
      <p className="small soft">
        {t('diagnose.bundle')}: {t('diagnose.bundle.why')}
      </p>
    </section>
  );
}

/** Why does this box not answer? */
export function DiagnoseScreen() {
  const t = useWords();
  const devices = useDesk((desk) => desk.devices);
  const chosen = useDesk((desk) => desk.chosenPorts[0]);
  const [picked, setPicked] = useState<string | null>(null);
  const [state, setState] = useState<State>({ kind: 'idle' });
  const present = [picked, chosen, devices[0]?.port].find((one) => devices.some(({ port }) => port === one));
  const port = present ?? '';
  const run = async () => {
    setState({ kind: 'running', port });
    const reply = await ask('devices.diagnose', { port, ...linkRequest() });
    setState(reply.ok ? { kind: 'done', report: reply.value } : { kind: 'refused', error: reply.error });
  };
  const bundle = async () => {
    const findings = state.kind === 'done' ? state.report.findings : [];
    const file = await call('devices.support-bundle', { findings });
    if (file) await saveFile(file);
  };
  return (
    <Page title={t('screen.diagnose')}>
      <section className="card stack">
        <p className="soft">{t('diagnose.why')}</p>
        <Choice
          label={t('diagnose.port')}
          value={port}
          onChange={setPicked}
          placeholder={t('load.devices.none')}
          options={devices.map((card) => ({
            id: card.port,
            title: [card.serial ?? card.serialNumber, shortPath(card.port)].filter(Boolean).join(', '),
          }))}
        />
        <LoginFields />
        <p className="small soft">{t('diagnose.login')}</p>
        <div className="row">
          <Button kind="primary" onPress={run} isDisabled={port === '' || state.kind === 'running'}>
            {t('diagnose.do')}
          </Button>
          {state.kind === 'done' ? null : (
            <Button onPress={bundle} isDisabled={state.kind === 'running'}>
              {t('diagnose.bundle')}
            </Button>
          )}
          <span className="small" role="status">
            {state.kind === 'running' ? t('diagnose.running', { port: shortPath(state.port) }) : ''}
          </span>
        </div>
        {state.kind === 'done' ? null : <p className="small soft">{t('diagnose.bundle.why')}</p>}
      </section>
      {state.kind === 'refused' ? <Refusal error={state.error} /> : null}
      {state.kind === 'done' ? <Findings report={state.report} onBundle={bundle} /> : null}
    </Page>
  );
}
