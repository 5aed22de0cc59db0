import { useState } from 'react';
import type { AnchorCertificate, ErrorData, FileInfo } from '../../../shared/contract/values.ts';
import { ask, notifyDone } from '../../actions.ts';
import { Button, Field } from '../../parts/controls.tsx';
import { FilePick } from '../../parts/FilePick.tsx';
import { groupHex } from '../../parts/format.ts';
import { Refusal } from '../../parts/Refusal.tsx';
import { Time } from '../../parts/Said.tsx';
import { useWords } from '../../words/words.ts';

type Looked = { readonly file: FileInfo; readonly certificate: AnchorCertificate };

function Certificate({ certificate }: { readonly certificate: AnchorCertificate }) {
  const t = useWords();
  const { subject, issuer, notBefore, notAfter, fingerprint } = certificate;
  return (
    <>
      <dl className="facts">
        <dt>{t('anchors.subject')}</dt>
        <dd>{subject}</dd>
        <dt>{t('anchors.issuer')}</dt>
        <dd>{issuer}</dd>
        <dt>{t('anchors.validity')}</dt>
        <dd>
          <Time at={notBefore} /> – <Time at={notAfter} />
        </dd>
        <dt>{t('anchors.fingerprint')}</dt>
        <dd className="mono">{groupHex(fingerprint)}</dd>
      </dl>
      <p className="note">{t('anchors.compare')}</p>
    </>
  );
}

const nothing = { name: '', note: '', reason: '' };

/** A certificate from a file: looked at first, then kept by a name and with a reason. */
export function NewAnchor({ onAdded }: { readonly onAdded: () => Promise<void> }) {
  const t = useWords();
  const [looked, setLooked] = useState<Looked | null>(null);
  const [refusal, setRefusal] = useState<ErrorData | null>(null);
  const [form, setForm] = useState(nothing);
  const look = async (file: FileInfo) => {
    const reply = await ask('trust.look-at-anchor', { file: file.token });
    setLooked(reply.ok ? { file, certificate: reply.value } : null);
    setRefusal(reply.ok ? null : reply.error);
  };
  const name = form.name.trim();
  const reason = form.reason.trim();
  const add = async () => {
    if (looked === null) return;
    const wanted = { file: looked.file.token, name, reason, note: form.note.trim() };
    const reply = await ask('trust.add-anchor', wanted);
    setRefusal(reply.ok ? null : reply.error);
    if (!reply.ok) return;
    notifyDone(t('anchors.added.done', { name }));
    setLooked(null);
    setForm(nothing);
    await onAdded();
  };
  return (
    <section className="card stack" aria-label={t('anchors.new')}>
      <h2>{t('anchors.new')}</h2>
      <FilePick
        label={t('anchors.file')}
        file={looked?.file ?? null}
        onFile={(file) => void look(file)}
        accept={['.pem', '.crt', '.cer']}
      />
      {looked ? <Certificate certificate={looked.certificate} /> : null}
      <Field
        label={t('anchors.name')}
        hint={t('anchors.name.hint')}
        value={form.name}
        onChange={(value) => setForm({ ...form, name: value })}
      />
      <Field
        label={t('anchors.reason')}
        hint={t('anchors.reason.hint')}
        value={form.reason}
        onChange={(value) => setForm({ ...form, reason: value })}
      />
      <Field
        label={t('anchors.note')}
        value={form.note}
        onChange={(value) => setForm({ ...form, note: value })}
      />
      {refusal ? <Refusal error={refusal} /> : null}
      <div className="row">
        <Button kind="primary" onPress={add} isDisabled={looked === null || name === '' || reason === ''}>
          {t('anchors.add')}
        </Button>
      </div>
    </section>
  );
}
