// Raw evidence as it came, with what it was judged to be and by which policy: judged again at any time.
import { createHash } from 'node:crypto';
import type { EvidenceResult } from '../../../shared/attestation/appraise-evidence.ts';
import { type EncodedResult, encodeResult } from '../../../shared/attestation/describe-evidence.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { KeptEvidence } from '../attestation/collect-evidence.ts';
import type { Database } from './database.ts';

export type StoredEvidence = {
  readonly id: string;
  readonly serial: string | null;
  readonly fingerprint: string;
  readonly level: string;
  readonly policyHash: string;
  /** The record as it was kept: its SHA-256 is the id. */
  readonly record: string;
  /** As it was judged that day. */
  readonly result: EncodedResult;
  readonly at: string;
};

/** Written once; the same record again changes nothing. */
export async function keepEvidence(
  tx: Database,
  { id, json, record }: KeptEvidence,
  { result, at }: { readonly result: EvidenceResult; readonly at: string },
): Promise<void> {
  const values = {
    id,
    serial: record.serial,
    fingerprint: result.keyFingerprint ?? '',
    level: result.level,
    policy_hash: result.policyHash ?? '',
    record: json,
    result: JSON.stringify(encodeResult(result)),
    at,
  };
  await tx
    .insertInto('evidence')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

type Row = {
  id: string;
  serial: string | null;
  fingerprint: string;
  level: string;
  policy_hash: string;
  record: string;
  result: string;
  at: string;
};

/** @throws record.tampered when the record is not the one of its id */
function openRow({ policy_hash: policyHash, result, ...row }: Row): StoredEvidence {
  if (createHash('sha256').update(row.record).digest('hex') !== row.id)
    throw new ProvisionerError('record.tampered', `the evidence ${row.id} is not what was kept`);
  return { ...row, policyHash, result: JSON.parse(result) as EncodedResult };
}

/** Evidence by the beginning of its id. @throws record.not-found record.tampered */
export async function findEvidence(db: Database, which: string): Promise<StoredEvidence> {
  const rows = await db
    .selectFrom('evidence')
    .selectAll()
    .where('id', '>=', which)
    .where('id', '<', `${which}\uffff`)
    .limit(2)
    .execute();
  const [row, ...others] = rows;
  if (row && others.length === 0 && which !== '') return openRow(row);
  throw new ProvisionerError(
    'record.not-found',
    `${rows.length} pieces of evidence begin with "${which.slice(0, 80)}"`,
  );
}

const maxListed = 1000;

/** Newest first; of one device, or of all. */
export async function listEvidence(db: Database, serial: string | null): Promise<StoredEvidence[]> {
  const all = db.selectFrom('evidence').selectAll().orderBy('at', 'desc').limit(maxListed);
  const rows = await (serial === null ? all : all.where('serial', '=', serial)).execute();
  return rows.map(openRow);
}
