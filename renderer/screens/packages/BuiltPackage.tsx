import { useEffect, useState } from 'react';
import type { Response } from '../../../shared/contract/contract.ts';
import type { FileInfo } from '../../../shared/contract/values.ts';
import { ask, call, saveFile, showScreen } from '../../actions.ts';
import { Button } from '../../parts/controls.tsx';
import { FilePick } from '../../parts/FilePick.tsx';
import { formatBytes, groupHex } from '../../parts/format.ts';
import { useWords } from '../../words/words.ts';
import { choosePackage } from '../load/plan.ts';

type Due = Response<'packages.digest'>;

type OutsideProps = {
  readonly file: FileInfo;
  readonly onSigned: (file: FileInfo) => void;
  readonly onComplete: () => void;
};

/** One signature after the other: the payload's, then the package's. */
function SignOutside({ file, onSigned, onComplete }: OutsideProps) {
  const t = useWords();
  const [due, setDue] = useState<Due | null>(null);
  useEffect(() => {
    void ask('packages.digest', { package: file.token }).then((reply) => {
      setDue(reply.ok ? reply.value : null);
      if (!reply.ok && reply.error.code === 'signing.nothing-due') onComplete();
    });
  }, [file, onComplete]);
  if (due === null) return null;
  const attach = async (signature: FileInfo) => {
    const done = await call('packages.attach-signature', { package: file.token, signature: signature.token });
    if (done) onSigned(done.file);
  };
  return (
    <div className="note stack">
      <h3>{t('sign.title', { due: due.due })}</h3>
      <p>{t('sign.why')}</p>
      <div className="mono">{groupHex(due.digest)}</div>
      <pre className="mono rule">
        openssl pkeyutl -sign -inkey KEY -pkeyopt digest:sha256 -in {due.file.name} -out SIGNATURE.bin
      </pre>
      <div className="row">
        <Button onPress={() => void saveFile(due.file)}>{t('sign.save')}</Button>
      </div>
      <FilePick label={t('sign.signature')} file={null} onFile={(signature) => void attach(signature)} />
    </div>
  );
}

/** What was built: save it, sign it, load it. */
export function BuiltPackage({ result }: { readonly result: Response<'packages.build'> }) {
  const t = useWords();
  const [file, setFile] = useState(result.file);
  const [isSigned, setSigned] = useState(result.isSigned);
  const [complete] = useState(() => () => setSigned(true));
  const load = async () => {
    await choosePackage(file);
    showScreen('load');
  };
  return (
    <section className="card stack" role="status">
      <h2>{t('build.done')}</h2>
      <dl className="facts">
        <dt>{t('inspect.file')}</dt>
        <dd>
          {file.name}, {formatBytes(file.sizeBytes)}
        </dd>
        {isSigned && result.isSigned ? (
          <>
            <dt>{t('build.digest')}</dt>
            <dd className="mono">{groupHex(result.packageDigest)}</dd>
          </>
        ) : null}
      </dl>
      {isSigned ? (
        <>
          {result.isSigned ? null : <strong>{t('sign.complete')}</strong>}
          <div className="row">
            <Button kind="primary" onPress={() => void saveFile(file)}>
              {t('build.save')}
            </Button>
            <Button onPress={load}>{t('build.load')}</Button>
          </div>
        </>
      ) : (
        <SignOutside key={file.token} file={file} onSigned={setFile} onComplete={complete} />
      )}
    </section>
  );
}
