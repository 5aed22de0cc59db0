// Results in words and as EARs: nothing that was not proven is shown as if it were.
import { expect, test } from 'vitest';
import {
  describeClaims,
  describeFindings,
  describeLadder,
} from '../../../shared/attestation/describe-evidence.ts';
import { encodeEar } from '../../../shared/attestation/ear.ts';
import { type Finding, findings, isRejection } from '../../../shared/attestation/findings.ts';
import * as made from '../../helpers/evidence.ts';

const earOf = (options: made.JudgeOptions = {}) => {
  const result = made.judge(made.tokenRecord(made.psaToken()), options);
  const { key } = made.contextOf();
  const ear = encodeEar({ result, evidence: new Uint8Array(), key, now: new Date(0), build: '0' });
  return ear.submods['TBX-1'];
};

test('the ladder says for each rung what it rests on', () => {
  const ladder = describeLadder(made.judge(made.tokenRecord(made.psaToken())));
  expect(ladder.map(({ level, isReached }) => [level, isReached])).toEqual([
    ['L2', true],
    ['L3', true],
    ['L4', true],
  ]);
  expect(ladder.map((rung) => rung.findings.map(({ finding }) => finding))).toEqual([
    ['signed-by-anchor', 'fresh'],
    ['lifecycle-allowed', 'measured'],
    ['key-bound'],
  ]);
});

test('a refusal stands at every rung that it keeps from being reached', () => {
  const result = made.judge(made.tokenRecord(made.psaToken(new Map([[2395, 0x4000]]))));
  for (const { isReached, findings: found } of describeLadder(result)) {
    expect(isReached).toBe(false);
    expect(found[0]?.finding).toBe('lifecycle-refused');
  }
});

test('every finding has words for both readers, and they differ', () => {
  const all = describeFindings(Object.keys(findings) as Finding[]);
  expect(all.length).toBeGreaterThan(30);
  for (const { technician, auditor } of all) {
    expect(technician).toMatch(/[.]$/);
    expect(auditor).toMatch(/[.]$/);
    expect(technician).not.toBe(auditor);
  }
});

test('claims of every kind of evidence are in words, with the raw value behind', () => {
  const token = made.judge(made.tokenRecord(made.psaToken())).content;
  const bundle = made.judge(made.bundleRecord(made.katBundle())).content;
  const pta = made.judge(made.ptaRecord(made.ptaParts())).content;
  const names = [token, bundle, pta].map((content) =>
    (content ? describeClaims(content) : []).map((c) => c.name),
  );
  expect(names[0]).toEqual(expect.arrayContaining(['lifecycle', 'component BL', 'component PRoT']));
  expect(names[1]?.[0]).toBe('key');
  expect(names[2]).toEqual([`ta-shdr ${made.cpmTa}`, `ta-memory ${made.cpmTa}`, 'tee-memory']);
});

test('an EAR affirms only what was measured under a key that is not public', () => {
  expect(earOf()).toMatchObject({ ear_status: 'affirming', ear_veraison_key_attestation: {} });
  expect(earOf({ policy: { implementations: [] } })).toMatchObject({
    ear_status: 'warning',
    ear_trustworthiness_vector: { executables: 0 },
  });
  expect(earOf({ context: { challenge: made.otherChallenge } })).toMatchObject({
    ear_status: 'contraindicated',
  });
  expect(earOf({ context: { challenge: null } })).toMatchObject({ ear_status: 'none' });
  expect(earOf({ context: { challenge: null } })).not.toHaveProperty('ear_veraison_key_attestation');
  expect(earOf({ policy: { lifecycle: ['decommissioned'] } })).toMatchObject({
    ear_status: 'contraindicated',
    ear_trustworthiness_vector: { configuration: 96 },
  });
});

test('every refusal of the table makes an EAR contraindicated', () => {
  const genuine = made.judge(made.tokenRecord(made.psaToken()));
  for (const finding of (Object.keys(findings) as Finding[]).filter(isRejection)) {
    const result = { ...genuine, level: 'L0' as const, findings: [finding] };
    const ear = encodeEar({ result, evidence: new Uint8Array(), key: null, now: new Date(0), build: '0' });
    expect(ear.submods['TBX-1']?.ear_status, finding).toBe('contraindicated');
  }
});
