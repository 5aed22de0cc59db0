// Jobs and steps in the station's database. What is stored is untrusted when it is read back.
import type { ErrorCode, errorToData } from '../../../shared/errors/error.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { JobState, StepName } from '../../../shared/job.ts';
import type { Clock } from '../clock.ts';
import { type Database, isConstraintError } from '../store/database.ts';
import type { Stored } from './job-run.ts';

type ErrorData = ReturnType<typeof errorToData>;

export type JobRow = {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly port: string;
  readonly serial: string | null;
  readonly inputs: Stored;
  readonly owner: string;
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type JobStore = ReturnType<typeof createJobStore>;

const json = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

type RawJob = {
  id: string;
  kind: string;
  state: string;
  port: string;
  serial: string | null;
  inputs: string;
  owner: string;
  error: string | null;
  created_at: string;
  updated_at: string;
};

const asRow = (row: RawJob): JobRow => ({
  id: row.id,
  kind: row.kind,
  state: row.state as JobState,
  port: row.port,
  serial: row.serial,
  inputs: json(row.inputs) as Stored,
  owner: row.owner,
  error: json(row.error) as JobRow['error'],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const deviceBusy = (port: string) =>
  new ProvisionerError('job.device-busy', `a job is running on ${port}`, { details: { port } });

export function createJobStore(db: Database, clock: Clock) {
  const now = () => clock.now().toISOString();

  async function find(idOrPrefix: string): Promise<JobRow> {
    const rows = await db
      .selectFrom('jobs')
      .selectAll()
      .where('id', '>=', idOrPrefix)
      .where('id', '<', `${idOrPrefix}\uffff`)
      .limit(2)
      .execute();
    const [row] = rows;
    if (!row || rows.length > 1 || idOrPrefix.length < 4) {
      throw new ProvisionerError(
        'job.not-found',
        rows.length > 1 ? `"${idOrPrefix}" fits several jobs` : `no job "${idOrPrefix.slice(0, 40)}"`,
      );
    }
    return asRow(row);
  }

  return {
    find,
    async create(job: {
      id: string;
      kind: string;
      port: string;
      inputs: Stored;
      owner: string;
    }): Promise<JobRow> {
      const at = now();
      const row = {
        id: job.id,
        kind: job.kind,
        port: job.port,
        inputs: JSON.stringify(job.inputs),
        owner: job.owner,
        state: 'running',
      };
      await db
        .insertInto('jobs')
        .values({ ...row, serial: null, result: null, error: null, created_at: at, updated_at: at })
        .execute()
        .catch((error: unknown) => {
          throw isConstraintError(error) ? deviceBusy(job.port) : error;
        });
      return find(job.id);
    },
    /** An interrupted job becomes ours. */
    async take(id: string, owner: string): Promise<JobRow> {
      const change = { state: 'running', owner, cancel_requested: 0, error: null, updated_at: now() };
      const done = await db
        .updateTable('jobs')
        .set(change)
        .where('id', '=', id)
        .where('state', '=', 'interrupted')
        .executeTakeFirst()
        .catch((error: unknown) => {
          throw isConstraintError(error) ? deviceBusy('this port or device') : error;
        });
      if (done.numUpdatedRows === 0n)
        throw new ProvisionerError('job.not-resumable', `job ${id} was taken by another process`);
      return find(id);
    },
    async list(): Promise<JobRow[]> {
      const rows = await db
        .selectFrom('jobs')
        .selectAll()
        .orderBy('created_at', 'desc')
        .limit(1000)
        .execute();
      return rows.map(asRow);
    },
    async running(): Promise<JobRow[]> {
      return (await db.selectFrom('jobs').selectAll().where('state', '=', 'running').execute()).map(asRow);
    },
    async interrupt(id: string, owner: string): Promise<void> {
      const change = { state: 'interrupted', updated_at: now() };
      await db
        .updateTable('jobs')
        .set(change)
        .where('id', '=', id)
        .where('owner', '=', owner)
        .where('state', '=', 'running')
        .execute();
    },
    async requestCancel(id: string): Promise<void> {
      await db.updateTable('jobs').set({ cancel_requested: 1 }).where('id', '=', id).execute();
    },
    async isCancelRequested(id: string): Promise<boolean> {
      const row = await db
        .selectFrom('jobs')
        .select('cancel_requested')
        .where('id', '=', id)
        .executeTakeFirst();
      return row?.cancel_requested === 1;
    },
    async settle(id: string, state: JobState, result: Stored | null, error: ErrorData | null): Promise<void> {
      const text = (value: object | null) => (value === null ? null : JSON.stringify(value));
      await db
        .updateTable('jobs')
        .set({ state, result: text(result), error: text(error), updated_at: now() })
        .where('id', '=', id)
        .execute();
    },
    /**
     * Ties the job to a value for good: the first call stores it, a later one compares. True when they agree.
     * `serial` also claims the device. @throws job.device-busy
     */
    async bind(id: string, name: 'serial' | 'packageDigest', value: string): Promise<boolean> {
      return db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom('jobs')
          .select('bound')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        const bound = json(row.bound) as Record<string, string>;
        if (bound[name] !== undefined) return bound[name] === value;
        const change = {
          bound: JSON.stringify({ ...bound, [name]: value }),
          ...(name === 'serial' ? { serial: value } : {}),
        };
        await tx
          .updateTable('jobs')
          .set(change)
          .where('id', '=', id)
          .execute()
          .catch((error: unknown) => {
            throw isConstraintError(error) ? deviceBusy(value) : error;
          });
        return true;
      });
    },
    async startStep(jobId: string, name: StepName): Promise<void> {
      const at = now();
      await db
        .insertInto('steps')
        .values({
          job_id: jobId,
          name,
          state: 'running',
          started_at: at,
          ended_at: null,
          output: null,
          error: null,
        })
        .onConflict((conflict) =>
          conflict.columns(['job_id', 'name']).doUpdateSet((eb) => ({
            state: 'running',
            started_at: at,
            ended_at: null,
            error: null,
            attempts: eb('steps.attempts', '+', 1),
          })),
        )
        .execute();
    },
    async endStep(jobId: string, name: StepName, output: Stored | null): Promise<void> {
      const change = {
        state: 'done',
        ended_at: now(),
        output: output === null ? null : JSON.stringify(output),
      };
      await db
        .updateTable('steps')
        .set(change)
        .where('job_id', '=', jobId)
        .where('name', '=', name)
        .execute();
    },
    async failStep(jobId: string, name: StepName, error: ErrorData): Promise<void> {
      const change = { state: 'failed', ended_at: now(), error: JSON.stringify(error) };
      await db
        .updateTable('steps')
        .set(change)
        .where('job_id', '=', jobId)
        .where('name', '=', name)
        .execute();
    },
    async stepOutput(jobId: string, name: StepName): Promise<unknown> {
      const row = await db
        .selectFrom('steps')
        .select(['state', 'output'])
        .where('job_id', '=', jobId)
        .where('name', '=', name)
        .executeTakeFirst();
      return row?.state === 'done' ? json(row.output) : null;
    },
  };
}
