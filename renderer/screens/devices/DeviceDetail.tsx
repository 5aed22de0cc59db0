import { useCallback, useEffect, useRef, useState } from 'react';
import type { KnownDevice, VerdictView } from '../../../shared/contract/values.ts';
import { call, notifyDone } from '../../actions.ts';
import { Confirm } from '../../parts/Confirm.tsx';
import { Copy } from '../../parts/Copy.tsx';
import { Button } from '../../parts/controls.tsx';
import { groupHex } from '../../parts/format.ts';
import { Said } from '../../parts/Said.tsx';
import { useDesk } from '../../store.ts';
import { actionWord } from '../../words/sayings.ts';
import { useWords } from '../../words/words.ts';
import { Claims } from './Claims.tsx';
import { type Detail, DeviceHistory } from './DeviceHistory.tsx';
import { DeviceIdentity } from './DeviceIdentity.tsx';
import { DeviceLog } from './DeviceLog.tsx';
import { Ladder } from './Ladder.tsx';

const confirmDigits = 8;

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  return (
    <div>
      <h3>{title}</h3>
      {lines.length === 0 ? '–' : null}
      <ul>
        {lines.map((line) => (
          <li key={line}>
            <Said text={line} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Verdict({ verdict }: { readonly verdict: VerdictView }) {
  const t = useWords();
  return (
    <div className="stack">
      <Lines title={t('devices.proven')} lines={verdict.proven} />
      <Lines title={t('devices.not-proven')} lines={verdict.notProven} />
      <div>
        <h3>{t('devices.decisions')}</h3>
        <ul className="plain-list">
          {Object.entries(verdict.decisions).map(([action, { allowed, why }]) => (
            <li key={action}>
              <span className={`badge ${allowed ? 'good' : 'bad'}`}>
                {t(allowed ? 'devices.allowed' : 'devices.refused')}
              </span>{' '}
              {actionWord(action, t)}: <Said text={why} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Whether the key shown is the pinned one, as far as the last reading tells. */
function PinBadge({ device, isOther }: { readonly device: KnownDevice; readonly isOther: boolean }) {
  const t = useWords();
  if (!device.isPinned) return null;
  if (isOther) return <span className="badge bad">{t('devices.pinned.other')}</span>;
  return <span className={device.level === 'L0' ? 'badge' : 'badge good'}>{t('devices.pinned')}</span>;
}

type PinProps = {
  readonly serial: string;
  readonly fingerprint: string;
  /** Another key is pinned: this would replace it. */
  readonly isOther: boolean;
  readonly onPinned: () => Promise<void>;
};

/** Believed from now on: only after the fingerprint was compared, and its end typed. */
function Pin({ serial, fingerprint, isOther, onPinned }: PinProps) {
  const t = useWords();
  const [isAsking, setAsking] = useState(false);
  const digits = fingerprint.slice(-confirmDigits);
  const pin = async () => {
    setAsking(false);
    if (await call('devices.pin', { serial, fingerprint })) notifyDone(t('devices.pin.done', { serial }));
    await onPinned();
  };
  return (
    <>
      <Button onPress={() => setAsking(true)}>{t('devices.pin')}</Button>
      {isAsking ? (
        <Confirm
          title={t('devices.pin.title', { serial })}
          word={digits}
          ask={t('devices.pin.type', { digits })}
          action={t('devices.pin.do')}
          onConfirm={pin}
          onClose={() => setAsking(false)}
        >
          {isOther ? <p className="alarm">{t('devices.pin.replaces')}</p> : null}
          <p>{t('devices.pin.why')}</p>
          <div className="mono">{groupHex(fingerprint)}</div>
        </Confirm>
      ) : null}
    </>
  );
}

function useDetail(serial: string, verdict: VerdictView | null) {
  const [detail, setDetail] = useState<Detail | null>(null);
  const load = useCallback(async () => setDetail(await call('devices.detail', { serial })), [serial]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new verdict means there is more to show
  useEffect(() => void load(), [load, verdict]);
  return { detail, load };
}

type DeviceDetailProps = { readonly serial: string; readonly onClose: () => void };

/** Everything this station knows of one device. */
export function DeviceDetail({ serial, onClose }: DeviceDetailProps) {
  const t = useWords();
  const verdict = useDesk((desk) => desk.devices.find((card) => card.serial === serial)?.verdict ?? null);
  const { detail, load } = useDetail(serial, verdict);
  const heading = useRef<HTMLHeadingElement>(null);
  const isThere = detail !== null;
  useEffect(() => {
    if (isThere) heading.current?.focus();
  }, [isThere]);
  if (detail === null) return null;
  const { device } = detail;
  const isOther = verdict?.rejections.some(({ reason }) => reason === 'pin-mismatch') === true;
  return (
    <section className="card stack" aria-label={`${t('devices.details')}: ${serial}`}>
      <header className="row">
        <h2 className="grow" ref={heading} tabIndex={-1}>
          {serial}
        </h2>
        <PinBadge device={device} isOther={isOther} />
        {isOther || !device.isPinned ? (
          <Pin serial={serial} fingerprint={device.fingerprint} isOther={isOther} onPinned={load} />
        ) : null}
        <Copy text={device.fingerprint} label={t('devices.copy-fingerprint')} />
        <Button onPress={onClose}>{t('devices.hide')}</Button>
      </header>
      <div className="mono">{groupHex(device.fingerprint)}</div>
      <div className="columns">
        <DeviceIdentity device={device} />
        {verdict ? <Verdict verdict={verdict} /> : null}
      </div>
      <div className="columns">
        <Ladder rungs={detail.ladder} />
        <Claims evidence={detail.evidence} />
      </div>
      <DeviceHistory detail={detail} />
      <DeviceLog lines={detail.log} />
    </section>
  );
}
