// Devices the station has met, every sighting of their keys, verdicts, the factory list.
import type { Sighting } from '../../../shared/appraise.ts';
import type { EvidenceResult } from '../../../shared/attestation/appraise-evidence.ts';
import { attestedBy, type EncodedResult } from '../../../shared/attestation/describe-evidence.ts';
import type { DeviceIdentity } from '../../../shared/device.ts';
import type { KeySighting } from '../../../shared/key-timeline.ts';
import type { Verdict } from '../../../shared/verdict.ts';
import type { KeptEvidence } from '../attestation/collect-evidence.ts';
import type { DeviceLink } from '../link.ts';
import type { Database } from './database.ts';
import { keepEvidence } from './evidence.ts';

const maxHistory = 1000;
const endOfPrefix = '\uffff';

export type Seen = {
  readonly identity: DeviceIdentity;
  readonly verdict: Verdict;
  readonly evidence: (KeptEvidence & { readonly result: EvidenceResult }) | null;
  readonly link: Pick<DeviceLink, 'kind' | 'port'>;
};

/** A verdict without the key, and without the mark that only the appraiser gives. */
export type KeptVerdict = { [K in Exclude<keyof Verdict, symbol | 'publicKey'>]: Verdict[K] };

export type DeviceRow = {
  readonly serial: string;
  readonly model: string | null;
  readonly fingerprint: string;
  readonly level: string;
  readonly port: string;
  readonly link: string | null;
  readonly pinned_fingerprint: string | null;
  readonly first_seen: string;
  readonly last_seen: string;
};

/** Sightings of one serial, oldest first, the newest thousand. */
export async function readSightings(db: Database, serial: string): Promise<Sighting[]> {
  const rows = await db
    .selectFrom('sightings')
    .selectAll()
    .where('serial', '=', serial)
    .orderBy('id', 'desc')
    .limit(maxHistory)
    .execute();
  return rows.reverse().map(asSighting);
}

/** The newest sighting of a key under another serial. */
export async function readElsewhere(
  db: Database,
  fingerprint: string,
  serial: string,
): Promise<Sighting | null> {
  const row = await db
    .selectFrom('sightings')
    .selectAll()
    .where('fingerprint', '=', fingerprint)
    .where('serial', '!=', serial)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? asSighting(row) : null;
}

const asSighting = (row: {
  serial: string;
  fingerprint: string;
  boot_id: string | null;
  port: string;
  at: string;
  level: string | null;
}): Sighting => ({
  serial: row.serial,
  fingerprint: row.fingerprint,
  bootId: row.boot_id,
  port: row.port,
  at: row.at,
  level: row.level,
});

/** As `asSighting`, with what the evidence of each said of its TEE; oldest first, the newest `limit` of them. */
export async function readKeyHistory(db: Database, serial: string, limit = 300): Promise<KeySighting[]> {
  const rows = await db
    .selectFrom('sightings')
    .leftJoin('evidence', 'evidence.id', 'sightings.evidence')
    .select(['sightings.fingerprint', 'boot_id', 'port', 'sightings.at', 'sightings.level', 'result'])
    .where('sightings.serial', '=', serial)
    .orderBy('sightings.id', 'desc')
    .limit(limit)
    .execute();
  return rows.toReversed().map(({ boot_id: bootId, result, ...row }) => ({
    ...row,
    bootId,
    attested: result === null ? null : attestedBy(JSON.parse(result) as EncodedResult),
  }));
}

/** The verdict of the last reading of a device, as it was kept; null: none was kept. */
export async function readLastVerdict(db: Database, serial: string): Promise<KeptVerdict | null> {
  const row = await db
    .selectFrom('verdicts')
    .select('body')
    .where('serial', '=', serial)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const kept = JSON.parse(row.body) as KeptVerdict;
  // Verdicts from before evidence was judged name none.
  return { ...kept, evidence: kept.evidence ?? null };
}

