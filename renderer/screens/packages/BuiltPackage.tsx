import { useState } from 'react';
import type { Response } from '../../../shared/contract/contract.ts';
import type { FileInfo } from '../../../shared/contract/values.ts';
import { saveFile, showScreen } from '../../actions.ts';
import { Copy } from '../../parts/Copy.tsx';
import { Button } from '../../parts/controls.tsx';
import { formatBytes, groupHex } from '../../parts/format.ts';
import { useIntoView } from '../../parts/useIntoView.ts';
import { useLanguage, useWords } from '../../words/words.ts';
import { choosePackage } from '../load/plan.ts';
import { useDraft } from './draft.ts';
import { LintPart } from './LintPart.tsx';
import { SignOutside } from './SignOutside.tsx';

type Built = Response<'packages.build'>;

function Facts({ result, file }: { readonly result: Built; readonly file: FileInfo }) {
  const t = useWords();
  const language = useLanguage();
  return (
    <dl className="facts">
      <dt>{t('inspect.file')}</dt>
      <dd>
        {file.name}, {formatBytes(file.sizeBytes, language)}
      </dd>
      <dt>{t('build.payload-digest')}</dt>
      <dd className="mono">{groupHex(result.payloadSha256)}</dd>
      {result.isSigned ? (
        <>
          <dt>{t('build.digest')}</dt>
          <dd className="mono">{groupHex(result.packageDigest)}</dd>
        </>
      ) : null}
    </dl>
  );
}

/** A package that is signed: keep it, load it. */
function Finished({ result, file }: { readonly result: Built; readonly file: FileInfo }) {
  const t = useWords();
  const load = async () => {
    await choosePackage(file);
    showScreen('load');
  };
  return (
    <>
      {result.isSigned ? null : <strong>{t('sign.complete')}</strong>}
      <div className="row">
        <Button kind="primary" onPress={() => void saveFile(file)}>
          {t('build.save')}
        </Button>
        <Button onPress={load}>{t('build.load')}</Button>
        {result.isSigned ? <Copy text={result.packageDigest} label={t('build.copy-digest')} /> : null}
      </div>
    </>
  );
}

/** What was built: sign it where that is due, save it, check it, load it. */
export function BuiltPackage({ result }: { readonly result: Built }) {
  const t = useWords();
  const place = useIntoView<HTMLElement>();
  const profile = useDraft((draft) => draft.profile);
  const [file, setFile] = useState(result.file);
  const [isSigned, setSigned] = useState(result.isSigned);
  const [complete] = useState(() => () => setSigned(true));
  return (
    <section className="card stack" ref={place} tabIndex={-1} aria-label={t('build.done')}>
      <h2 role="status">{t('build.done')}</h2>
      <Facts result={result} file={file} />
      {isSigned ? (
        <>
          <Finished result={result} file={file} />
          <LintPart file={file} profile={profile} />
        </>
      ) : (
        <SignOutside key={file.token} file={file} onSigned={setFile} onComplete={complete} />
      )}
    </section>
  );
}
