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

export async function listOutbox(db: Database): Promise<OutboxRow[]> {
  const rows = await db.selectFrom('outbox').selectAll().orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    idempotencyKey: row.idempotency_key,
    state: row.state,
    createdAt: row.created_at,
    body: JSON.parse(row.body) as Registration,
  }));
}
