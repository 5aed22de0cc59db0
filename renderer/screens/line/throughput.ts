// Units over time. Pure.
import type { LineState } from '../../../shared/contract/contract.ts';

export const bucketMs = 10 * 60_000;

export type Throughput = {
  readonly atSeconds: readonly number[];
  readonly passed: readonly number[];
  readonly failed: readonly number[];
};

/** Units per ten minutes, from the first unit to `nowMs`; empty without units. */
export function throughputOf(finished: LineState['finished'], nowMs: number): Throughput {
  const times = finished.map(({ at }) => Date.parse(at));
  if (times.length === 0) return { atSeconds: [], passed: [], failed: [] };
  const first = Math.floor(Math.min(...times) / bucketMs);
  const count = Math.max(0, Math.floor(nowMs / bucketMs) - first) + 1;
  const passed = new Array<number>(count).fill(0);
  const failed = new Array<number>(count).fill(0);
  for (const [index, unit] of finished.entries()) {
    const bucket = Math.min(count - 1, Math.floor((times[index] ?? 0) / bucketMs) - first);
    const into = unit.passed ? passed : failed;
    into[bucket] = (into[bucket] ?? 0) + 1;
  }
  return { atSeconds: passed.map((_, index) => ((first + index) * bucketMs) / 1000), passed, failed };
}

const hourSeconds = 3600;

/** From when to when the picture goes, in seconds: half a bar more on each side, and at least an hour. Pure. */
export function spanOf({ atSeconds }: Pick<Throughput, 'atSeconds'>): readonly [number, number] {
  const halfBarSeconds = bucketMs / 2000;
  const first = (atSeconds[0] ?? 0) - halfBarSeconds;
  return [first, Math.max((atSeconds.at(-1) ?? 0) + halfBarSeconds, first + hourSeconds)];
}
