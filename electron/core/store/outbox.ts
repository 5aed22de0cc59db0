// The outbox: what is to be registered with a cloud, kept until something sends it. Nothing sends it yet.
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from './database.ts';

export const registrationSchemaVersion = 1;

/** One device with one key, as the cloud is to know it. */
export type Registration = {
  readonly serial: string | null;
  readonly model: string | null;
  readonly fingerprint: string;
  /** SubjectPublicKeyInfo, base64. */
  readonly publicKey: string;
  readonly level: string;
  readonly policyHash: string;
};

export type OutboxRow = {
  readonly id: number;
  readonly idempotencyKey: string;
  readonly state: string;
  readonly createdAt: string;
  readonly body: Registration;
};

/** The same device with the same key is the same record, however often it is appended. */
const idempotencyKeyOf = ({ serial, fingerprint }: Registration): string =>
  createHash('sha256')
    .update(`trustbox/registration/1\n${serial ?? ''}\n${fingerprint}`)
    .digest('hex');

export async function appendRegistration(
  db: Database,
  clock: Clock,
  body: Registration,
): Promise<{ idempotencyKey: string }> {
  const idempotencyKey = idempotencyKeyOf(body);
  await db
    .insertInto('outbox')
    .values({
      idempotency_key: idempotencyKey,
      schema_version: registrationSchemaVersion,
      state: 'pending',
      body: JSON.stringify(body),
      created_at: clock.now().toISOString(),
    })
    .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
    .execute();
  return { idempotencyKey };
}

type RawRow = { id: number; idempotency_key: string; state: string; created_at: string; body: string };

const asRow = (row: RawRow): OutboxRow => ({
  id: row.id,
  idempotencyKey: row.idempotency_key,
  state: row.state,
  createdAt: row.created_at,
  body: JSON.parse(row.body) as Registration,
});

/** All records, oldest first. */
export async function listOutbox(db: Database): Promise<OutboxRow[]> {
  return (await db.selectFrom('outbox').selectAll().orderBy('id').execute()).map(asRow);
}

/** Some of them, newest first, and how many there are. */
export async function pageOutbox(
  db: Database,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ total: number; rows: OutboxRow[] }> {
  const newest = db.selectFrom('outbox').selectAll().orderBy('id', 'desc');
  const [rows, counted] = await Promise.all([
    newest.limit(limit).offset(offset).execute(),
    db
      .selectFrom('outbox')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow(),
  ]);
  return { total: counted.total, rows: rows.map(asRow) };
}

/** Records as one JSON document, to be carried to whoever registers them. */
export const encodeOutbox = (records: readonly OutboxRow[]): string =>
  `${JSON.stringify({ outbox: 1, records }, null, 2)}\n`;
