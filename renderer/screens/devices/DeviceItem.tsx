import { useState } from 'react';
import type { DeviceCard, ErrorData } from '../../../shared/contract/values.ts';
import { ask, showScreen } from '../../actions.ts';
import { Button } from '../../parts/controls.tsx';
import { groupHex } from '../../parts/format.ts';
import { LevelBadge } from '../../parts/LevelBadge.tsx';
import { linkRequest } from '../../parts/login.tsx';
import { Refusal } from '../../parts/Refusal.tsx';
import { useWords } from '../../words/words.ts';

type Reading =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'refused'; readonly error: ErrorData };

function Facts({ card }: { readonly card: DeviceCard }) {
  const t = useWords();
  const rows = [
    [t('devices.port'), card.port],
    [t('devices.location'), card.location],
    [t('devices.maker'), card.manufacturer],
    [t('devices.model'), card.model],
  ] as const;
  return (
    <dl className="facts">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt>{label}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}

function Key({ card }: { readonly card: DeviceCard }) {
  const t = useWords();
  const { verdict } = card;
  if (verdict === null)
    return (
      <div className="device-key soft">
        <strong>{t('devices.unread')}</strong>
        <div>{t('devices.unread.next')}</div>
      </div>
    );
  return (
    <div className="device-key">
      <div className="small soft">{t('devices.fingerprint')}</div>
      <div className="mono">{groupHex(verdict.fingerprint)}</div>
      <div className={verdict.reading.isAlarm ? 'alarm' : ''}>{verdict.reading.text}</div>
      {verdict.rejections.map(({ reason, text }) => (
        <div key={reason} className="alarm">
          {text}
        </div>
      ))}
    </div>
  );
}

type DeviceItemProps = { readonly card: DeviceCard; readonly onDetails: (serial: string) => void };

/** One physical port and what is plugged in there. */
export function DeviceItem({ card, onDetails }: DeviceItemProps) {
  const t = useWords();
  const [reading, setReading] = useState<Reading>({ kind: 'idle' });
  const read = async () => {
    setReading({ kind: 'busy' });
    const reply = await ask('devices.read', { port: card.port, ...linkRequest() });
    setReading(reply.ok ? { kind: 'idle' } : { kind: 'refused', error: reply.error });
  };
  const isBusy = reading.kind === 'busy' || card.jobId !== null;
  const { serial } = card;
  return (
    <article className="card stack device" aria-label={serial ?? card.port}>
      <header className="row">
        <h2 className="grow">{serial ?? card.serialNumber ?? card.port}</h2>
        <span className="badge">{card.virtual ? t('devices.virtual') : t('devices.serial-link')}</span>
        {card.verdict ? <LevelBadge verdict={card.verdict} /> : null}
      </header>
      <Facts card={card} />
      <Key card={card} />
      {reading.kind === 'refused' ? <Refusal error={reading.error} /> : null}
      <div className="row device-actions">
        <Button kind={card.verdict ? undefined : 'primary'} onPress={read} isDisabled={isBusy}>
          {reading.kind === 'busy' ? t('devices.reading') : t('devices.read')}
        </Button>
        <Button
          kind={card.verdict ? 'primary' : undefined}
          onPress={() => showScreen('load', [card.port])}
          isDisabled={isBusy}
        >
          {t('devices.load')}
        </Button>
        <Button onPress={() => showScreen('diagnose', [card.port])} isDisabled={isBusy}>
          {t('devices.diagnose')}
        </Button>
        {serial ? <Button onPress={() => onDetails(serial)}>{t('devices.details')}</Button> : null}
        {card.jobId ? <span className="badge accent">{t('devices.running')}</span> : null}
      </div>
    </article>
  );
}
