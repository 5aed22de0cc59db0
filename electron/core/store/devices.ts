// Devices the station has met, every sighting of their keys, verdicts, the factory list.
import type { Sighting } from '../../../shared/appraise.ts';
import type { DeviceIdentity } from '../../../shared/device.ts';
import type { Verdict } from '../../../shared/verdict.ts';
import type { Database } from './database.ts';

const maxHistory = 1000;
const endOfPrefix = '\uffff';

export type Seen = { readonly identity: DeviceIdentity; readonly verdict: Verdict; readonly port: string };

export type DeviceRow = {
  readonly serial: string;
  readonly model: string | null;
  readonly fingerprint: string;
  readonly level: string;
  readonly port: string;
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
}): Sighting => ({
  serial: row.serial,
  fingerprint: row.fingerprint,
  bootId: row.boot_id,
  port: row.port,
  at: row.at,
});

/** Writes down that a device was seen and judged: sighting, verdict and the device's present state, together. */
export async function recordSeen(db: Database, { identity, verdict, port }: Seen): Promise<void> {
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
    if (identity.serialNumber === null) return;
    const serial = identity.serialNumber;
    await tx
      .insertInto('sightings')
      .values({ serial, fingerprint, boot_id: identity.bootId, port, at: verdict.at })
      .execute();
    const now = {
      model: identity.model,
      hostname: identity.hostname,
      fingerprint,
      level: verdict.level,
      boot_id: identity.bootId,
      port,
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
