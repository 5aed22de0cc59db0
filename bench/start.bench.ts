// How long a command takes from nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Bench, type BenchRow, median } from './table.ts';

async function run(report: (row: BenchRow) => void): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'trustbox-bench-'));
  const trustbox = resolve(import.meta.dirname, '..', 'electron', 'cli', 'trustbox.mjs');
  const once = () => {
    const startedMs = performance.now();
    const { status } = spawnSync(process.execPath, [trustbox, 'devices', '--json'], {
      env: { ...process.env, TRUSTBOX_HOME: home },
      stdio: 'ignore',
    });
    if (status !== 0) throw new Error(`devices ended with ${status}`);
    return performance.now() - startedMs;
  };
  const times = Array.from({ length: 9 }, once);
  report({
    name: 'trustbox devices --json, cold process',
    value: median(times),
    unit: 'ms',
    target: { atMost: 400 },
    note: 'compile cache warm after the first run',
  });
  rmSync(home, { recursive: true, force: true });
}

export const bench: Bench = { name: 'start', run };
