import { useState } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel } from 'react-aria-components';
import type { DeviceCard, ErrorData, VerdictView } from '../../../shared/contract/values.ts';
import { ask, showScreen } from '../../actions.ts';
import { Button } from '../../parts/controls.tsx';
import { groupHex, shortPath } from '../../parts/format.ts';
import { LevelBadge } from '../../parts/LevelBadge.tsx';
import { linkRequest } from '../../parts/login.tsx';
import { Refusal } from '../../parts/Refusal.tsx';
import { Said } from '../../parts/Said.tsx';
import { useWords } from '../../words/words.ts';
import { DeviceLinkRow } from './DeviceLinkRow.tsx';
import { keepIdentity } from './identities.ts';
import { nextStepOf } from './next-step.ts';

type Reading =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'refused'; readonly error: ErrorData };

function Facts({ card }: { readonly card: DeviceCard }) {
  const t = useWords();
  const rows = [
    [t('devices.port'), card.port],
    [t('devices.location'), card.location],
    [t('devices.maker'), [card.manufacturer, card.serialNumber].filter(Boolean).join(', ') || null],
    [t('devices.model'), card.model],
  ] as const;
  return (
    <dl className="facts device-facts">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt>{label}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}

function NotProven({ verdict }: { readonly verdict: VerdictView }) {
  const t = useWords();
  return (
    <Disclosure className="unproven">
      <AriaButton slot="trigger" className="link">
        {t('devices.not-proven')} ({verdict.notProven.length})
      </AriaButton>
      <DisclosurePanel>
        <ul className="small">
          {verdict.notProven.map((line) => (
            <li key={line}>
              <Said text={line} />
            </li>
          ))}
        </ul>
      </DisclosurePanel>
    </Disclosure>
  );
}

function Key({ card }: { readonly card: DeviceCard }) {
  const t = useWords();
  const { verdict } = card;
  const next = nextStepOf(card);
  const why = 'why' in next ? next.why : null;
  const reading = verdict?.reading.text;
  return (
    <>
      <div className="device-key">
        <div className="small soft">{t('devices.fingerprint')}</div>
        {verdict ? (
          <div className="mono">{groupHex(verdict.fingerprint)}</div>
        ) : (
          <div className="soft">{t('devices.unread')}</div>
        )}
        {reading && reading !== why ? (
          <div className={verdict.reading.isAlarm ? 'alarm' : ''}>
            <Said text={reading} />
          </div>
        ) : null}
      </div>
      <div className={`device-next ${next.kind}`} role={next.kind === 'stop' ? 'alert' : undefined}>
        <strong>{t(next.word)}</strong>
        {why ? (
          <div>
            <Said text={why} />
          </div>
        ) : null}
      </div>
      {verdict ? <NotProven verdict={verdict} /> : <div className="unproven" />}
    </>
  );
}

type DeviceItemProps = { readonly card: DeviceCard; readonly onDetails: (serial: string) => void };
type ActionsProps = DeviceItemProps & { readonly reading: Reading; readonly onRead: () => void };

function Actions({ card, onDetails, reading, onRead }: ActionsProps) {
  const t = useWords();
  const { serial } = card;
  const isBusy = reading.kind === 'busy' || card.jobId !== null;
  const { kind } = nextStepOf(card);
  return (
    <div className="row device-actions">
      <Button kind={kind === 'read' ? 'primary' : undefined} onPress={onRead} isDisabled={isBusy}>
        {t(reading.kind === 'busy' ? 'devices.reading' : 'devices.read')}
      </Button>
      {card.jobId ? (
        <Button kind="primary" onPress={() => showScreen('load')}>
          {t('devices.progress')}
        </Button>
      ) : (
        <Button
          kind={kind === 'load' || kind === 'reason' ? 'primary' : undefined}
          onPress={() => showScreen('load', [card.port])}
          isDisabled={isBusy}
        >
          {t('devices.load')}
        </Button>
      )}
      <Button onPress={() => showScreen('diagnose', [card.port])} isDisabled={isBusy}>
        {t('devices.diagnose')}
      </Button>
      {serial ? <Button onPress={() => onDetails(serial)}>{t('devices.details')}</Button> : null}
    </div>
  );
}

/** One physical port and what is plugged in there. */
export function DeviceItem({ card, onDetails }: DeviceItemProps) {
  const t = useWords();
  const [reading, setReading] = useState<Reading>({ kind: 'idle' });
  const read = async () => {
    setReading({ kind: 'busy' });
    const reply = await ask('devices.read', { port: card.port, ...linkRequest() });
    setReading(reply.ok ? { kind: 'idle' } : { kind: 'refused', error: reply.error });
    if (reply.ok) keepIdentity(reply.value.identity);
  };
  const title = card.serial ?? card.serialNumber ?? shortPath(card.port);
  return (
    <article className="card stack device" aria-label={title}>
      <header className="row">
        <h2 className="grow">{title}</h2>
        <span className="badge">{t(card.virtual ? 'devices.virtual' : 'devices.serial-link')}</span>
        {card.verdict ? <LevelBadge verdict={card.verdict} /> : null}
      </header>
      <Facts card={card} />
      <DeviceLinkRow card={card} title={title} />
      <Key card={card} />
      {reading.kind === 'refused' ? <Refusal error={reading.error} /> : null}
      <Actions card={card} onDetails={onDetails} reading={reading} onRead={read} />
    </article>
  );
}