/** Writes down that a device was seen and judged: sighting, verdict, evidence and the device's present state, together. */
export async function recordSeen(db: Database, { identity, verdict, evidence, link }: Seen): Promise<void> {
  const { port } = link;
  const { fingerprint } = verdict.publicKey;
  const { publicKey: _key, ...body } = verdict;
  await db.transaction().execute(async (tx) => {
    const about = { fingerprint, level: verdict.level, at: verdict.at };
    await tx
      .insertInto('verdicts')
      .values({
        ...about,
        serial: identity.serialNumber,
        policy_hash: verdict.policyHash,
        body: JSON.stringify(body),
      })
      .execute();
    if (evidence) await keepEvidence(tx, evidence, { result: evidence.result, at: verdict.at });
    if (identity.serialNumber === null) return;
    const serial = identity.serialNumber;
    await tx
      .insertInto('sightings')
      .values({
        ...{ serial, fingerprint, boot_id: identity.bootId, port, at: verdict.at },
        ...{ level: verdict.level, evidence: evidence?.id ?? null },
      })
      .execute();
    const now = {
      model: identity.model,
      hostname: identity.hostname,
      fingerprint,
      level: verdict.level,
      boot_id: identity.bootId,
      port,
      link: link.kind,
      last_seen: verdict.at,
    };
    await tx
      .insertInto('devices')
      .values({ serial, ...now, first_seen: verdict.at, pinned_fingerprint: null })
      .onConflict((conflict) => conflict.column('serial').doUpdateSet(now))
      .execute();
  });
}

/** Devices whose serial or fingerprint begins with the text; all, newest first, without one. At most `limit`. */
export async function findDevices(db: Database, text: string, limit = 200): Promise<DeviceRow[]> {
  const all = db.selectFrom('devices').selectAll();
  if (text === '') return all.orderBy('last_seen', 'desc').limit(limit).execute();
  const bySerial = await all
    .where('serial', '>=', text)
    .where('serial', '<', text + endOfPrefix)
    .limit(limit)
    .execute();
  const hex = text.toLowerCase().replace(/[\s:]/g, '');
  const byKey = /^[0-9a-f]+$/.test(hex)
    ? await all
        .where('fingerprint', '>=', hex)
        .where('fingerprint', '<', hex + endOfPrefix)
        .limit(limit)
        .execute()
    : [];
  return [...bySerial, ...byKey.filter((row) => !bySerial.some(({ serial }) => serial === row.serial))].slice(
    0,
    limit,
  );
}

/** True when the device that was read last on a port was reached through its agent. */
export async function hadAgent(db: Database, port: string): Promise<boolean> {
  const row = await db
    .selectFrom('devices')
    .select('link')
    .where('port', '=', port)
    .orderBy('last_seen', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.link === 'agent';
}

export async function readPinned(db: Database, serial: string): Promise<string | null> {
  const row = await db
    .selectFrom('devices')
    .select('pinned_fingerprint')
    .where('serial', '=', serial)
    .executeTakeFirst();
  return row?.pinned_fingerprint ?? null;
}

/** Pins a device's present key, as an operator decided. @returns false when the device is not known */
export async function pinDevice(db: Database, serial: string, fingerprint: string | null): Promise<boolean> {
  const done = await db
    .updateTable('devices')
    .set({ pinned_fingerprint: fingerprint })
    .where('serial', '=', serial)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Replaces the factory list, whole. */
export async function replaceFactoryList(db: Database, list: ReadonlyMap<string, string>): Promise<void> {
  const rows = [...list].map(([serial, fingerprint]) => ({ serial, fingerprint }));
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('factory_list').execute();
    for (let at = 0; at < rows.length; at += 500)
      await tx
        .insertInto('factory_list')
        .values(rows.slice(at, at + 500))
        .execute();
  });
}

export async function readListed(db: Database, serial: string): Promise<string | null> {
  const row = await db
    .selectFrom('factory_list')
    .select('fingerprint')
    .where('serial', '=', serial)
    .executeTakeFirst();
  return row?.fingerprint ?? null;
}
