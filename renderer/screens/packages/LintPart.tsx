import { useEffect, useState } from 'react';
import type { Response } from '../../../shared/contract/contract.ts';
import type { DeviceCard, ErrorData, FileInfo } from '../../../shared/contract/values.ts';
import { profileForModel } from '../../../shared/device-profile.ts';
import { ask } from '../../actions.ts';
import { Choice } from '../../parts/controls.tsx';
import { shortPath } from '../../parts/format.ts';
import { Refusal } from '../../parts/Refusal.tsx';
import { Said } from '../../parts/Said.tsx';
import { type Named, useProfiles } from '../../parts/useChoices.ts';
import { useDesk } from '../../store.ts';
import { speak } from '../../words/sayings.ts';
import { useLanguage, useWords } from '../../words/words.ts';

type Result =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly error: ErrorData }
  | { readonly kind: 'done'; readonly lint: Response<'packages.lint'> };

const tones = { error: 'bad', warning: 'warn', info: '' } as const;
const marks = { error: '✕', warning: '!', info: 'i' } as const;
const devicePrefix = 'device ';

function Findings({ lint }: { readonly lint: Response<'packages.lint'> }) {
  const t = useWords();
  const language = useLanguage();
  return (
    <div className="stack" role="status">
      <strong className={lint.ok ? '' : 'alarm'}>
        <span aria-hidden="true">{lint.ok ? '✓' : '✕'}</span>{' '}
        {t(lint.ok ? 'load.lint.ok' : 'load.lint.bad', { profile: speak(lint.profile, language).text })}
      </strong>
      <ul className="plain-list">
        {lint.findings.map(({ rule, severity, detail }) => (
          <li key={`${rule} ${detail}`}>
            <span className={`badge ${tones[severity]}`}>
              <span aria-hidden="true">{marks[severity]}</span> {t(`load.lint.${severity}`)}
            </span>{' '}
            <span className="mono">{rule}</span>: <Said text={detail} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A device whose model was read can be named; its model says which profile it is. */
const deviceOptions = (devices: readonly DeviceCard[]): Named[] =>
  devices.flatMap(({ port, serial, model }) =>
    model === null ? [] : [{ id: `${devicePrefix}${port}`, title: `${serial ?? shortPath(port)}, ${model}` }],
  );

function profileOf(target: string, devices: readonly DeviceCard[]): string {
  if (!target.startsWith(devicePrefix)) return target;
  const card = devices.find(({ port }) => target === `${devicePrefix}${port}`);
  return profileForModel(card?.model ?? null).name;
}

type LintPartProps = { readonly file: FileInfo; readonly profile?: string };

/** Does the package fit: a kind of device, or the one that is plugged in. Nothing is touched for it. */
export function LintPart({ file, profile = 'trustbox-edge-201' }: LintPartProps) {
  const t = useWords();
  const profiles = useProfiles();
  const devices = useDesk((desk) => desk.devices);
  const [target, setTarget] = useState(profile);
  const [result, setResult] = useState<Result>({ kind: 'open' });
  const wanted = profileOf(target, devices);
  useEffect(() => {
    let isCurrent = true;
    void ask('packages.lint', { package: file.token, profile: wanted }).then((reply) => {
      if (!isCurrent) return;
      setResult(reply.ok ? { kind: 'done', lint: reply.value } : { kind: 'refused', error: reply.error });
    });
    return () => {
      isCurrent = false;
    };
  }, [file.token, wanted]);
  return (
    <div className="stack">
      <h3>{t('lint.title')}</h3>
      <Choice
        label={t('lint.against')}
        value={target}
        onChange={setTarget}
        options={[...deviceOptions(devices), ...profiles]}
      />
      {result.kind === 'done' ? <Findings lint={result.lint} /> : null}
      {result.kind === 'refused' ? <Refusal error={result.error} /> : null}
    </div>
  );
}
