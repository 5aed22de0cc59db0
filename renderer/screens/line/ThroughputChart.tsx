import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { throughputOf } from './throughput.ts';

const chartHeight = 180;

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function draw(place: HTMLElement, data: uPlot.AlignedData, words: readonly [string, string]): uPlot {
  const ink = token('--ink-soft');
  const axis = { stroke: ink, grid: { stroke: token('--line') } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 60] });
  const series = (label: string, color: string) => ({
    label,
    fill: color,
    stroke: color,
    ...(bars ? { paths: bars } : {}),
  });
  return new uPlot(
    {
      width: place.clientWidth,
      height: chartHeight,
      axes: [axis, axis],
      legend: { show: false },
      series: [{}, series(words[0], token('--good')), series(words[1], token('--bad'))],
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
    const chart = draw(
      place.current,
      [[...atSeconds], [...passed], [...failed]],
      [t('line.passed'), t('line.failed')],
    );
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
