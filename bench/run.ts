// `npm run bench [-- NAME ...]`: runs every *.bench.ts beside this file (or those named) and prints one table.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, type BenchRow, isMet, renderRow, tableHead } from './table.ts';

const wanted = process.argv.slice(2);
const files = globSync('*.bench.ts', { cwd: import.meta.dirname }).toSorted();
const rows: BenchRow[] = [];

for (const file of files) {
  const { bench } = (await import(join(import.meta.dirname, file))) as { bench: Bench };
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  process.stderr.write(`bench: ${bench.name}\n`);
  await bench.run((row) => {
    rows.push(row);
    process.stderr.write(`${renderRow(row)}\n`);
  });
}

console.log([tableHead, ...rows.map(renderRow)].join('\n'));
if (rows.some((row) => isMet(row) === false)) process.exitCode = 1;
