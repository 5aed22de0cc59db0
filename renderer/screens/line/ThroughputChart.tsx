import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { throughputOf } from './throughput.ts';

const chartHeight = 180;

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** At least an hour, so that the first units are not spread over years. */
const hourSeconds = 3600;
const halfBarSeconds = 300;

function draw(place: HTMLElement, data: uPlot.AlignedData): uPlot {
  const axis = { stroke: token('--ink-soft'), grid: { stroke: token('--line'), width: 1 } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 60] });
  const series = (color: string) => ({
    fill: token(color),
    stroke: token(color),
    points: { show: false },
    ...(bars ? { paths: bars } : {}),
  });
  return new uPlot(
    {
      width: place.clientWidth,
      height: chartHeight,
      axes: [axis, axis],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: {
          range: (_, min, max) => [min - halfBarSeconds, Math.max(max + halfBarSeconds, min + hourSeconds)],
        },
        y: { range: (_, _min, max) => [0, Math.max(4, max)] },
      },
      // The failed ones stand on the passed ones: all units behind, the passed in front.
      series: [{}, series('--bad'), series('--good')],
    },
    data,
    place,
  );
}

/** Units per ten minutes over the shift; the same in words beside it. */
export function ThroughputChart() {
  const t = useWords();
  const finished = useDesk((desk) => desk.line?.finished ?? []);
  const place = useRef<HTMLDivElement>(null);
  const { atSeconds, passed, failed } = throughputOf(finished, Date.now());
  const last = (passed.at(-1) ?? 0) + (failed.at(-1) ?? 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is a picture of `finished`
  useEffect(() => {
    if (!place.current || atSeconds.length === 0) return;
    const all = passed.map((count, index) => count + (failed[index] ?? 0));
    const chart = draw(place.current, [[...atSeconds], all, [...passed]]);
    return () => chart.destroy();
  }, [finished]);
  return (
    <section className="card stack">
      <h2>{t('line.throughput')}</h2>
      <div ref={place} className="chart" aria-hidden="true" />
      <p className="small soft">{t('line.throughput.text', { count: finished.length, last })}</p>
    </section>
  );
}
