// Receipts in the store: one per job, written together with its journal entry, signed over its place in the chain.
import { sql } from 'kysely';
import { digestCanonical } from '../../../shared/canonical-json.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { JournalEntry } from '../../../shared/journal.ts';
import {
  type Receipt,
  type ReceiptBody,
  receiptSchema,
  signReceipt,
  verifyReceipt,
} from '../../../shared/receipt.ts';
import { say } from '../../../shared/sentences/sentence.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { appendJournal, verifyJournal } from './journal.ts';

const bodyDigest = (body: ReceiptBody): string => digestCanonical('trustbox/receipt-body/1', body);

/** Files a receipt, once per id: asked again, it gives back the one that is filed. */
export const fileReceipt = (
  db: Database,
  clock: Clock,
  filing: { body: ReceiptBody; secretKey: Uint8Array },
): Promise<Receipt> =>
  db.transaction().execute(async (tx) => {
    const { body, secretKey } = filing;
    const filed = await tx.selectFrom('receipts').select('body').where('id', '=', body.id).executeTakeFirst();
    if (filed) return receiptSchema.parse(JSON.parse(filed.body));
    const journal = await appendJournal(tx, clock, {
      kind: 'receipt',
      body: { receipt: body.id, digest: bodyDigest(body) },
    });
    const receipt = signReceipt({ ...body, journal }, secretKey);
    await tx
      .insertInto('receipts')
      .values({
        id: receipt.id,
        journal_seq: journal.seq,
        serial: receipt.device.serial,
        fingerprint: receipt.key.fingerprint,
        package_id: receipt.package?.id ?? null,
        state: receipt.outcome.state,
        ended_at: receipt.endedAt,
        body: JSON.stringify(receipt),
      })
      .execute();
    return receipt;
  });

export type ReceiptFilter = {
  readonly id?: string | undefined;
  readonly serial?: string | undefined;
  readonly packageId?: string | undefined;
  readonly state?: string | undefined;
};

/** Receipts in the order they were filed. @throws record.invalid when a stored one is not a receipt */
export async function listReceipts(db: Database, filter: ReceiptFilter = {}): Promise<Receipt[]> {
  let query = db.selectFrom('receipts').select(['id', 'body']);
  if (filter.id) query = query.where('id', '=', filter.id);
  if (filter.serial) query = query.where('serial', '=', filter.serial);
  if (filter.packageId) query = query.where('package_id', '=', filter.packageId);
  if (filter.state) query = query.where('state', '=', filter.state);
  return (await query.orderBy('journal_seq').execute()).map(asReceipt);
}

function asReceipt({ id, body }: { id: string; body: string }): Receipt {
  const parsed = receiptSchema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw new ProvisionerError('record.invalid', `stored receipt ${id} is not a receipt`);
}

export type ReceiptQuery = {
  /** Beginning of a serial, a fingerprint, a package id or a receipt's id; empty: all. */
  readonly text: string;
  readonly state: string | null;
  readonly offset: number;
  readonly limit: number;
};

/** One page of receipts, newest first, and how many there are. */
export async function searchReceipts(
  db: Database,
  { text, state, offset, limit }: ReceiptQuery,
): Promise<{ total: number; receipts: Receipt[] }> {
  const start = `${text.trim().replace(/[\\%_]/g, '\\$&')}%`;
  let query = db.selectFrom('receipts');
  if (state) query = query.where('state', '=', state);
  if (text.trim() !== '')
    query = query.where(({ or, eb }) =>
      or(
        (['serial', 'fingerprint', 'package_id', 'id'] as const).map((column) =>
          eb(column, 'like', sql<string>`${start} escape '\\'`),
        ),
      ),
    );
  const { total } = await query
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const rows = await query
    .select(['id', 'body'])
    .orderBy('journal_seq', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();
  return { total, receipts: rows.map(asReceipt) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export type RecordsReport = {
  readonly ok: boolean;
  readonly entries: number;
  readonly receipts: number;
  /** Entries behind the newest receipt: in the chain, but under no signature yet. */
  readonly unsignedTail: number;
  readonly problems: readonly {
    readonly kind: 'journal' | 'receipt';
    readonly seq: number;
    readonly detail: string;
  }[];
};

/** Everything there is against everything it must agree with. */
export async function verifyRecords(db: Database): Promise<RecordsReport> {
  const journal = await verifyJournal(db);
  const station = await db.selectFrom('station').select('public_key').executeTakeFirst();
  const rows = await db
    .selectFrom('receipts')
    .select(['id', 'body', 'journal_seq'])
    .orderBy('journal_seq')
    .execute();
  const receiptProblems = rows.flatMap((row) => {
    const detail = receiptProblem(row, journal.hashes.get(row.journal_seq), station?.public_key ?? '');
    return detail ? [{ kind: 'receipt' as const, seq: row.journal_seq, detail }] : [];
  });
  const filed = new Set(rows.map((row) => row.journal_seq));
  const removed = [...journal.hashes.keys()].filter((seq) => !filed.has(seq));
  const problems = [
    ...journal.problems.map(({ seq, problem }) => ({ kind: 'journal' as const, seq, detail: problem })),
    ...receiptProblems,
    ...removed.map((seq) => ({
      kind: 'receipt' as const,
      seq,
      detail: say('records.receipt-removed'),
    })),
  ];
  const newest = rows.at(-1)?.journal_seq ?? 0;
  return {
    ok: problems.length === 0,
    entries: journal.entries,
    receipts: rows.length,
    unsignedTail: Math.max(0, journal.entries - newest),
    problems,
  };
}

function receiptProblem(
  row: { id: string; body: string },
  entry: JournalEntry | undefined,
  publicKey: string,
): string | null {
  try {
    const receipt = verifyReceipt(parseJson(row.body), publicKey);
    const { journal, signature: _signature, ...body } = receipt;
    if (!entry || entry.hash !== journal.hash) return say('records.no-entry', { id: row.id });
    const stated = entry.body as { receipt?: unknown; digest?: unknown };
    const same = stated.receipt === receipt.id && stated.digest === bodyDigest(body);
    return same ? null : say('records.other-entry', { id: row.id });
  } catch (error) {
    if (error instanceof ProvisionerError) return error.message;
    throw error;
  }
}
