// Loads: look before touching, one job per port, cancel, resume. A job goes on when the page is closed.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handlers, Request } from '../../../shared/contract/contract.ts';
import { deviceProfiles } from '../../../shared/device-profile.ts';
import { errorToData, ProvisionerError } from '../../../shared/errors/error.ts';
import type { JobEvent } from '../../../shared/job.ts';
import type { Receipt } from '../../../shared/receipt.ts';
import type { Credentials } from '../console/login.ts';
import { writeAtomically } from '../files.ts';
import { dryRunDevice } from '../jobs/dry-run.ts';
import { type LoadDeps, type LoadInputs, loadDevice } from '../jobs/load.ts';
import { keepPackage } from '../package/package-shelf.ts';
import { listReceipts } from '../records/receipts.ts';
import { openedVault, type Session } from './session.ts';
import { jobView, pathOf } from './views.ts';

type LoadCalls = Pick<Handlers, Extract<keyof Handlers, `load.${string}` | `jobs.${string}`>>;
export type LoadRecipe = Omit<Request<'load.start'>, 'ports'>;

export async function inputsOf({ files, services }: Session, request: LoadRecipe): Promise<LoadInputs> {
  return {
    action: 'load',
    packagePath: await keepPackage(services.home.packages, pathOf(files, request.package)),
    keyName: request.keyName,
    anchors: await Promise.all(request.anchors.map((token) => readFile(pathOf(files, token), 'utf8'))),
    keptAnchors: true,
    profile: null,
    operator: request.operator,
    user: request.credentials?.user ?? '',
    baudRate: request.baudRate,
    raiseSpeedTo: request.raiseSpeedTo,
    isDemo: request.isDemo,
  };
}

export async function depsFor(session: Session, credentials: Credentials | null): Promise<LoadDeps> {
  const { services, settings } = session;
  return services.prepareLoad({
    vault: openedVault(session),
    credentials,
    policy: await services.readPolicy(),
    stationName: settings.stationName,
  });
}

/** The receipt as a file too, as the command line leaves it. */
async function keepReceipt({ services }: Session, receipt: Receipt): Promise<void> {
  await mkdir(services.home.receipts, { recursive: true, mode: 0o700 });
  await writeAtomically(
    join(services.home.receipts, `${receipt.id}.json`),
    async (file) => void (await file.write(`${JSON.stringify(receipt, null, 2)}\n`)),
    0o600,
  );
}

/** Runs a load to its end. @returns its receipt @throws what stopped it */
export async function runLoad(
  session: Session,
  { port, inputs, deps }: { port: string; inputs: LoadInputs; deps: LoadDeps },
): Promise<Receipt> {
  const { engine } = session.services;
  const request = { kind: 'load', port, inputs: inputs as unknown as Record<string, unknown> };
  const { result } = await engine.start(request, loadDevice(inputs, deps), session.signal);
  await keepReceipt(session, result.receipt);
  return result.receipt;
}

/**
 * Waits until the job is written down and runs, or is refused before that; the rest is told by events.
 * @returns the job's id
 */
async function begun(session: Session, port: string, run: () => Promise<unknown>): Promise<string> {
  const { log } = session.services;
  return new Promise<string>((resolve, reject) => {
    const stop = session.onJobEvent((event: JobEvent) => {
      if (event.port !== port || event.event !== 'job' || event.state !== 'running') return;
      stop();
      resolve(event.jobId);
    });
    run().catch((error: unknown) => {
      stop();
      // After the start this is a no-op: the job's end is in the store and in its events.
      reject(error);
      log.warn({ port, code: errorToData(error).code }, 'load ended with a refusal');
    });
  });
}

type StepRow = { name: string; state: string; started_at: string; ended_at: string | null };

const stepView = ({ name, state, started_at: startedAt, ended_at: endedAt }: StepRow) => ({
  step: name,
  state,
  detail: null,
  durationMs: endedAt === null ? null : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)),
});

export function loadCalls(session: Session): LoadCalls {
  const { services } = session;
  const { engine, db, log } = services;
  return {
    'load.profiles': async () => deviceProfiles.map(({ name, title }) => ({ name, title })),
    async 'load.dry-run'({ ports, ...request }) {
      const inputs = await inputsOf(session, request);
      const deps = { ...(await depsFor(session, request.credentials)), log, emit: () => undefined };
      const plans = await Promise.all(
        ports.map((port) => dryRunDevice({ port, inputs, signal: session.signal }, deps)),
      );
      return plans.map(({ port, ok, summary, serial, level, error }) => ({
        port,
        ok,
        summary,
        serial,
        level,
        error: error && { ...error, details: { ...error.details } },
      }));
    },
    async 'load.start'({ ports, ...request }) {
      const inputs = await inputsOf(session, request);
      const deps = await depsFor(session, request.credentials);
      const started = ports.map((port) =>
        begun(session, port, () => runLoad(session, { port, inputs, deps })),
      );
      return { started: await Promise.all(started) };
    },
    'jobs.list': async () => (await engine.list()).map(jobView),
    async 'jobs.detail'({ jobId }) {
      const job = (await engine.list()).find(({ id }) => id === jobId);
      if (!job) throw new ProvisionerError('job.not-found', `no job "${jobId}"`);
      const steps = await db
        .selectFrom('steps')
        .select(['name', 'state', 'started_at', 'ended_at'])
        .where('job_id', '=', jobId)
        .orderBy('started_at')
        .execute();
      const receipt = (await listReceipts(db, {})).find(({ id }) => id === jobId) ?? null;
      return {
        job: jobView(job),
        steps: steps.map(stepView),
        receipt,
      };
    },
    async 'jobs.resume'({ jobId, credentials }) {
      const job = (await engine.list()).find(({ id }) => id === jobId);
      if (!job) throw new ProvisionerError('job.not-found', `no job "${jobId}"`);
      const inputs = job.inputs as unknown as LoadInputs;
      const deps = await depsFor(session, credentials);
      const resumed = () =>
        engine
          .resume(job.id, () => loadDevice(inputs, deps), session.signal)
          .then(({ result }) => keepReceipt(session, result.receipt));
      return { started: [await begun(session, job.port, resumed)] };
    },
    'jobs.cancel': async ({ jobId }) => jobView(await engine.cancel(jobId)),
  };
}
