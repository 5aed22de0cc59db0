import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { LineState } from '../../../shared/contract/contract.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { drawChart } from './chart.ts';
import { bucketMs, type Throughput, throughputOf } from './throughput.ts';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const subscribe = (listener: () => void) => {
  dark.addEventListener('change', listener);
  return () => dark.removeEventListener('change', listener);
};

const bucketStartMs = () => Math.floor(Date.now() / bucketMs) * bucketMs;

/** The start of the ten minutes that run now: an idle line is seen to be idle. */
function useBucketStart(): number {
  const [startMs, setStartMs] = useState(bucketStartMs);
  useEffect(() => {
    const timer = setInterval(() => setStartMs(bucketStartMs()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return startMs;
}

const clock = (seconds: number, language: string) =>
  new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    seconds * 1000,
  );

function AsTable({ units }: { readonly units: Throughput }) {
  const t = useWords();
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  return (
    <details>
      <summary>{t('line.throughput.table')}</summary>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('line.throughput.from')}</th>
            <th className="number">{t('line.passed')}</th>
            <th className="number">{t('line.failed')}</th>
          </tr>
        </thead>
        <tbody>
          {units.atSeconds.map((at, index) => (
            <tr key={at}>
              <td>{clock(at, language)}</td>
              <td className="number">{units.passed[index]}</td>
              <td className="number">{units.failed[index]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** Units per ten minutes over the shift; the same in words and as a table below it. */
export function ThroughputChart({ finished }: { readonly finished: LineState['finished'] }) {
  const t = useWords();
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  const isDark = useSyncExternalStore(subscribe, () => dark.matches);
  const place = useRef<HTMLDivElement>(null);
  const startMs = useBucketStart();
  const units = throughputOf(finished, startMs);
  const last = (units.passed.at(-1) ?? 0) + (units.failed.at(-1) ?? 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a picture of the units, in the colours of the theme
  useEffect(
    () => (place.current ? drawChart(place.current, units, (at) => clock(at, language)) : undefined),
    [finished, startMs, isDark, language],
  );
  return (
    <section className="card stack">
      <h2>{t('line.throughput')}</h2>
      <div ref={place} className="chart" aria-hidden="true" />
      <p className="small soft">{t('line.throughput.text', { count: finished.length, last })}</p>
      {finished.length > 0 ? <AsTable units={units} /> : null}
    </section>
  );
}
