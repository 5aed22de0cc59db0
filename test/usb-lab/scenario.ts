// Runs inside the guest: every case in order, one JSON line each. Usage: scenario.ts RESULTS
import { appendFileSync } from 'node:fs';
import { cases } from './cases.ts';
import type { CaseResult } from './guest.ts';

const caseTimeoutMs = 800_000;

async function runCase(name: string, run: () => Promise<CaseResult['facts']>): Promise<CaseResult> {
  const startMs = performance.now();
  const result = (ok: boolean, facts: CaseResult['facts'], error: string | null) => ({
    ...{ name, ok, facts, error },
    ms: Math.round(performance.now() - startMs),
  });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('did not end in time')), caseTimeoutMs).unref();
  });
  try {
    return result(true, await Promise.race([run(), late]), null);
  } catch (error) {
    return result(false, {}, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

const file = process.argv[2] ?? '';
const only = process.env.LAB_ONLY ?? '';
for (const [name, run] of Object.entries(cases).filter(([name]) => name.includes(only)))
  appendFileSync(file, `${JSON.stringify(await runCase(name, run))}\n`);
process.exit(0);
