import type { ReactNode } from 'react';
import type { KnownDevice } from '../../../shared/contract/values.ts';
import { formatBytes, formatNumber } from '../../parts/format.ts';
import { Time } from '../../parts/Said.tsx';
import { type Translate, useLanguage, useWords } from '../../words/words.ts';
import { useIdentities } from './identities.ts';

const models = ['reference', 'checking', 'unknown'] as const;

function cpmWord(model: string, t: Translate): string {
  const known = models.find((one) => one === model);
  return known ? t(`identity.cpm.${known}`) : model;
}

/** What the device says of itself, as far as it was read from this page. Claims: the verdict beside it says what backs them. */
export function DeviceIdentity({ device }: { readonly device: KnownDevice }) {
  const t = useWords();
  const language = useLanguage();
  const said = useIdentities((all) => all[device.serial]);
  const clock =
    said?.clockOffsetMs == null ? null : `${formatNumber(said.clockOffsetMs / 1000, 1, language)} s`;
  const claims: readonly (readonly [string, ReactNode])[] = said
    ? [
        [t('identity.hostname'), said.hostname],
        [t('identity.kernel'), said.kernel],
        [t('identity.boot'), said.bootId],
        ['OP-TEE', said.optee],
        [t('identity.tee'), t(said.teeDevice ? 'identity.there' : 'identity.missing')],
        ['cpk-tool', said.cpkTool ?? t('identity.missing')],
        ['CPM', cpmWord(said.cpmModel, t)],
        [t('identity.free'), said.freeBytes === null ? null : formatBytes(said.freeBytes, language)],
        [t('identity.clock'), clock],
      ]
    : [];
  const rows = [
    [t('devices.model'), device.model],
    [t('devices.first-seen'), <Time key="first" at={device.firstSeen} />],
    [t('devices.last-seen'), <Time key="last" at={device.lastSeen} />],
    ...claims,
  ] as const;
  return (
    <div>
      <h3>{t('identity.title')}</h3>
      <dl className="facts">
        {rows.map(([label, value]) => (
          <div key={label} className="contents">
            <dt>{label}</dt>
            <dd>{value ?? '–'}</dd>
          </div>
        ))}
      </dl>
      {said ? null : <p className="small soft">{t('identity.read')}</p>}
    </div>
  );
}
