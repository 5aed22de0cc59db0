// A result in the shape of an EAT Attestation Result (draft-ietf-rats-ear, profile #03) as JSON: for tools that read EARs.
// Our choice: not signed, for it is what this program says, not a token that somebody else should believe; and our own
// words are in ear_verifier_claims. The values of the vector are the tiers of AR4SI, not its finer numbers.
import { toBase64 } from '../bytes.ts';
import type { EvidenceContext, EvidenceResult } from './appraise-evidence.ts';
import { type Finding, isRejection } from './findings.ts';

const tiers = { none: 0, affirming: 2, warning: 32, contraindicated: 96 } as const;
type Tier = keyof typeof tiers;

/** Refusals that speak of the signer; all others but these and the lifecycle speak of what runs. */
const ofIdentity: readonly Finding[] = [
  'signature-invalid',
  'signature-length',
  'published-key',
  'chain-broken',
  'other-device',
  'key-algorithm-mismatch',
  'mac-refused',
  'algorithm-not-allowed',
  'algorithm-unprotected',
];
const ofExecutables: readonly Finding[] = ['component-unknown', 'component-missing', 'component-old'];

type Vector = Readonly<Record<'instance-identity' | 'configuration' | 'executables', number>>;

/** `good` affirms, one of `bad` contraindicates, otherwise nothing is said. */
function claimOf(found: readonly Finding[], good: Finding, bad: readonly Finding[]): number {
  if (found.some((finding) => bad.includes(finding))) return tiers.contraindicated;
  return found.includes(good) ? tiers.affirming : tiers.none;
}

const vectorOf = (found: readonly Finding[]): Vector => ({
  'instance-identity': claimOf(found, 'signed-by-anchor', ofIdentity),
  configuration: claimOf(found, 'lifecycle-allowed', ['lifecycle-refused']),
  executables: claimOf(found, 'measured', ofExecutables),
});

/** Evidence that is signed but not measured, or signed by a published key, is no more than a warning. */
function tierOf({ level, findings }: EvidenceResult): Tier {
  if (findings.some(isRejection)) return 'contraindicated';
  if (level === 'L0') return 'none';
  return level === 'L2' || findings.includes('test-key-allowed') ? 'warning' : 'affirming';
}

const base64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

export type EarInput = {
  readonly result: EvidenceResult;
  /** The file as it came. */
  readonly evidence: Uint8Array;
  readonly key: EvidenceContext['key'];
  readonly now: Date;
  /** Version of this program. */
  readonly build: string;
};

/** An EAR claims-set, ready for JSON. */
export function encodeEar({ result, evidence, key, now, build }: EarInput) {
  const { level, findings, policyHash } = result;
  const isBound = findings.includes('key-bound') && level === 'L4' && key !== null;
  return {
    eat_profile: 'tag:ietf.org,2026:rats/ear#03',
    iat: Math.floor(now.getTime() / 1000),
    ear_verifier_id: { developer: 'https://trustbox.example/provisioner', build: `trustbox ${build}` },
    ear_raw_evidence: base64Url(evidence),
    submods: {
      [result.serial ?? 'device']: {
        ear_status: tierOf(result),
        ear_trustworthiness_vector: vectorOf(findings),
        ...(policyHash === null ? {} : { ear_appraisal_policy_ids: [`sha-256:${policyHash}`] }),
        ear_verifier_claims: { 'trustbox-level': level, 'trustbox-findings': findings },
        ...(isBound ? { ear_veraison_key_attestation: { akpub: base64Url(key.spki) } } : {}),
      },
    },
  };
}
