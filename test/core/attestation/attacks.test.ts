// Each kind of evidence from a virtual box, over the agent link; and each attack, with the one reason that it must give.
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Attack,
  attacks,
  type EvidenceKind,
  evidenceKinds,
} from '../../../device/virtual/evidence/attacks.ts';
import type { EvidenceRejection } from '../../../shared/attestation/findings.ts';
import { attestBox, policyFor } from '../../helpers/attesting-box.ts';
import { openTestStore } from '../../helpers/open-store.ts';
import { startVirtualBox, stopVirtualBoxes, type VirtualBox } from '../../helpers/virtual-box.ts';

let box: VirtualBox;

beforeAll(async () => {
  box = await startVirtualBox(['--agent', '--evidence', 'psa']);
});
afterAll(stopVirtualBoxes);

/** The verdict on the box when its TEE does this, by what its factory lists. */
async function attest(kind: EvidenceKind, attack: Attack | null = null) {
  await box.control({ do: 'attest', kind, attack });
  return attestBox(box, (await openTestStore()).db);
}

/** What each kind can reach, and what stays open. */
const reached = {
  psa: ['L4', []],
  'psa-2.0.0': ['L4', []],
  'psa-iot-1': ['L4', []],
  kat: ['L4', ['platform-age-unknown']],
  'optee-pta': ['L4', ['lifecycle-not-stated']],
  dice: ['L3', ['lifecycle-not-stated', 'key-not-bound']],
} as const;

test.each(evidenceKinds)('%s evidence of a virtual box reaches its level', async (kind) => {
  const { verdict, evidence } = await attest(kind);
  const [level, open] = reached[kind];
  expect(verdict.rejections).toEqual([]);
  expect(verdict).toMatchObject({ level, deviceSerial: box.serial, evidence: { level } });
  const proven = ['signed-by-anchor', 'fresh', 'lifecycle-allowed', 'measured', 'key-bound'];
  expect(evidence?.result.findings.filter((finding) => !proven.includes(finding))).toEqual(open);
  expect(verdict.decisions['release-class-key'].allowed).toBe(level === 'L4');
});

const reasons: Readonly<Record<Attack, EvidenceRejection>> = {
  'replayed-nonce': 'nonce-mismatch',
  stale: 'stale',
  'other-device': 'other-device',
  'substituted-key': 'key-substituted',
  'stripped-component': 'component-missing',
  'downgraded-version': 'component-old',
  'debug-lifecycle': 'lifecycle-refused',
  'test-key': 'published-key',
  'alg-confusion': 'mac-refused',
  'wrong-curve': 'key-algorithm-mismatch',
  truncated: 'not-strict-cbor',
  padded: 'not-strict-cbor',
};

test.each(attacks)('attack %s: refused for its one reason, and no action is allowed', async (attack) => {
  const { verdict } = await attest('psa', attack);
  expect(verdict.rejections).toEqual([reasons[attack]]);
  expect(verdict).toMatchObject({ level: 'L0', proven: [] });
  expect(Object.values(verdict.decisions).map(({ allowed }) => allowed)).toEqual([false, false, false]);
});

/** Attacks that other kinds of evidence can make as well. */
const elsewhere: readonly (readonly [kind: EvidenceKind, attack: Attack, reason: EvidenceRejection])[] = [
  ['kat', 'replayed-nonce', 'nonce-mismatch'],
  ['kat', 'substituted-key', 'key-substituted'],
  ['kat', 'other-device', 'other-device'],
  ['optee-pta', 'replayed-nonce', 'nonce-mismatch'],
  ['optee-pta', 'other-device', 'other-device'],
  ['optee-pta', 'stripped-component', 'component-missing'],
  ['dice', 'replayed-nonce', 'signature-invalid'],
];

test.each(elsewhere)('%s under attack %s is refused as %s', async (kind, attack, reason) => {
  const { verdict } = await attest(kind, attack);
  expect(verdict.rejections).toEqual([reason]);
  expect(verdict.level).toBe('L0');
});

test('a box whose Linux shows another key than its TEE holds is refused; and the flag of the program works', async () => {
  const { db } = await openTestStore();
  const liar = await startVirtualBox(['--agent', '--evidence', 'kat', '--evidence', 'psa', '--wrong-key']);
  expect((await attestBox(liar, db)).verdict.rejections).toEqual(['key-substituted']);
  const cheat = await startVirtualBox(['--agent', '--evidence', 'psa', '--attack', 'debug-lifecycle']);
  expect((await attestBox(cheat, db)).verdict.rejections).toEqual(['lifecycle-refused']);
});

test('evidence under a policy that knows nobody is worth nothing, and is no reason to refuse', async () => {
  const { db } = await openTestStore();
  await box.control({ do: 'attest', kind: 'psa', attack: null });
  const { verdict } = await attestBox(box, db, policyFor(box, { evidence: undefined }));
  expect(verdict).toMatchObject({ level: 'L0', rejections: [], evidence: { level: 'L0', signedBy: null } });
  expect(verdict.notProven.join('\n')).toContain('never enrolled here');
});

test('a stock box has none, and the verdict says so', async () => {
  const { db } = await openTestStore();
  const { verdict, evidence } = await attestBox(await startVirtualBox(['--agent']), db);
  expect(evidence).toBeNull();
  expect(verdict).toMatchObject({ level: 'L0', rejections: [], evidence: null });
  expect(verdict.notProven).toContain('That the key lives inside a TEE: a stock box gives no evidence.');
});
