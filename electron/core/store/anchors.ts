// The trust anchors that the station keeps: certificates with a name, and who added them when and why. Public data; but
// adding and removing one takes the station's key, which only an open vault gives, and both stand in the journal.
import { type AnchorAct, anchorName, signAnchorAct, verifyAnchorAct } from '../../../shared/anchor.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Clock } from '../clock.ts';
import type { StationKey } from '../keys/vault.ts';
import { describeAnchor, parseAnchor, parseNewAnchor } from '../package/anchor.ts';
import { certificateFault } from '../package/signing.ts';
import { appendJournal } from '../records/journal.ts';
import type { Database } from './database.ts';

export const maxAnchors = 64;

export type KeptAnchor = ReturnType<typeof describeAnchor> & {
  readonly name: string;
  readonly pem: string;
  readonly addedBy: string;
  readonly addedAt: string;
  readonly reason: string;
  readonly note: string;
};

/** What is listed: also what was changed behind the vault's back, so that it can be seen and removed. */
export type ListedAnchor =
  | (KeptAnchor & { readonly state: 'good' | 'not-valid' })
  | { readonly state: 'damaged'; readonly name: string; readonly fingerprint: string };

export type Deciding = {
  readonly db: Database;
  readonly clock: Clock;
  readonly stationKey: StationKey;
  readonly operator: string;
  readonly reason: string;
};

type About = Pick<AnchorAct, 'name' | 'fingerprint' | 'note'>;

/** Signed, and filed in one transaction with the change that it is about. */
async function decide(
  { db, clock, stationKey, operator, reason }: Deciding,
  about: About & Pick<AnchorAct, 'act'>,
  change: (tx: Database, act: AnchorAct) => Promise<void>,
): Promise<AnchorAct> {
  const unsigned = { anchorAct: 1, ...about, operator, reason, at: clock.now().toISOString() } as const;
  const act = signAnchorAct(unsigned, stationKey.secretKey);
  await db.transaction().execute(async (tx) => {
    await change(tx, act);
    await appendJournal(tx, clock, { kind: `anchor-${act.act}`, body: act });
  });
  return act;
}

/**
 * Keeps a certificate as an anchor.
 * @throws signing.certificate-unreadable anchor.invalid anchor.exists
 */
export async function addAnchor(
  deciding: Deciding,
  { pem, name, note }: { readonly pem: string; readonly name: string; readonly note: string },
): Promise<KeptAnchor> {
  if (!anchorName.safeParse(name).success)
    throw new ProvisionerError('anchor.invalid', `"${name.slice(0, 80)}" cannot be its name`);
  const anchor = parseNewAnchor(pem, deciding.clock.now());
  const { fingerprint } = anchor;
  const act = await decide(deciding, { act: 'added', name, fingerprint, note }, async (tx, added) => {
    await refuseTaken(tx, { name, fingerprint });
    await tx
      .insertInto('anchors')
      .values({ fingerprint, name, certificate: anchor.pem, act: JSON.stringify(added) })
      .execute();
  });
  return keptAnchor(anchor, act);
}

async function refuseTaken(tx: Database, wanted: { name: string; fingerprint: string }): Promise<void> {
  const rows = await tx.selectFrom('anchors').select(['name', 'fingerprint']).execute();
  const same = rows.find(
    ({ name, fingerprint }) => name === wanted.name || fingerprint === wanted.fingerprint,
  );
  if (same) throw new ProvisionerError('anchor.exists', `"${same.name}", ${same.fingerprint}`);
  if (rows.length >= maxAnchors)
    throw new ProvisionerError('anchor.invalid', `${maxAnchors} anchors are kept already`);
}

/**
 * Gives an anchor up. One that is damaged too: that is how it goes.
 * @param which its name, or all 64 digits of its fingerprint
 * @throws anchor.not-found anchor.invalid
 */
export async function removeAnchor(
  deciding: Deciding,
  which: string,
): Promise<{ name: string; fingerprint: string }> {
  const row = await deciding.db
    .selectFrom('anchors')
    .select(['name', 'fingerprint'])
    .where(({ or, eb }) => or([eb('name', '=', which), eb('fingerprint', '=', which.toLowerCase())]))
    .executeTakeFirst();
  const unknown = new ProvisionerError('anchor.not-found', `no anchor "${which.slice(0, 80)}"`);
  if (!row) throw unknown;
  const [name, fingerprint] = [row.name.slice(0, 200), row.fingerprint.slice(0, 200)];
  await decide(deciding, { act: 'removed', name, fingerprint, note: '' }, async (tx) => {
    const done = await tx.deleteFrom('anchors').where('fingerprint', '=', row.fingerprint).executeTakeFirst();
    if (done.numDeletedRows === 0n) throw unknown;
  });
  return row;
}

const keptAnchor = (anchor: ReturnType<typeof parseAnchor>, act: AnchorAct): KeptAnchor => ({
  ...describeAnchor(anchor),
  name: act.name,
  pem: anchor.pem,
  addedBy: act.operator,
  addedAt: act.at,
  reason: act.reason,
  note: act.note,
});

/** In the order of their names. */
export async function listAnchors(db: Database, now: Date): Promise<ListedAnchor[]> {
  const station = await db.selectFrom('station').select('public_key').executeTakeFirst();
  const rows = await db.selectFrom('anchors').selectAll().orderBy('name').limit(maxAnchors).execute();
  return rows.map((row) => readRow(row, { publicKey: station?.public_key ?? '', now }));
}

type Row = { name: string; fingerprint: string; certificate: string; act: string };

/** Good only when name and certificate are those that the station's key signed. */
function readRow(row: Row, { publicKey, now }: { publicKey: string; now: Date }): ListedAnchor {
  const damaged = { state: 'damaged', name: row.name, fingerprint: row.fingerprint } as const;
  try {
    const anchor = parseAnchor(row.certificate);
    const act = verifyAnchorAct(JSON.parse(row.act), publicKey);
    if (act?.act !== 'added' || act.name !== row.name) return damaged;
    if (act.fingerprint !== anchor.fingerprint || row.fingerprint !== anchor.fingerprint) return damaged;
    const isValid = certificateFault(anchor.certificate, now) === null;
    return { ...keptAnchor(anchor, act), state: isValid ? 'good' : 'not-valid' };
  } catch (error) {
    if (error instanceof ProvisionerError || error instanceof SyntaxError) return damaged;
    throw error;
  }
}

/**
 * The kept anchors as PEM texts, to check signers against.
 * @throws anchor.damaged when one of them was changed: nothing is checked against the rest as if it were all
 */
export async function readAnchors(db: Database, now: Date): Promise<string[]> {
  return (await listAnchors(db, now)).map((anchor) => {
    if (anchor.state === 'damaged')
      throw new ProvisionerError('anchor.damaged', `"${anchor.name}", ${anchor.fingerprint}`);
    return anchor.pem;
  });
}
