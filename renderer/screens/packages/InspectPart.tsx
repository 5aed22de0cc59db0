import { useState } from 'react';
import type { ErrorData, FileInfo, InspectionView } from '../../../shared/contract/values.ts';
import { ask } from '../../actions.ts';
import { FilePick } from '../../parts/FilePick.tsx';
import { formatBytes, groupHex } from '../../parts/format.ts';
import { Refusal } from '../../parts/Refusal.tsx';
import { Said, Time } from '../../parts/Said.tsx';
import { useLanguage, useWords } from '../../words/words.ts';
import { ByteMap } from './ByteMap.tsx';
import { LintPart } from './LintPart.tsx';

type State =
  | { readonly kind: 'empty' }
  | { readonly kind: 'refused'; readonly error: ErrorData }
  | { readonly kind: 'shown'; readonly file: FileInfo; readonly found: InspectionView };

function Facts({ found }: { readonly found: InspectionView }) {
  const t = useWords();
  const language = useLanguage();
  const signed = [
    found.signed.payload ? t('inspect.signed.payload') : null,
    found.signed.package ? t('inspect.signed.package') : null,
  ].filter((word) => word !== null);
  const certificate = found.certificate ? (
    <>
      {found.certificate.subject}, RSA {found.certificate.keyBits}, <Time at={found.certificate.notAfter} />
    </>
  ) : (
    <Said text={found.certificateFault ?? '–'} />
  );
  const layout = found.layoutFaults.map((fault) => (
    <div key={fault}>
      <Said text={fault} />
    </div>
  ));
  const rows = [
    [t('build.id'), `${found.id} ${found.version}`],
    [t('build.name'), found.name],
    [t('build.vendor'), found.vendor],
    [t('inspect.key'), found.keyName ?? '–'],
    [t('inspect.bytes'), formatBytes(found.fileBytes, language)],
    [t('inspect.signed'), signed.join(', ') || t('inspect.signed.none')],
    [t('inspect.certificate'), certificate],
    [t('inspect.signer'), found.certificate ? groupHex(found.certificate.fingerprint) : '–'],
    [t('inspect.layout'), layout.length > 0 ? layout : t('inspect.canonical')],
  ] as const;
  return (
    <dl className="facts">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is in a package; needs no key. */
export function InspectPart() {
  const t = useWords();
  const [file, setFile] = useState<FileInfo | null>(null);
  const [state, setState] = useState<State>({ kind: 'empty' });
  const look = async (chosen: FileInfo) => {
    setFile(chosen);
    const reply = await ask('packages.inspect', { package: chosen.token });
    setState(
      reply.ok
        ? { kind: 'shown', file: chosen, found: reply.value }
        : { kind: 'refused', error: reply.error },
    );
  };
  return (
    <div className="stack">
      <div className="card">
        <FilePick
          label={t('inspect.file')}
          file={file}
          onFile={(chosen) => void look(chosen)}
          accept={['.cpk']}
        />
      </div>
      {state.kind === 'refused' ? <Refusal error={state.error} /> : null}
      {state.kind === 'shown' ? (
        <section className="card stack">
          <Facts found={state.found} />
          <ByteMap key={state.file.token} found={state.found} />
          <LintPart key={`lint ${state.file.token}`} file={state.file} />
        </section>
      ) : null}
    </div>
  );
}
