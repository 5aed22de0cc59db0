// The bench's table: one row per measured pair or figure, with its target, met or missed.

export type BenchRow = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** e.g. { atMost: 2.2 } or { atLeast: 0.97 }; absent: a figure for information only. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
  /** What the pair was, and what limits it when missed. */
  readonly note?: string;
};

/** A bench file exports one of these as `bench`. It measures pairs in one run and says so loudly when a peer tool is missing. */
export type Bench = { readonly name: string; run(report: (row: BenchRow) => void): Promise<void> };

export function isMet(row: BenchRow): boolean | null {
  if (!row.target) return null;
  return 'atMost' in row.target ? row.value <= row.target.atMost : row.value >= row.target.atLeast;
}

/** Middle value; for an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1] ?? Number.NaN, sorted[Math.floor(half)] ?? Number.NaN];
  return (low + high) / 2;
}

function targetText(row: BenchRow): string {
  if (!row.target) return '';
  return 'atMost' in row.target ? `<= ${row.target.atMost}` : `>= ${row.target.atLeast}`;
}

/** The row as one Markdown table line. */
export function renderRow(row: BenchRow): string {
  const verdict = { true: 'met', false: 'MISSED', null: '' }[String(isMet(row)) as 'true' | 'false' | 'null'];
  const value = `${Number(row.value.toPrecision(4))} ${row.unit}`.trim();
  return `| ${row.name} | ${value} | ${targetText(row)} | ${verdict} | ${row.note ?? ''} |`;
}

export const tableHead = '| measure | value | target | | note |\n|---|---|---|---|---|';
