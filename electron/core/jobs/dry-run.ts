// A dry run: everything up to the first write, and what would be done after it. Leaves nothing behind, here or there.
import { errorToData, ProvisionerError } from '../../../shared/errors/error.ts';
import { type JobEvent, loadSteps, type StepName } from '../../../shared/job.ts';
import { say } from '../../../shared/sentences/sentence.ts';
import type { Verdict } from '../../../shared/verdict.ts';
import type { Log } from '../log.ts';
import { forgetfulStore, openJobRun } from './job-run.ts';
import { judgeDevice, readDevice } from './judge-device.ts';
import { type LoadDeps, type LoadInputs, preflight } from './load.ts';

export type DryRun = {
  readonly port: string;
  readonly ok: boolean;
  readonly summary: string;
  readonly serial: string | null;
  readonly level: Verdict['level'] | null;
  readonly decisions: Verdict['decisions'] | null;
  readonly planned: readonly StepName[];
  readonly error: ReturnType<typeof errorToData> | null;
};

const writing: readonly StepName[] = ['register', 'send', 'install-key', 'install', 'clean-up', 'receipt'];

type Wanted = { readonly port: string; readonly inputs: LoadInputs; readonly signal: AbortSignal };

export async function dryRunDevice(
  wanted: Wanted,
  deps: LoadDeps & { log: Log; emit: (event: JobEvent) => void },
): Promise<DryRun> {
  const { port, inputs, signal } = wanted;
  const run = openJobRun({ id: 'dry-run', port, signal }, { ...deps, store: forgetfulStore });
  const nothing = { port, serial: null, level: null, decisions: null, planned: [] };
  try {
    await run.look('preflight', () => preflight(inputs, deps, signal));
    const link = await run.look('connect', () => deps.openLink(port, inputs, signal));
    try {
      const seen = await run.look('read', () => readDevice(link, { signal, clock: deps.clock }));
      const { verdict } = await run.look(
        'judge',
        () => judgeDevice(seen, { ...deps, operator: inputs.operator }),
        (judged) => judged.verdict.level,
      );
      const refused = Object.entries(verdict.decisions).find(([, { allowed }]) => !allowed);
      const planned =
        inputs.action === 'load'
          ? writing
          : writing.filter((step) => step === 'register' || step === 'receipt');
      for (const step of planned)
        deps.emit({
          event: 'step',
          jobId: run.id,
          port,
          step,
          state: 'planned',
          detail: loadSteps[step].permanent ? 'permanent' : '',
        });
      const summary = refused
        ? say('dry-run.refused', { action: refused[0], why: refused[1].why })
        : say('dry-run.would-run', { steps: planned.join(', ') });
      return {
        port,
        ok: !refused,
        summary,
        serial: seen.identity.serialNumber,
        level: verdict.level,
        decisions: verdict.decisions,
        planned,
        error: null,
      };
    } finally {
      await link.close();
    }
  } catch (error) {
    if (!(error instanceof ProvisionerError)) throw error;
    const data = errorToData(error);
    return {
      ...nothing,
      ok: false,
      summary: say('dry-run.would-stop', { title: data.title, detail: data.message }),
      error: data,
    };
  }
}
