// Whose policies a station takes, and that it never goes back to an older one.
import { ed25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import type { Deciding } from '../../../electron/core/store/anchors.ts';
import type { Database } from '../../../electron/core/store/database.ts';
import {
  admitPolicy,
  keepPolicy,
  readKeptPolicy,
  readLead,
  removeLead,
  setLead,
} from '../../../electron/core/store/policies.ts';
import { toHex } from '../../../shared/bytes.ts';
import { type LoadedPolicy, parsePolicy } from '../../../shared/policy.ts';
import { signPolicy } from '../../../shared/policy-signature.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import { openTestStore } from '../../helpers/open-store.ts';
import { testStationPublic, testStationSecret } from '../../helpers/receipts.ts';
import { testClock, testNow } from '../../helpers/verdicts.ts';

const lead = new Uint8Array(32).fill(3);
const stranger = new Uint8Array(32).fill(4);
const leadPublic = toHex(ed25519.getPublicKey(lead));

const policyOf = (version: number, changes: object = {}): LoadedPolicy =>
  parsePolicy(JSON.stringify({ policy: 1, name: 'TEST line', version, actions: {}, ...changes }));
const signed = (loaded: LoadedPolicy, secretKey = lead) =>
  signPolicy(loaded, { secretKey, signedBy: 'K. Meyer', at: testNow });

async function openStation(): Promise<Deciding> {
  const { db } = await openTestStore();
  const values = { id: 1, name: 'TEST', public_key: testStationPublic, sealed_key: new Uint8Array() };
  await db.insertInto('station').values(values).execute();
  const stationKey = { name: 'TEST', publicKey: testStationPublic, secretKey: testStationSecret };
  return { db, clock: testClock, stationKey, operator: 'Ada', reason: 'work order 4711' };
}

/** As a station does it for a read or a load. */
const use = (db: Database, policy: LoadedPolicy): Promise<string> =>
  admitPolicy(db, policy).then(
    async () => {
      await keepPolicy(db, testClock, policy);
      return 'taken';
    },
    (error: unknown) => codeOfAsync(Promise.reject(error)),
  );

test('without a line lead any policy counts', async () => {
  const { db } = await openStation();
  expect(await use(db, policyOf(2))).toBe('taken');
  expect(await use(db, policyOf(1))).toBe('taken');
  expect(await readLead(db)).toBeNull();
});

test('with a line lead only what that key signed counts', async () => {
  const station = await openStation();
  await setLead(station, leadPublic);
  expect(await use(station.db, policyOf(1))).toBe('policy.unsigned');
  expect(await use(station.db, signed(policyOf(1), stranger))).toBe('policy.unsigned');
  const changed = parsePolicy(signed(policyOf(1)).json.replace('"TEST line"', '"other"'));
  expect(await use(station.db, changed)).toBe('policy.unsigned');
  expect(await use(station.db, signed(policyOf(1)))).toBe('taken');
});

test('a lower version is refused, under another name too, and so is another policy of the same version', async () => {
  const station = await openStation();
  const { db } = station;
  await setLead(station, leadPublic);
  expect(await use(db, signed(policyOf(2)))).toBe('taken');
  expect(await use(db, signed(policyOf(3)))).toBe('taken');
  expect(await use(db, signed(policyOf(3)))).toBe('taken');
  expect(await use(db, signed(policyOf(2)))).toBe('policy.old');
  expect(await use(db, signed(policyOf(2, { name: 'another' })))).toBe('policy.old');
  expect(await use(db, signed(policyOf(3, { name: 'another' })))).toBe('policy.old');
  expect(await use(db, signed(policyOf(4)))).toBe('taken');
});

test('an unsigned policy of a high version, used before there was a lead, blocks nothing', async () => {
  const station = await openStation();
  await use(station.db, policyOf(99));
  await setLead(station, leadPublic);
  expect(await use(station.db, signed(policyOf(1)))).toBe('taken');
});

test("a lead that the station's key did not sign stops every policy", async () => {
  const station = await openStation();
  const act = await setLead(station, leadPublic);
  const forged = { ...act, publicKey: toHex(ed25519.getPublicKey(stranger)) };
  await station.db
    .updateTable('policy_lead')
    .set({ act: JSON.stringify(forged) })
    .execute();
  expect(await use(station.db, signed(policyOf(1), stranger))).toBe('policy.unsigned');
  expect(await use(station.db, signed(policyOf(1)))).toBe('policy.unsigned');
  await station.db.updateTable('policy_lead').set({ act: 'no JSON' }).execute();
  expect(await codeOfAsync(readLead(station.db))).toBe('policy.unsigned');
});

test('setting and removing a lead stands in the journal', async () => {
  const station = await openStation();
  await setLead(station, leadPublic);
  await removeLead(station);
  expect(await use(station.db, policyOf(1))).toBe('taken');
  const rows = await station.db.selectFrom('journal').select('kind').orderBy('seq').execute();
  expect(rows.map(({ kind }) => kind)).toEqual(['policy-lead-set', 'policy-lead-removed']);
});

test('a policy is kept by its hash, with the signature that it got later', async () => {
  const { db } = await openStation();
  const policy = policyOf(1);
  await keepPolicy(db, testClock, policy);
  expect((await readKeptPolicy(db, policy.hash))?.signature).toBeNull();
  await keepPolicy(db, testClock, signed(policy));
  await keepPolicy(db, testClock, policy);
  expect((await readKeptPolicy(db, policy.hash))?.signature?.signedBy).toBe('K. Meyer');
  expect(await readKeptPolicy(db, 'a'.repeat(64))).toBeNull();
  await db
    .updateTable('policies')
    .set({ body: policyOf(2).json })
    .execute();
  expect(await codeOfAsync(readKeptPolicy(db, policy.hash))).toBe('policy.invalid');
});
