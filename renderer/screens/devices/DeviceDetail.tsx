import { useCallback, useEffect, useState } from 'react';
import type { Response } from '../../../shared/contract/contract.ts';
import type { VerdictView } from '../../../shared/contract/values.ts';
import { call, notifyDone } from '../../actions.ts';
import { Confirm } from '../../parts/Confirm.tsx';
import { Button } from '../../parts/controls.tsx';
import { formatTime, groupHex } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';

type Detail = Response<'devices.detail'>;

const confirmDigits = 8;

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  return (
    <div>
      <h3>{title}</h3>
      {lines.length === 0 ? '–' : null}
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

function Verdict({ verdict }: { readonly verdict: VerdictView }) {
  const t = useWords();
  const decisions = Object.entries(verdict.decisions).map(
    ([action, { allowed, why }]) =>
      `${action}: ${allowed ? t('devices.allowed') : t('devices.refused')}. ${why}`,
  );
  return (
    <div className="columns">
      <Lines title={t('devices.proven')} lines={verdict.proven} />
      <Lines title={t('devices.not-proven')} lines={verdict.notProven} />
      <Lines title={t('devices.decisions')} lines={decisions} />
    </div>
  );
}

function History({ detail }: { readonly detail: Detail }) {
  const t = useWords();
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  return (
    <div className="columns">
      <div>
        <h3>{t('devices.history')}</h3>
        <ol className="plain-list">
          {detail.sightings.slice(0, 20).map((seen, index) => (
            <li key={`${seen.at}-${String(index)}`}>
              {formatTime(seen.at, language)}, {seen.port}
              <div className="mono small">{groupHex(seen.fingerprint.slice(0, 32))}…</div>
            </li>
          ))}
        </ol>
      </div>
      <div>
        <h3>{t('devices.jobs')}</h3>
        {detail.jobs.length === 0 ? <p className="soft">{t('devices.no-jobs')}</p> : null}
        <ol className="plain-list">
          {detail.jobs.map((job) => (
            <li key={job.id}>
              {formatTime(job.createdAt, language)}: {t(`state.${job.state}`)}
              {job.error ? `, ${job.error.title}` : ''}
            </li>
          ))}
        </ol>
      </div>
      <div>
        <h3>{t('devices.receipts')}</h3>
        {detail.receipts.length === 0 ? <p className="soft">{t('devices.no-receipts')}</p> : null}
        <ol className="plain-list">
          {detail.receipts.map((receipt) => (
            <li key={receipt.id}>
              {formatTime(receipt.endedAt, language)}: {receipt.outcome.summary}
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

type DeviceDetailProps = { readonly serial: string; readonly onClose: () => void };

/** Everything this station knows of one device. */
export function DeviceDetail({ serial, onClose }: DeviceDetailProps) {
  const t = useWords();
  const [detail, setDetail] = useState<Detail | null>(null);
  const [isPinning, setPinning] = useState(false);
  const verdict = useDesk((desk) => desk.devices.find((card) => card.serial === serial)?.verdict ?? null);
  const load = useCallback(async () => setDetail(await call('devices.detail', { serial })), [serial]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new verdict means there is more to show
  useEffect(() => void load(), [load, verdict]);
  if (detail === null) return null;
  const { device } = detail;
  const digits = device.fingerprint.slice(-confirmDigits);
  const pin = async () => {
    setPinning(false);
    if (await call('devices.pin', { serial, fingerprint: device.fingerprint }))
      notifyDone(t('devices.pin.done', { serial }));
    await load();
  };
  return (
    <section className="card stack" aria-label={`${t('devices.details')}: ${serial}`}>
      <header className="row">
        <h2 className="grow">{serial}</h2>
        {device.isPinned ? (
          <span className="badge good">{t('devices.pinned')}</span>
        ) : (
          <Button onPress={() => setPinning(true)}>{t('devices.pin')}</Button>
        )}
        <Button onPress={onClose}>{t('devices.hide')}</Button>
      </header>
      <div className="mono">{groupHex(device.fingerprint)}</div>
      {verdict ? <Verdict verdict={verdict} /> : null}
      <History detail={detail} />
      {isPinning ? (
        <Confirm
          title={t('devices.pin.title', { serial })}
          word={digits}
          ask={t('devices.pin.type', { digits })}
          action={t('devices.pin.do')}
          onConfirm={pin}
          onClose={() => setPinning(false)}
        >
          <p>{t('devices.pin.why')}</p>
          <div className="mono">{groupHex(device.fingerprint)}</div>
        </Confirm>
      ) : null}
    </section>
  );
}
