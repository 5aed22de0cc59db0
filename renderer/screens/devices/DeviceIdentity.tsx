import type { KnownDevice } from '../../../shared/contract/values.ts';
import { formatBytes, formatTime } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { useIdentities } from './identities.ts';

/** What the device says of itself, as far as it was read from this page. Claims: the verdict beside it says what backs them. */
export function DeviceIdentity({ device }: { readonly device: KnownDevice }) {
  const t = useWords();
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  const said = useIdentities((all) => all[device.serial]);
  const clock = said?.clockOffsetMs == null ? null : `${(said.clockOffsetMs / 1000).toFixed(1)} s`;
  const claims: readonly (readonly [string, string | null])[] = said
    ? [
        [t('identity.hostname'), said.hostname],
        [t('identity.kernel'), said.kernel],
        [t('identity.boot'), said.bootId],
        ['OP-TEE', said.optee],
        [t('identity.tee'), t(said.teeDevice ? 'identity.there' : 'identity.missing')],
        ['cpk-tool', said.cpkTool ?? t('identity.missing')],
        ['CPM', said.cpmModel],
        [t('identity.free'), said.freeBytes === null ? null : formatBytes(said.freeBytes)],
        [t('identity.clock'), clock],
      ]
    : [];
  const rows = [
    [t('devices.model'), device.model],
    [t('devices.first-seen'), formatTime(device.firstSeen, language)],
    [t('devices.last-seen'), formatTime(device.lastSeen, language)],
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
