import { describe, expect, test } from 'vitest';
import type { Appraisal, Sighting } from '../../shared/appraise.ts';
import { parsePolicy } from '../../shared/policy.ts';
import { parsePublicKey } from '../../shared/public-key.ts';
import * as made from '../helpers/evidence.ts';
import { appraise, baseAppraisal, testIdentity, testNow } from '../helpers/verdicts.ts';

const { fingerprint } = baseAppraisal.publicKey;
const other = 'c'.repeat(64);
const operator = { name: 'Ada', reason: 'first box of the site' };

const sighting = (changes: Partial<Sighting> = {}): Sighting => ({
  serial: 'TBE201-0001',
  fingerprint,
  bootId: 'boot-1',
  port: '/dev/ttyUSB0',
  at: '2026-11-22T10:00:00.000Z',
  level: 'L0',
  ...changes,
});

describe('the level', () => {
  test('is L0 for a key nobody vouches for, and says what was not proven', () => {
    const verdict = appraise();
    expect(verdict).toMatchObject({ level: 'L0', proven: [], rejections: [], deviceSerial: 'TBE201-0001' });
    expect(verdict.notProven.join(' ')).toMatch(/neither pinned nor listed.*inside a TEE/);
    expect(verdict.at).toBe(testNow.toISOString());
    expect(verdict.policyHash).toBe(baseAppraisal.policy.hash);
  });

  test.each([
    ['the factory list', { listedFingerprint: fingerprint }, 'factory listed'],
    ['a pin', { pinnedFingerprint: fingerprint }, 'operator pinned'],
  ])('is L1 by %s', (_name, known, said) => {
    const verdict = appraise(known);
    expect(verdict.level).toBe('L1');
    expect(verdict.proven.join()).toContain(said);
    expect(verdict.notProven).not.toHaveLength(0);
    expect(verdict.decisions['release-class-key'].allowed).toBe(true);
  });

  test('stays L0 for a key that was merely seen before, a thousand times', () => {
    const history = Array.from({ length: 1000 }, () => sighting());
    expect(appraise({ history })).toMatchObject({ level: 'L0', reading: { kind: 'unchanged' } });
  });
});

const rejected: Record<string, Partial<Appraisal>> = {
  'factory-mismatch': { listedFingerprint: other },
  'pin-mismatch': { pinnedFingerprint: other },
  'key-on-two-devices': { elsewhere: sighting({ serial: 'TBE201-0002' }) },
  'no-serial': { identity: { ...testIdentity, serialNumber: null } },
};

describe('a rejection', () => {
  test.each(Object.entries(rejected))('%s keeps the key at L0 and releases nothing', (reason, changes) => {
    const verdict = appraise({ ...changes, operator });
    expect(verdict).toMatchObject({ level: 'L0', rejections: [reason] });
    expect(Object.values(verdict.decisions).some(({ allowed }) => allowed)).toBe(false);
  });

  test('outweighs a proof', () => {
    const verdict = appraise({ listedFingerprint: fingerprint, pinnedFingerprint: other });
    expect(verdict).toMatchObject({ level: 'L0', rejections: ['pin-mismatch'] });
  });
});

describe('the reading of the history', () => {
  const changed = { history: [sighting({ fingerprint: other })] };
  const reboot = { ...testIdentity, bootId: 'boot-2' };
  const cases: readonly (readonly [string, Partial<Appraisal>, boolean, string])[] = [
    ['first-seen', {}, false, 'First time'],
    ['unchanged', { history: [sighting()] }, false, 'the same as on 2026-11-22'],
    ['changed-with-reboot', { ...changed, identity: reboot }, false, 'new key at every start'],
    ['changed-without-reboot', changed, true, 'without a reboot'],
    [
      'changed-reboot-unknown',
      { ...changed, identity: { ...testIdentity, bootId: null } },
      true,
      'not known',
    ],
    [
      'changed-reboot-unknown',
      { history: [sighting({ fingerprint: other, bootId: null })] },
      true,
      'did not give its boot id',
    ],
    ['same-key-two-devices', { elsewhere: sighting({ serial: 'TBE201-0002' }) }, true, 'TBE201-0002'],
  ];

  test.each(cases)('is %s', (kind, changes, isAlarm, said) => {
    const { reading } = appraise(changes);
    expect(reading).toMatchObject({ kind, isAlarm });
    expect(reading.text).toContain(said);
  });

  test('compares with the newest sighting', () => {
    const history = [sighting(), sighting({ fingerprint: other })];
    expect(appraise({ history }).reading.kind).toBe('changed-without-reboot');
  });
});

