// Real kernel USB without hardware: one boot of a guest with virtual device controllers, then one test per case.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { makeStation } from '../helpers/station.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { cases } from './cases.ts';
import { type GuestRun, runGuest } from './guest.ts';
import { type Kernel, NoKernel, prepareKernel, whyNoLab } from './kernel.ts';
import { unplugCount } from './main-job.ts';

/** Emulated: an unplug costs fifteen seconds on a quiet machine, and up to forty on a busy one. */
const bootTimeoutMs = 420_000 + 2 * unplugCount * 40_000;
/** Something of it between any two unplugs, and not more than the reference CPM takes. */
const packageBytes = Math.min(6, unplugCount / 3) * 1024 * 1024;
let why = whyNoLab();
let run: GuestRun = { results: [], console: '' };

/** The kernel, or null with `why` told. */
function haveKernel(): Kernel | null {
  if (why !== null) return null;
  try {
    return prepareKernel();
  } catch (error) {
    if (!(error instanceof NoKernel)) throw error;
    why = error.message;
    return null;
  }
}

beforeAll(async () => {
  const kernel = haveKernel();
  if (kernel === null) return;
  const dir = await makeTempDir();
  const station = await makeStation(packageBytes);
  await cp(station.dir, join(dir, 'station'), { recursive: true });
  run = await runGuest(kernel, dir, bootTimeoutMs);
}, bootTimeoutMs + 60_000);

for (const name of Object.keys(cases))
  test(name, (ctx) => {
    if (why !== null) return ctx.skip(why);
    const result = run.results.find((one) => one.name === name);
    const said = run.console.slice(-4000);
    if (!result) throw new Error(`the guest did not come so far; its console:\n${said}`);
    if (!result.ok) console.log(`the guest's console:\n${said}`);
    console.log(`${name}: ${JSON.stringify(result.facts)} in ${result.ms} ms`);
    expect(result.error).toBeNull();
    expect(result.ok).toBe(true);
  });
