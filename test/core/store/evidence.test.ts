// Raw evidence in the store: found by the beginning of its id, told when it was changed, part of the key's history.
import { expect, test } from 'vitest';
import { keepRecord } from '../../../electron/core/attestation/collect-evidence.ts';
import { readSightings, recordSeen } from '../../../electron/core/store/devices.ts';
import { findEvidence, keepEvidence, listEvidence } from '../../../electron/core/store/evidence.ts';
import { parseEvidenceRecord } from '../../../shared/attestation/evidence-record.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import * as made from '../../helpers/evidence.ts';
import { openTestStore } from '../../helpers/open-store.ts';
import { appraise, testIdentity } from '../../helpers/verdicts.ts';

const at = '2026-11-23T10:00:00.000Z';

function keptToken() {
  const record = made.tokenRecord(made.psaToken());
  return { ...keepRecord(record), result: made.judge(record) };
}

test('it is found by the beginning of its id, and parses to what was judged', async () => {
  const { db } = await openTestStore();
  const kept = keptToken();
  await keepEvidence(db, kept, { result: kept.result, at });
  await keepEvidence(db, kept, { result: kept.result, at });
  const found = await findEvidence(db, kept.id.slice(0, 8));
  expect(parseEvidenceRecord(found.record)).toEqual(kept.record);
  expect(found).toMatchObject({ id: kept.id, serial: 'TBX-1', level: 'L4', policyHash: 'f'.repeat(64) });
  expect((await listEvidence(db, 'TBX-1')).map(({ id }) => id)).toEqual([kept.id]);
  expect(await listEvidence(db, 'TBX-2')).toEqual([]);
  expect(await codeOfAsync(findEvidence(db, 'zz'))).toBe('record.not-found');
  expect(await codeOfAsync(findEvidence(db, ''))).toBe('record.not-found');
});

test('a changed record is not handed out', async () => {
  const { db } = await openTestStore();
  const kept = keptToken();
  await keepEvidence(db, kept, { result: kept.result, at });
  await db
    .updateTable('evidence')
    .set({ record: kept.json.replace('TBX-1', 'TBX-9') })
    .execute();
  expect(await codeOfAsync(findEvidence(db, kept.id))).toBe('record.tampered');
});

test("the key's history holds level and evidence of each sighting", async () => {
  const { db } = await openTestStore();
  const kept = keptToken();
  const identity = { ...testIdentity, serialNumber: 'TBX-1' };
  const link = { kind: 'agent', port: '/dev/ttyUSB0' } as const;
  const verdict = appraise({ identity, pinnedFingerprint: appraise().publicKey.fingerprint });
  await recordSeen(db, { identity, verdict, evidence: null, link });
  await recordSeen(db, { identity, verdict, evidence: kept, link });
  expect((await readSightings(db, 'TBX-1')).map(({ level }) => level)).toEqual(['L1', 'L1']);
  const rows = await db.selectFrom('sightings').select('evidence').orderBy('id').execute();
  expect(rows.map(({ evidence }) => evidence)).toEqual([null, kept.id]);
});
