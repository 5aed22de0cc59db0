// The policies that this station judged by, each by its hash, so that a record can be explained and judged again years
// later; and whose policies it takes. With a line lead: signed ones alone, and never one older than any it used.

import { ProvisionerError } from '../../../shared/errors/error.ts';
import { type LoadedPolicy, parsePolicy } from '../../../shared/policy.ts';
import { type PolicyLead, signLead, verifyLead } from '../../../shared/policy-lead.ts';
import { isSignedBy, refuseUnsigned } from '../../../shared/policy-signature.ts';
import type { Clock } from '../clock.ts';
import { appendJournal } from '../records/journal.ts';
import type { Deciding } from './anchors.ts';
import type { Database } from './database.ts';

/**
 * The line lead, or null when nobody decided who that is.
 * @throws policy.unsigned when the row is not what the station's key signed: no policy is taken until it is decided anew
 */
export async function readLead(db: Database): Promise<PolicyLead | null> {
  const row = await db.selectFrom('policy_lead').select('act').executeTakeFirst();
  if (!row) return null;
  const station = await db.selectFrom('station').select('public_key').executeTakeFirst();
  const lead = verifyLead(parseJson(row.act), station?.public_key ?? '');
  if (lead) return lead;
  throw new ProvisionerError('policy.unsigned', "the line lead's key was changed behind the vault");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Decides whose policies count from now on. @throws policy.key-invalid */
export async function setLead(deciding: Deciding, publicKey: string): Promise<PolicyLead> {
  const { db, clock, stationKey, operator, reason } = deciding;
  const at = clock.now().toISOString();
  const act = signLead({ policyLead: 1, publicKey, operator, reason, at }, stationKey.secretKey);
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('policy_lead').execute();
    await tx
      .insertInto('policy_lead')
      .values({ id: 1, act: JSON.stringify(act) })
      .execute();
    await appendJournal(tx, clock, { kind: 'policy-lead-set', body: act });
  });
  return act;
}

/** Nobody signs any more: any policy counts again, as on a new station. */
export async function removeLead({ db, clock, operator, reason }: Deciding): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('policy_lead').execute();
    await appendJournal(tx, clock, { kind: 'policy-lead-removed', body: { operator, reason } });
  });
}

/** The newest policy that this lead signed and this station used; rows that were not signed so do not count. */
async function readNewest(db: Database, lead: PolicyLead): Promise<LoadedPolicy | null> {
  const rows = await db.selectFrom('policies').select('body').orderBy('version', 'desc').execute();
  for (const { body } of rows) {
    const kept = parsePolicy(body);
    if (isSignedBy(kept, lead.publicKey)) return kept;
  }
  return null;
}

/**
 * Our choice: versions go on whatever the name, for an older and laxer policy of another name is a step back as well.
 * @throws policy.unsigned policy.old
 */
export async function admitPolicy(db: Database, loaded: LoadedPolicy): Promise<LoadedPolicy> {
  const lead = await readLead(db);
  if (!lead) return loaded;
  refuseUnsigned(loaded, lead.publicKey);
  const newest = await readNewest(db, lead);
  const { version, name } = loaded.policy;
  const isSame = newest === null || newest.hash === loaded.hash;
  if (isSame || version > newest.policy.version) return loaded;
  throw new ProvisionerError(
    'policy.old',
    `"${name}" is version ${version}; this station used "${newest.policy.name}", version ${newest.policy.version}`,
  );
}

/** Keeps what a device was judged by. */
export async function keepPolicy(db: Database, clock: Clock, loaded: LoadedPolicy): Promise<void> {
  const { policy, hash, json } = loaded;
  const kept = await db.selectFrom('policies').select('body').where('hash', '=', hash).executeTakeFirst();
  // The same policy, signed since: the signature is worth keeping.
  if (kept && (kept.body === json || loaded.signature === null)) return;
  await db
    .insertInto('policies')
    .values({ hash, name: policy.name, version: policy.version, body: json, at: clock.now().toISOString() })
    .onConflict((conflict) => conflict.column('hash').doUpdateSet({ body: json }))
    .execute();
}

/** A kept policy, or null. @throws policy.invalid when the row is not the policy of that hash */
export async function readKeptPolicy(db: Database, hash: string): Promise<LoadedPolicy | null> {
  const row = await db.selectFrom('policies').select('body').where('hash', '=', hash).executeTakeFirst();
  if (!row) return null;
  const kept = parsePolicy(row.body);
  if (kept.hash === hash) return kept;
  throw new ProvisionerError('policy.invalid', `what is kept under ${hash} is another policy`);
}
