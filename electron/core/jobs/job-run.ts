// One running job. A step is written down before it starts and after it ends, so that a job that died is resumed:
// `look` steps look again, `once` steps give back what they stored.
import type { z } from 'zod';
import { errorToData, ProvisionerError } from '../../../shared/errors/error.ts';
import {
  describeReturn,
  isLinkLoss,
  type JobEvent,
  loadSteps,
  type Progress,
  type StepName,
} from '../../../shared/job.ts';
import type { Log } from '../log.ts';
import type { JobStore } from './job-store.ts';

export type StepContext = { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void };

/** A value that can be stored and read back. */
export type Stored = Readonly<Record<string, unknown>>;

export interface JobRun {
  readonly id: string;
  readonly port: string;
  readonly signal: AbortSignal;
  /** Runs in every attempt. `note` is what the step's record and the watcher are told. */
  look<T>(step: StepName, run: (context: StepContext) => Promise<T>, note?: (value: T) => string): Promise<T>;
  /** Runs until it succeeded once in the life of the job; its value is stored before the step counts as done. */
  once<T extends Stored>(
    step: StepName,
    schema: z.ZodType<T>,
    run: (context: StepContext) => Promise<T>,
  ): Promise<T>;
  /** Ties the job to a value for good; false when it is tied to another. @throws job.device-busy */
  bind(name: 'serial' | 'packageDigest', value: string): Promise<boolean>;
  /** What `once` stored for a step in this or an earlier attempt, or null. */
  stored<T extends Stored>(step: StepName, schema: z.ZodType<T>): Promise<T | null>;
}

/** A job in the engine's hands. */
export type RunningJob = JobRun & {
  /** The device was away and its port is there again: told as soon as the job goes on with what it was doing. */
  cameBack(code: string, awayMs: number): void;
};

export type JobRunDeps = {
  readonly store: Pick<JobStore, 'startStep' | 'endStep' | 'failStep' | 'stepOutput' | 'bind'>;
  readonly log: Log;
  readonly emit: (event: JobEvent) => void;
};

/** At most about ten progress events a second and step; the first and the last always. */
function throttled(emit: (progress: Progress) => void): (progress: Progress) => void {
  let lastMs = 0;
  return (progress) => {
    const nowMs = performance.now();
    if (progress.sentBytes < progress.totalBytes && nowMs - lastMs < 100) return;
    lastMs = nowMs;
    emit(progress);
  };
}

/** The steps that every attempt begins with; after them a job goes on where it was. */
const isLooking = (step: StepName): boolean =>
  Object.keys(loadSteps).indexOf(step) < Object.keys(loadSteps).indexOf('send');

/** Binds a stored job to the process that runs it. */
export function openJobRun(
  job: { id: string; port: string; signal: AbortSignal },
  deps: JobRunDeps,
): RunningJob {
  const about = { jobId: job.id, port: job.port };
  let back: { readonly code: string; readonly awayMs: number } | null = null;

  function wentOn(progress: Progress | null): void {
    if (back === null) return;
    const { sentBytes = null, totalBytes = null } = progress ?? {};
    const said = { ...back, sentBytes, totalBytes };
    back = null;
    deps.emit({ event: 'back', ...about, ...said });
    deps.log.info({ ...about, ...said }, describeReturn(said));
  }
  const contextOf = (step: StepName): StepContext => {
    const tell = throttled((progress) => deps.emit({ event: 'progress', ...about, step, ...progress }));
    return {
      signal: job.signal,
      onProgress(progress) {
        tell(progress);
        wentOn(progress);
      },
    };
  };

  async function record<T>(
    step: StepName,
    run: () => Promise<T>,
    describe: (value: T) => { note: string; output: Stored | null },
  ): Promise<T> {
    job.signal.throwIfAborted();
    const startedMs = performance.now();
    const durationMs = () => Math.round(performance.now() - startedMs);
    await deps.store.startStep(job.id, step);
    deps.emit({ event: 'step', ...about, step, state: 'running' });
    if (!isLooking(step) && step !== 'send') wentOn(null);
    try {
      const value = await run();
      const { note, output } = describe(value);
      await deps.store.endStep(job.id, step, output);
      deps.emit({ event: 'step', ...about, step, state: 'done', durationMs: durationMs(), detail: note });
      deps.log.info({ ...about, step, durationMs: durationMs() }, note || 'step done');
      return value;
    } catch (error) {
      const failure = asJobError(error, job.signal);
      await deps.store.failStep(job.id, step, errorToData(failure));
      const isLost = isLinkLoss(failure.code);
      deps.emit({
        event: 'step',
        ...about,
        step,
        state: isLost ? 'interrupted' : 'failed',
        durationMs: durationMs(),
        detail: errorToData(failure).title,
      });
      deps.log[isLost ? 'info' : 'warn']({ ...about, step, code: failure.code }, failure.message);
      throw failure;
    }
  }

  const stored = async <T extends Stored>(step: StepName, schema: z.ZodType<T>): Promise<T | null> => {
    const output = await deps.store.stepOutput(job.id, step);
    return output === null ? null : schema.parse(output);
  };

  return {
    ...job,
    stored,
    cameBack(code, awayMs) {
      back = { code, awayMs: Math.round(awayMs) };
    },
    bind: (name, value) => deps.store.bind(job.id, name, value),
    look: (step, run, note) =>
      record(
        step,
        () => run(contextOf(step)),
        (value) => ({ note: note?.(value) ?? '', output: null }),
      ),
    async once(step, schema, run) {
      const kept = await stored(step, schema);
      if (kept !== null) {
        deps.emit({ event: 'step', ...about, step, state: 'kept' });
        return kept;
      }
      return record(
        step,
        () => run(contextOf(step)),
        (value) => ({ note: '', output: value }),
      );
    },
  };
}

/** An abort becomes job.cancelled; our own errors stay; anything else keeps its cause. */
function asJobError(error: unknown, signal: AbortSignal): ProvisionerError {
  if (signal.aborted)
    return new ProvisionerError('job.cancelled', 'cancelled by the operator', { cause: error });
  if (error instanceof ProvisionerError) return error;
  return new ProvisionerError('internal.unexpected', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

/** Keeps nothing: for a dry run, whose steps leave no trace. */
export const forgetfulStore: JobRunDeps['store'] = {
  startStep: async () => undefined,
  endStep: async () => undefined,
  failStep: async () => undefined,
  stepOutput: async () => null,
  bind: async () => true,
};
