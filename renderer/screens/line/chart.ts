// The throughput as a picture: bars on uPlot, in the colours of the design tokens.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { spanOf, type Throughput } from './throughput.ts';

const usualHeight = 180;
const usualRem = 16;

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function seriesOf(colour: string): uPlot.Series {
  const paths = uPlot.paths.bars?.({ size: [0.7, 60] });
  const fill = token(colour);
  return { fill, stroke: fill, points: { show: false }, ...(paths ? { paths } : {}) };
}

/** How much larger than usual everything on the screen is: uPlot knows pixels only. */
const scale = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / usualRem;

function optionsOf(width: number, units: Throughput, clock: (atSeconds: number) => string): uPlot.Options {
  const by = scale();
  const font = `${12 * by}px ${token('--font')}`;
  const axis = {
    stroke: token('--ink-soft'),
    grid: { stroke: token('--line'), width: 1 },
    font,
    size: 40 * by,
    gap: 5 * by,
    space: 50 * by,
  };
  return {
    width,
    height: usualHeight * by,
    padding: [8 * by, 32 * by, 0, 0],
    axes: [
      {
        ...axis,
        incrs: [600, 1800, 3600, 7200, 14_400, 28_800, 86_400],
        values: (_, splits) => splits.map(clock),
      },
      { ...axis, space: 30 * by, incrs: [1, 2, 5, 10, 20, 50, 100] },
    ],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      // Our choice, not uPlot's: it stretches a single point over years.
      x: { range: () => [...spanOf(units)] },
      y: { range: (_, _min, max) => [0, Math.max(4, max)] },
    },
    // The failed ones stand on the passed ones: all units behind, the passed in front.
    series: [{}, seriesOf('--bad'), seriesOf('--good')],
  };
}

/** @returns what takes the picture away */
export function drawChart(
  place: HTMLElement,
  units: Throughput,
  clock: (atSeconds: number) => string,
): () => void {
  if (units.atSeconds.length === 0) return () => undefined;
  const all = units.passed.map((count, index) => count + (units.failed[index] ?? 0));
  const data: uPlot.AlignedData = [[...units.atSeconds], all, [...units.passed]];
  const chart = new uPlot(optionsOf(place.clientWidth, units, clock), data, place);
  const resized = new ResizeObserver(() =>
    chart.setSize({ width: place.clientWidth, height: usualHeight * scale() }),
  );
  resized.observe(place);
  return () => {
    resized.disconnect();
    chart.destroy();
  };
}
