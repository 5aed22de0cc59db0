// Verdicts for tests, made by the one function that may make them.
import { type Appraisal, appraiseKey } from '../../shared/appraise.ts';
import type { DeviceIdentity } from '../../shared/device.ts';
import { parsePolicy } from '../../shared/policy.ts';
import { parsePublicKey } from '../../shared/public-key.ts';
import type { Verdict } from '../../shared/verdict.ts';
import { makeRsaKey } from './rsa-keys.ts';

export const testNow = new Date('2026-11-23T10:00:00.000Z');
export const testClock = { now: () => testNow };

export const testIdentity: DeviceIdentity = {
  model: 'TrustBox Edge 201',
  serialNumber: 'TBE201-0001',
  hostname: 'trustbox',
  kernel: '5.10',
  bootId: 'boot-1',
  teeDevice: true,
  optee: '3.13',
  cpkTool: '/usr/bin/cpk-tool',
  cpmModel: 'reference',
  freeBytes: 1e9,
  clockOffsetMs: 0,
};

export const policyOf = (releaseRule: object | null, extra: object = {}) =>
  parsePolicy(
    JSON.stringify({
      policy: 1,
      name: 'test',
      version: 1,
      actions: releaseRule === null ? {} : { 'release-class-key': releaseRule },
      ...extra,
    }),
  );

const key = makeRsaKey();

/** A first sighting of a fresh key with nobody behind it, under a policy of L1 or L0 with a reason. */
export const baseAppraisal: Appraisal = {
  identity: testIdentity,
  publicKey: parsePublicKey(key.spki),
  history: [],
  elsewhere: null,
  pinnedFingerprint: null,
  listedFingerprint: null,
  evidence: { kind: 'none' },
  policy: policyOf({ minimumLevel: 'L1', allowL0WithReason: true }),
  operator: null,
  now: testNow,
};

export const baseKey = key;
export const appraise = (changes: Partial<Appraisal> = {}): Verdict =>
  appraiseKey({ ...baseAppraisal, ...changes });
