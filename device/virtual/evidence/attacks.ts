// The attacks that a virtual box can be asked to make, each on evidence that is otherwise genuine. Which one reason a judge
// must give for each: test/core/attestation/attacks.test.ts.
export const attacks = [
  'replayed-nonce',
  'stale',
  'other-device',
  'substituted-key',
  'stripped-component',
  'downgraded-version',
  'debug-lifecycle',
  'test-key',
  'alg-confusion',
  'wrong-curve',
  'truncated',
  'padded',
] as const;
export type Attack = (typeof attacks)[number];

/** Kinds of evidence as `--evidence` takes them; the PSA ones differ in their profile. */
export const evidenceKinds = ['psa', 'psa-2.0.0', 'psa-iot-1', 'kat', 'optee-pta', 'dice'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** What a token of a box under this attack looks like on the wire. */
export function damage(evidence: Uint8Array, attack: Attack | null): Uint8Array {
  if (attack === 'truncated') return evidence.subarray(0, -20);
  if (attack === 'padded') return Uint8Array.from([...evidence, ...new Uint8Array(8)]);
  return evidence;
}
