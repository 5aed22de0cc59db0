import { Choice } from '../../parts/controls.tsx';
import { FilePick } from '../../parts/FilePick.tsx';
import { useKeys, useProfiles } from '../../parts/useChoices.ts';
import { useWords } from '../../words/words.ts';
import { change, choosePackage, chooseProfile, usePlan } from './plan.ts';

function LintFindings() {
  const t = useWords();
  const lint = usePlan((plan) => plan.lint);
  if (lint === null) return null;
  return (
    <div className="stack" role="status">
      <div className={lint.ok ? '' : 'alarm'}>
        {t(lint.ok ? 'load.lint.ok' : 'load.lint.bad', { profile: lint.profile })}
      </div>
      <ul className="plain-list">
        {lint.findings.map((finding) => (
          <li key={finding.rule}>
            <span
              className={`badge ${finding.severity === 'error' ? 'bad' : finding.severity === 'warning' ? 'warn' : ''}`}
            >
              {finding.severity}
            </span>{' '}
            <span className="mono">{finding.rule}</span>: {finding.detail}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Which package, under which key, checked against what. */
export function PackagePart() {
  const t = useWords();
  const { file, inspection, keyName, profile, anchor } = usePlan();
  const { keys } = useKeys();
  const profiles = useProfiles();
  const isMissing = keyName !== '' && keys.length > 0 && keys.every(({ id }) => id !== keyName);
  return (
    <section className="card stack">
      <h2>{t('load.package')}</h2>
      <FilePick
        label={t('load.file')}
        file={file}
        onFile={(chosen) => void choosePackage(chosen)}
        accept={['.cpk']}
      />
      {inspection ? (
        <div>
          <strong>
            {inspection.id} {inspection.version}
          </strong>{' '}
          {inspection.name}, {inspection.vendor}
        </div>
      ) : null}
      <Choice
        label={t('load.profile')}
        value={profile}
        onChange={(name) => void chooseProfile(name)}
        options={profiles}
      />
      <LintFindings />
      <Choice
        label={t('load.key')}
        value={keyName}
        onChange={(name) => change({ keyName: name })}
        options={keys}
      />
      {isMissing ? <div className="alarm">{t('load.key.none', { name: keyName })}</div> : null}
      <FilePick
        label={t('load.anchor')}
        file={anchor}
        onFile={(chosen) => change({ anchor: chosen })}
        accept={['.pem', '.crt']}
      />
    </section>
  );
}
