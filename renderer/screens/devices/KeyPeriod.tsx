import type { KeyPeriodView } from '../../../shared/contract/values.ts';
import { groupHex, shortPath } from '../../parts/format.ts';
import { Said, Time } from '../../parts/Said.tsx';
import { useWords } from '../../words/words.ts';

const tones: Readonly<Record<KeyPeriodView['reading'], string>> = {
  first: '',
  same: 'good',
  reboot: '',
  reflash: 'warn',
  swap: 'bad',
  attack: 'bad',
  unclear: 'warn',
};

type KeyPeriodProps = {
  readonly period: KeyPeriodView;
  /** Fingerprint of the key that was read last. */
  readonly current: string;
};

/** A time in which a device showed one key: how it came to it, and what speaks for that. */
export function KeyPeriod({ period, current }: KeyPeriodProps) {
  const t = useWords();
  const isCurrent = period.fingerprint === current;
  return (
    <div className="key-period">
      <span className={`badge ${tones[period.reading]}`}>{t(`timeline.${period.reading}`)}</span>{' '}
      {period.level ? <span className="badge">{period.level}</span> : null}
      <div className="small">
        <Time at={period.from} />
        {period.count > 1 ? (
          <>
            {' – '}
            <Time at={period.to} />, {t('timeline.seen', { count: period.count })}
          </>
        ) : null}
        , {shortPath(period.port)}
      </div>
      <div className={`mono small ${isCurrent ? '' : 'soft'}`}>
        {groupHex(period.fingerprint.slice(0, 32))}…{isCurrent ? '' : ` ${t('devices.other-key')}`}
      </div>
      <div className="mono small soft">
        {t('devices.boot')} {period.bootId?.slice(0, 8) ?? '–'}
      </div>
      {period.signs.length > 0 ? (
        <ul className="small">
          {period.signs.map((sign) => (
            <li key={sign}>
              <Said text={sign} />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