describe('evidence', () => {
  const identity = { ...testIdentity, serialNumber: 'TBX-1' };
  const publicKey = parsePublicKey(made.spkiOf(made.cpm));
  const policy = parsePolicy(JSON.stringify({ policy: 1, name: 'TEST', version: 1, actions: {} }));
  const judged = (options: made.JudgeOptions = {}, token = made.psaToken()) => ({
    kind: 'judged' as const,
    id: 'e'.repeat(64),
    result: made.judge(made.tokenRecord(token), {
      ...options,
      context: { policyHash: policy.hash, ...options.context },
    }),
  });
  const withEvidence = (evidence: Appraisal['evidence'], changes: Partial<Appraisal> = {}) =>
    appraise({ identity, publicKey, policy, evidence, ...changes });

  test('that binds the key is L4, with nothing open about the TEE', () => {
    const verdict = withEvidence(judged());
    expect(verdict).toMatchObject({
      level: 'L4',
      rejections: [],
      evidence: { id: 'e'.repeat(64), level: 'L4' },
    });
    expect(verdict.notProven).toEqual(['Which software runs in Linux: evidence measures the TEE.']);
    expect(verdict.proven).toHaveLength(5);
  });

  test('that is refused makes L0 of a pinned key too, and allows nothing', () => {
    const pinned = { pinnedFingerprint: publicKey.fingerprint };
    expect(withEvidence({ kind: 'none' }, pinned).level).toBe('L1');
    const refused = withEvidence(judged({ context: { challenge: made.otherChallenge } }), pinned);
    expect(refused).toMatchObject({ level: 'L0', rejections: ['nonce-mismatch'] });
  });

  test('does not lift a key that its history refuses', () => {
    const verdict = withEvidence(judged(), { pinnedFingerprint: other });
    expect(verdict).toMatchObject({ level: 'L0', rejections: ['pin-mismatch'] });
  });

  test('for another key, of another device or by another policy is refused', () => {
    const otherKey = withEvidence(judged(), { publicKey: parsePublicKey(made.spkiOf(made.otherCpm)) });
    expect(otherKey).toMatchObject({ level: 'L0', rejections: ['other-device'] });
    const otherDevice = withEvidence(judged(), { identity: { ...identity, serialNumber: 'TBX-9' } });
    expect(otherDevice).toMatchObject({ level: 'L0', rejections: ['other-device'] });
    const otherPolicy = withEvidence(judged({ context: { policyHash: 'a'.repeat(64) } }));
    expect(otherPolicy).toMatchObject({ level: 'L0', rejections: ['other-policy'] });
  });

  test('of nobody who is enrolled leaves a pinned key at L1', () => {
    const verdict = withEvidence(judged({ policy: { anchors: [] } }), {
      pinnedFingerprint: publicKey.fingerprint,
    });
    expect(verdict).toMatchObject({ level: 'L1', rejections: [], evidence: { level: 'L0', signedBy: null } });
  });

  test('that could not be read is told as such', () => {
    const { notProven } = withEvidence({ kind: 'failed', said: 'status 1' });
    expect(notProven[1]).toBe('That the key lives inside a TEE: its evidence could not be read (status 1).');
  });
});
