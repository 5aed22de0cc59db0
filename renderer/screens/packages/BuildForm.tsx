import { call, notifyDone } from '../../actions.ts';
import { Button, Check, Choice, Field } from '../../parts/controls.tsx';
import { FilePick } from '../../parts/FilePick.tsx';
import { Refusal } from '../../parts/Refusal.tsx';
import { useKeys, useProfiles } from '../../parts/useChoices.ts';
import { useWords } from '../../words/words.ts';
import { BuildProgress } from './BuildProgress.tsx';
import { BuiltPackage } from './BuiltPackage.tsx';
import { build, change, missingOf, requestOf, useBuild, useDraft } from './draft.ts';

function About() {
  const t = useWords();
  const draft = useDraft();
  const profiles = useProfiles();
  const { keys, refresh } = useKeys();
  const create = async () => {
    const made = await call('keys.create', { name: draft.id });
    await refresh();
    if (made) {
      change({ keyName: made.name });
      notifyDone(t('keys.created.done', { name: made.name }));
    }
  };
  const canCreate = draft.id !== '' && keys.every(({ id }) => id !== draft.id);
  return (
    <section className="card stack">
      <h2>{t('build.about')}</h2>
      <FilePick label={t('build.payload')} file={draft.payload} onFile={(payload) => change({ payload })} />
      <Field
        label={t('build.id')}
        hint={t('build.id.hint')}
        value={draft.id}
        onChange={(id) => change({ id })}
      />
      <Field label={t('build.name')} value={draft.name} onChange={(name) => change({ name })} />
      <Field label={t('build.vendor')} value={draft.vendor} onChange={(vendor) => change({ vendor })} />
      <Field label={t('build.version')} value={draft.version} onChange={(version) => change({ version })} />
      <Choice
        label={t('build.target')}
        value={draft.profile}
        onChange={(profile) => change({ profile })}
        options={profiles}
      />
      <Choice
        label={t('build.key')}
        value={draft.keyName}
        onChange={(keyName) => change({ keyName })}
        options={keys}
      />
      {canCreate ? (
        <div className="row">
          <Button onPress={create}>{t('build.key.create', { name: draft.id })}</Button>
        </div>
      ) : null}
    </section>
  );
}

const pem = ['.pem', '.crt', '.key', '.cer'];

function Signing() {
  const t = useWords();
  const draft = useDraft();
  return (
    <section className="card stack">
      <h2>{t('build.signing.title')}</h2>
      <Choice
        label={t('build.signing')}
        value={draft.signing}
        onChange={(signing) => change({ signing: signing === 'outside' ? 'outside' : 'here' })}
        options={[
          { id: 'here', title: t('build.signing.here') },
          { id: 'outside', title: t('build.signing.outside') },
        ]}
      />
      <FilePick
        label={t('build.certificate')}
        file={draft.certificate}
        onFile={(certificate) => change({ certificate })}
        accept={pem}
      />
      {draft.signing === 'here' ? (
        <>
          <FilePick
            label={t('build.signing-key')}
            file={draft.signingKey}
            onFile={(signingKey) => change({ signingKey })}
            accept={pem}
          />
          <Field
            label={t('build.passphrase')}
            type="password"
            value={draft.passphrase}
            onChange={(passphrase) => change({ passphrase })}
          />
        </>
      ) : null}
      <Check isSelected={draft.allowKeyReuse} onChange={(allowKeyReuse) => change({ allowKeyReuse })}>
        {t('build.reuse')}
      </Check>
      <p className="small soft">{t('build.reuse.why')}</p>
      <Check isSelected={draft.isDemo} onChange={(isDemo) => change({ isDemo })}>
        {t('build.demo')}
      </Check>
    </section>
  );
}

/** From a payload to a package, and to its signatures where they come from outside. */
export function BuildForm() {
  const t = useWords();
  const draft = useDraft();
  const now = useBuild(({ build: state }) => state);
  const request = requestOf(draft);
  return (
    <div className="stack">
      <div className="columns">
        <About />
        <Signing />
      </div>
      <div className="row">
        <Button
          kind="primary"
          isDisabled={request === null || now.kind === 'running'}
          onPress={() => (request ? void build(request) : undefined)}
        >
          {t('build.do')}
        </Button>
        <span className="soft">{request === null ? t(`build.missing.${missingOf(draft)}`) : ''}</span>
      </div>
      {now.kind === 'running' ? <BuildProgress /> : null}
      {now.kind === 'refused' ? <Refusal error={now.error} /> : null}
      {now.kind === 'built' ? <BuiltPackage key={now.result.file.token} result={now.result} /> : null}
    </div>
  );
}
