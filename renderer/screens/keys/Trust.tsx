import type { Response } from '../../../shared/contract/contract.ts';
import type { FileInfo } from '../../../shared/contract/values.ts';
import { call, notifyDone } from '../../actions.ts';
import { FilePick } from '../../parts/FilePick.tsx';
import { groupHex } from '../../parts/format.ts';
import { Time } from '../../parts/Said.tsx';
import { useWords } from '../../words/words.ts';
import { PolicyRules } from './PolicyRules.tsx';

type Trust = Response<'trust.state'>;
type PartProps = { readonly trust: Trust; readonly onChange: () => Promise<void> };

/** Which level each action needs. */
export function PolicyPart({ trust, onChange }: PartProps) {
  const t = useWords();
  const { policy } = trust;
  const use = async (file: FileInfo) => {
    const used = await call('trust.set-policy', { file: file.token });
    if (used) notifyDone(t('trust.set.done', { name: used.name, version: used.version }));
    await onChange();
  };
  return (
    <section className="card stack">
      <h2>{t('trust.policy')}</h2>
      <div>
        <strong>{trust.isOwnPolicy ? policy.name : t('trust.policy.default')}</strong>,{' '}
        {t('trust.version', { version: policy.version })}.
        {trust.isOwnPolicy ? ` ${t('trust.policy.own')}.` : ''}
        {policy.notAfter ? (
          <>
            {' '}
            {t('trust.expires')}: <Time at={policy.notAfter} />.
          </>
        ) : null}{' '}
        {policy.signedBy === null ? t('trust.unsigned') : t('trust.signed-by', { name: policy.signedBy })}
      </div>
      <div className="small soft">{t('trust.hash')}</div>
      <div className="mono">{groupHex(policy.hash)}</div>
      <PolicyRules policy={policy} />
      <FilePick label={t('trust.set')} file={null} onFile={(file) => void use(file)} accept={['.json']} />
    </section>
  );
}

/** Which key the factory says each device has. */
export function FactoryList({ trust, onChange }: PartProps) {
  const t = useWords();
  const take = async (file: FileInfo) => {
    const taken = await call('trust.import-factory-list', { file: file.token });
    if (taken) notifyDone(t('trust.factory.done', { count: taken.devices }));
    await onChange();
  };
  return (
    <section className="card stack">
      <h2>{t('trust.factory')}</h2>
      <p>{t('trust.factory.count', { count: trust.listedDevices })}</p>
      <FilePick
        label={t('trust.factory.import')}
        file={null}
        onFile={(file) => void take(file)}
        accept={['.csv']}
      />
    </section>
  );
}
