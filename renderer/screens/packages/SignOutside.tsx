import { useEffect, useState } from 'react';
import type { Response } from '../../../shared/contract/contract.ts';
import type { ErrorData, FileInfo } from '../../../shared/contract/values.ts';
import { ask, notifyError, saveFile } from '../../actions.ts';
import { Copy } from '../../parts/Copy.tsx';
import { Button } from '../../parts/controls.tsx';
import { FilePick } from '../../parts/FilePick.tsx';
import { groupHex } from '../../parts/format.ts';
import { Refusal } from '../../parts/Refusal.tsx';
import { useWords } from '../../words/words.ts';

type Due = Response<'packages.digest'>;

type OutsideProps = {
  readonly file: FileInfo;
  readonly onSigned: (file: FileInfo) => void;
  readonly onComplete: () => void;
};

/** What is to be signed, by which key, and how; in the order in which it is done. */
function WhatIsDue({ due }: { readonly due: Due }) {
  const t = useWords();
  const command = `openssl pkeyutl -sign -inkey KEY -pkeyopt digest:sha256 -in ${due.file.name} -out SIGNATURE.bin`;
  return (
    <>
      <p>{t('sign.why')}</p>
      <dl className="facts">
        <dt>{t('sign.digest')}</dt>
        <dd className="mono">{groupHex(due.digest)}</dd>
        <dt>{t('sign.signer')}</dt>
        <dd className="mono">{groupHex(due.signer)}</dd>
        <dt>{t('sign.bytes')}</dt>
        <dd>{due.signatureBytes}</dd>
      </dl>
      <div className="row">
        <Button kind="primary" onPress={() => void saveFile(due.file)}>
          {t('sign.save')}
        </Button>
        <Copy text={due.digest} label={t('sign.copy')} />
        <Copy text={command} label={t('sign.copy-command')} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled line must be reached by keyboard */}
      <pre className="mono rule" tabIndex={0}>
        {command}
      </pre>
    </>
  );
}

/** One signature after the other: the payload's, then the package's. */
export function SignOutside({ file, onSigned, onComplete }: OutsideProps) {
  const t = useWords();
  const [due, setDue] = useState<Due | null>(null);
  const [refused, setRefused] = useState<ErrorData | null>(null);
  useEffect(() => {
    void ask('packages.digest', { package: file.token }).then((reply) => {
      setDue(reply.ok ? reply.value : null);
      if (reply.ok) return;
      if (reply.error.code === 'signing.nothing-due') onComplete();
      else notifyError(reply.error);
    });
  }, [file, onComplete]);
  if (due === null) return null;
  const attach = async (signature: FileInfo) => {
    const request = { package: file.token, signature: signature.token };
    const reply = await ask('packages.attach-signature', request);
    setRefused(reply.ok ? null : reply.error);
    if (reply.ok) onSigned(reply.value.file);
  };
  return (
    <section className="note stack">
      <h3>
        {t(due.due === 'payload' ? 'sign.step.1' : 'sign.step.2')}{' '}
        {t('sign.title', { due: t(`inspect.signed.${due.due}`) })}
      </h3>
      <WhatIsDue due={due} />
      <FilePick label={t('sign.signature')} file={null} onFile={(signature) => void attach(signature)} />
      {refused ? <Refusal error={refused} /> : null}
    </section>
  );
}
