import { formatBytes } from '../../parts/format.ts';
import type { JobProgress } from '../../store.ts';
import { useLanguage, useWords } from '../../words/words.ts';
import { formatLeft, viewTransfer } from './transfer.ts';

/** What is being sent now: share, bytes, rate, time left. Keeps its place when there is nothing to send. */
export function Transfer({ transfer }: { readonly transfer: JobProgress['transfer'] }) {
  const t = useWords();
  const language = useLanguage();
  if (transfer === null) return <div className="transfer" />;
  const { share, bytesPerSecond, leftMs } = viewTransfer(transfer);
  const said = t('load.rate', {
    done: formatBytes(transfer.sentBytes, language),
    total: formatBytes(transfer.totalBytes, language),
    rate: bytesPerSecond > 0 ? formatBytes(Math.round(bytesPerSecond), language) : '…',
    left: leftMs === null ? '…' : formatLeft(leftMs),
  });
  return (
    <div className="transfer">
      <div
        className="meter"
        role="progressbar"
        aria-label={t('step.send')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuetext={said}
      >
        <div style={{ width: `${share * 100}%` }} />
      </div>
      <div className="small soft">
        {said}
        {transfer.retries > 0 ? ` · ${t('load.retries', { count: transfer.retries })}` : ''}
      </div>
    </div>
  );
}
