import { useState } from 'react';
import type { Response } from '../../shared/contract/contract.ts';
import type { ErrorData } from '../../shared/contract/values.ts';
import { ask, call, saveFile } from '../actions.ts';
import { Button, Choice } from '../parts/controls.tsx';
import { LoginFields, linkRequest } from '../parts/login.tsx';
import { Page } from '../parts/Page.tsx';
import { Refusal } from '../parts/Refusal.tsx';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';

type Report = Response<'devices.diagnose'>;
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'refused'; readonly error: ErrorData }
  | { readonly kind: 'done'; readonly report: Report };

function Findings({ report }: { readonly report: Report }) {
  const t = useWords();
  const marks = {
    true: ['✓', 'diagnose.ok', 'good'],
    false: ['✕', 'diagnose.bad', 'bad'],
    null: ['–', 'diagnose.open', ''],
  } as const;
  return (
    <section className="card stack" role="status">
      <h2>{t(report.ok ? 'diagnose.healthy' : 'diagnose.unhealthy')}</h2>
      <ol className="findings">
        {report.findings.map((finding) => {
          const [mark, word, tone] = marks[String(finding.ok) as keyof typeof marks];
          return (
            <li key={finding.point}>
              <span className={`badge ${tone}`}>
                <span aria-hidden="true">{mark}</span> {t(word)}
              </span>
              <div className="grow">
                <strong>{finding.point}</strong>: {finding.saw}
                {finding.advice ? (
                  <div>
                    {t('diagnose.todo')}: {finding.advice}
                  </div>
                ) : null}
              </div>
            </li>
          );
        })}
      </ol>
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
  const port = picked ?? chosen ?? devices[0]?.port ?? '';
  const run = async () => {
    setState({ kind: 'running' });
    const reply = await ask('devices.diagnose', { port, ...linkRequest() });
    setState(reply.ok ? { kind: 'done', report: reply.value } : { kind: 'refused', error: reply.error });
  };
  const bundle = async () => {
    const findings = state.kind === 'done' ? state.report.findings : [];
    const file = await call('devices.support-bundle', { findings });
    if (file) await saveFile(file);
  };
  return (
    <Page title={t('screen.diagnose')} actions={<Button onPress={bundle}>{t('diagnose.bundle')}</Button>}>
      <section className="card stack">
        <p className="soft">{t('diagnose.why')}</p>
        <Choice
          label={t('diagnose.port')}
          value={port}
          onChange={setPicked}
          options={devices.map((card) => ({
            id: card.port,
            title: `${card.serial ?? card.serialNumber ?? ''} ${card.port}`,
          }))}
        />
        <LoginFields />
        <div className="row">
          <Button kind="primary" onPress={run} isDisabled={port === '' || state.kind === 'running'}>
            {t('diagnose.do')}
          </Button>
          {state.kind === 'running' ? <span role="status">{t('diagnose.running')}</span> : null}
        </div>
      </section>
      {state.kind === 'refused' ? <Refusal error={state.error} /> : null}
      {state.kind === 'done' ? <Findings report={state.report} /> : null}
    </Page>
  );
}
