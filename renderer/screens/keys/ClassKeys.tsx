import { useEffect, useState } from 'react';
import type { Response } from '../../../shared/contract/contract.ts';
import type { FileInfo } from '../../../shared/contract/values.ts';
import { call, notifyDone } from '../../actions.ts';
import { Button, Field } from '../../parts/controls.tsx';
import { FilePick } from '../../parts/FilePick.tsx';
import { groupHex } from '../../parts/format.ts';
import { Time } from '../../parts/Said.tsx';
import { Unlocked } from '../../parts/Unlock.tsx';
import { useWords } from '../../words/words.ts';

type Keys = Response<'keys.list'>;

function KeyTable({ keys }: { readonly keys: Keys }) {
  const t = useWords();
  if (keys.length === 0) return <p className="soft">{t('keys.none')}</p>;
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{t('keys.name')}</th>
          <th>{t('keys.id')}</th>
          <th>{t('keys.created')}</th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.name}>
            <td>{key.name}</td>
            <td className="mono">{groupHex(key.keyId.slice(0, 16))}…</td>
            <td>
              <Time at={key.createdAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NewKey({ onChange }: { readonly onChange: () => Promise<void> }) {
  const t = useWords();
  const [name, setName] = useState('');
  const [base64, setBase64] = useState('');
  const tell = async (made: { name: string } | null) => {
    if (made === null) return;
    notifyDone(t('keys.created.done', { name: made.name }));
    setName('');
    setBase64('');
    await onChange();
  };
  const importStore = async (file: FileInfo) => {
    const done = await call('keys.import-store', { file: file.token });
    if (done) await tell({ name: done.imported.join(', ') });
  };
  return (
    <>
      <Field label={t('keys.name')} hint={t('build.id.hint')} value={name} onChange={setName} />
      <div className="row">
        <Button
          kind="primary"
          isDisabled={name === ''}
          onPress={async () => tell(await call('keys.create', { name }))}
        >
          {t('keys.create')}
        </Button>
      </div>
      <Field label={t('keys.base64')} type="password" value={base64} onChange={setBase64} />
      <div className="row">
        <Button
          isDisabled={name === '' || base64 === ''}
          onPress={async () => tell(await call('keys.import', { name, base64 }))}
        >
          {t('keys.import')}
        </Button>
      </div>
      <FilePick
        label={t('keys.store')}
        file={null}
        onFile={(file) => void importStore(file)}
        accept={['.json']}
      />
    </>
  );
}

/** Names and ids; the keys themselves stay in the engine. */
export function ClassKeys() {
  const t = useWords();
  const [keys, setKeys] = useState<Keys>([]);
  const refresh = async () => setKeys((await call('keys.list', {})) ?? []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the screen opens
  useEffect(() => void refresh(), []);
  return (
    <div className="columns">
      <section className="card stack">
        <h2>{t('keys.class')}</h2>
        <KeyTable keys={keys} />
      </section>
      <Unlocked>
        <section className="card stack">
          <h2>{t('keys.new')}</h2>
          <NewKey onChange={refresh} />
        </section>
      </Unlocked>
    </div>
  );
}
