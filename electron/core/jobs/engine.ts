// Runs jobs: one at a time per port and per device, many devices at once, each resumable after the process dies.
import { randomUUID } from 'node:crypto';
import { type ErrorCode, errorToData, ProvisionerError } from '../../../shared/errors/error.ts';
import { isLinkLoss, type JobEvent, type JobState } from '../../../shared/job.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { isOwnerAlive, ownOwner } from '../owner.ts';
import { type JobRun, openJobRun, type RunningJob, type Stored } from './job-run.ts';
import type { JobRow, JobStore } from './job-store.ts';

/** What a job does with its device, over and over until it is through or refused. */
export type Pipeline<T extends Stored> = (run: JobRun) => Promise<T>;

export type JobRequest = { readonly kind: string; readonly port: string; readonly inputs: Stored };

export type EngineDeps = {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: JobEvent) => void;
  /** Waits until the port is there again; rejects when the time is up. */
  readonly waitForPort: (port: string, signal: AbortSignal) => Promise<void>;
};

/** Before the first connection these say that nothing is there, not that it went away. */
const neverThereCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['port.not-found', 'agent.silent']);
/** In a row, without a byte of progress: a cable may be pulled as often as work goes on in between. */
const maxFruitless = 5;
const cancelPollMs = 500;

const stateAfter = (error: ProvisionerError): JobState => {
  if (error.code === 'job.cancelled') return 'cancelled';
  return errorToData(error).retryable ? 'interrupted' : 'failed';
};

/** How far a run has come. */
type Reached = { device: boolean; bytes: number };

function note(reached: Reached, event: JobEvent): void {
  if (event.event === 'step' && event.step === 'connect' && event.state === 'done') reached.device = true;
  if (event.event === 'progress') reached.bytes = Math.max(reached.bytes, event.sentBytes);
}

export type Engine = {
  /** Writes the job down, then runs it. @throws job.device-busy and whatever stops the job */
  start<T extends Stored>(
    request: JobRequest,
    pipeline: Pipeline<T>,
    signal?: AbortSignal,
  ): Promise<{ id: string; result: T }>;
  /** Goes on with an interrupted job. @throws job.not-found job.not-resumable */
  resume<T extends Stored>(
    id: string,
    pipelineFor: (job: JobRow) => Pipeline<T>,
    signal?: AbortSignal,
  ): Promise<{ id: string; result: T }>;
  /** Asks whoever runs the job to stop; a job that nobody runs is cancelled at once. */
  cancel(id: string): Promise<JobRow>;
  /** All jobs, newest first; those whose process died are marked interrupted first. */
  list(): Promise<JobRow[]>;
};

export function createEngine(deps: EngineDeps): Engine {
  const { store } = deps;

  async function attempt<T extends Stored>(
    run: RunningJob,
    pipeline: Pipeline<T>,
    reached: Reached,
  ): Promise<T> {
    for (let fruitless = 0, bytesBefore = 0; ; bytesBefore = reached.bytes) {
      try {
        return await pipeline(run);
      } catch (error) {
        const isLost = error instanceof ProvisionerError && isLinkLoss(error.code);
        if (!isLost || (!reached.device && neverThereCodes.has(error.code))) throw error;
        fruitless = reached.bytes > bytesBefore ? 0 : fruitless + 1;
        if (fruitless >= maxFruitless) throw error;
        deps.emit({ event: 'waiting', jobId: run.id, port: run.port, code: error.code });
        const lostMs = performance.now();
        await deps.waitForPort(run.port, run.signal);
        run.cameBack(error.code, performance.now() - lostMs);
      }
    }
  }

  async function settle(
    id: string,
    port: string,
    state: JobState,
    value: { result?: Stored; error?: unknown },
  ): Promise<void> {
    await store.settle(
      id,
      state,
      value.result ?? null,
      value.error === undefined ? null : errorToData(value.error),
    );
    deps.emit({ event: 'job', jobId: id, port, state });
  }

  async function execute<T extends Stored>(
    job: JobRow,
    pipeline: Pipeline<T>,
    outer?: AbortSignal,
  ): Promise<{ id: string; result: T }> {
    const cancel = watchCancel(store, job.id, outer);
    const reached: Reached = { device: false, bytes: 0 };
    const emit = (event: JobEvent) => {
      note(reached, event);
      deps.emit(event);
    };
    const run = openJobRun({ id: job.id, port: job.port, signal: cancel.signal }, { ...deps, emit });
    deps.emit({ event: 'job', jobId: job.id, port: job.port, state: 'running' });
    try {
      const result = await attempt(run, pipeline, reached);
      await settle(job.id, job.port, 'done', { result });
      return { id: job.id, result };
    } catch (cause) {
      const error = cancel.signal.aborted ? stopped(cancel.signal.reason, cause) : asKnown(cause);
      await settle(job.id, job.port, stateAfter(error), { error });
      throw error;
    } finally {
      cancel.close();
    }
  }

  return {
    async start(request, pipeline, signal) {
      await reclaim(store);
      const job = await store.create({ id: randomUUID(), ...request, owner: ownOwner() });
      return execute(job, pipeline, signal);
    },
    async resume(id, pipelineFor, signal) {
      await reclaim(store);
      const job = await store.find(id);
      if (job.state !== 'interrupted') {
        throw new ProvisionerError('job.not-resumable', `job ${job.id} is ${job.state}`, {
          details: { state: job.state },
        });
      }
      return execute(await store.take(job.id, ownOwner()), pipelineFor(job), signal);
    },
    async cancel(id) {
      await reclaim(store);
      const job = await store.find(id);
      if (job.state === 'running') await store.requestCancel(job.id);
      else if (job.state === 'interrupted' || job.state === 'pending')
        await settle(job.id, job.port, 'cancelled', {});
      return store.find(job.id);
    },
    async list() {
      await reclaim(store);
      return store.list();
    },
  };
}

/** Whoever aborts with a reason of ours means that one (the station ends); otherwise a person cancelled. */
const stopped = (reason: unknown, cause: unknown): ProvisionerError =>
  reason instanceof ProvisionerError
    ? reason
    : new ProvisionerError('job.cancelled', 'cancelled by the operator', { cause });

const asKnown = (error: unknown): ProvisionerError =>
  error instanceof ProvisionerError
    ? error
    : new ProvisionerError('internal.unexpected', error instanceof Error ? error.message : String(error), {
        cause: error,
      });

/** A job that says "running" while its process is gone was interrupted. */
async function reclaim(store: JobStore): Promise<void> {
  for (const job of await store.running()) {
    if (!isOwnerAlive(job.owner)) await store.interrupt(job.id, job.owner);
  }
}

/** Aborts when the caller does, or when somebody asked through the store. */
function watchCancel(
  store: JobStore,
  id: string,
  outer?: AbortSignal,
): { signal: AbortSignal; close: () => void } {
  const own = new AbortController();
  const timer = setInterval(async () => {
    if (await store.isCancelRequested(id).catch(() => false)) own.abort();
  }, cancelPollMs);
  timer.unref();
  const signal = outer ? AbortSignal.any([own.signal, outer]) : own.signal;
  return { signal, close: () => clearInterval(timer) };
}
