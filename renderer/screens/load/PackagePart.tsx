import type { Response } from '../../../shared/contract/contract.ts';
import { Anchors } from '../../parts/Anchors.tsx';
import { Choice } from '../../parts/controls.tsx';
import { FilePick } from '../../parts/FilePick.tsx';
import { Refusal } from '../../parts/Refusal.tsx';
import { Said } from '../../parts/Said.tsx';
import { useKeys, useProfiles } from '../../parts/useChoices.ts';
import { speak } from '../../words/sayings.ts';
import { useLanguage, useWords } from '../../words/words.ts';
import { change, choosePackage, chooseProfile, usePlan } from './plan.ts';

const lintTones = { error: 'bad', warning: 'warn', info: '' } as const;

function LintFindings({ lint }: { readonly lint: Response<'packages.lint'> }) {
  const t = useWords();
  const language = useLanguage();
  return (
    <div className="stack" role="status">
      <div className={lint.ok ? '' : 'alarm'}>
        {t(lint.ok ? 'load.lint.ok' : 'load.lint.bad', { profile: speak(lint.profile, language).text })}
      </div>
      <ul className="plain-list">
        {lint.findings.map(({ rule, severity, detail }) => (
          <li key={`${rule} ${detail}`}>
            <span className={`badge ${lintTones[severity]}`}>{t(`load.lint.${severity}`)}</span>{' '}
            <span className="mono">{rule}</span>: <Said text={detail} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function KeyChoice({ keyName }: { readonly keyName: string }) {
  const t = useWords();
  const { keys, isKnown } = useKeys();
  const isMissing = keyName !== '' && isKnown && keys.every(({ id }) => id !== keyName);
  return (
    <>
      <Choice
        label={t('load.key')}
        value={keyName}
        onChange={(name) => change({ keyName: name })}
        options={keys}
      />
      {isMissing ? <div className="alarm">{t('load.key.none', { name: keyName })}</div> : null}
    </>
  );
}

/** Which package, under which key, checked against what. */
export function PackagePart() {
  const t = useWords();
  const { file, inspection, refusal, lint, keyName, profile, anchors } = usePlan();
  const profiles = useProfiles();
  return (
    <section className="card stack">
      <h2>{t('load.package')}</h2>
      <FilePick
        label={t('load.file')}
        file={file}
        onFile={(chosen) => void choosePackage(chosen)}
        accept={['.cpk']}
      />
      {refusal ? <Refusal error={refusal} /> : null}
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
      {lint ? <LintFindings lint={lint} /> : null}
      <KeyChoice keyName={keyName} />
      <Anchors anchors={anchors} onChange={(chosen) => change({ anchors: chosen })} />
    </section>
  );
}
