// Appraises evidence whose signature was verified: is it fresh, is everything measured known, is the key bound? Pure.
// Every step says findings of one table, and the level follows from them.
import { equalBytes } from '../bytes.ts';
import type { CoseAlgorithm } from './algorithms.ts';
import { type NonceReading, ptaNonce, readNonce } from './binding.ts';
import type { EvidenceFormat, EvidencePolicy } from './evidence-policy.ts';
import type { PtaPart } from './evidence-record.ts';
import { type EvidenceRejection, type Finding, isRejection } from './findings.ts';
import { ptaCommands, uuidBytes } from './optee-pta.ts';
import type { PsaClaims, PsaProfile } from './psa-token.ts';
import { implementationOf, judgeComponents, judgeFwid, judgePtaParts, ptaDigest } from './reference.ts';
import type { RiotExtension } from './riot.ts';

/** What was said under the signature. */
export type EvidenceContent =
  | { readonly format: PsaProfile; readonly claims: PsaClaims }
  | {
      readonly format: 'kat';
      readonly claims: PsaClaims;
      readonly keyNonce: Uint8Array;
      readonly keySpki: Uint8Array;
    }
  | { readonly format: 'optee-pta'; readonly parts: readonly PtaPart[] }
  | { readonly format: 'dice'; readonly riot: RiotExtension; readonly isChallengeSigned: boolean };

export type Signer = {
  /** SHA-256 of the key that signed (of the root, for a chain), hex. */
  readonly spkiSha256: string;
  readonly source: string;
  readonly serial: string | null;
  /** How its private half was published, if it was. */
  readonly publishedAs: string | null;
  readonly algorithm: CoseAlgorithm['name'];
  readonly rsaBits: number | null;
};

declare const verified: unique symbol;
declare const appraised: unique symbol;

/** Only the verifier in core makes one. */
export type VerifiedEvidence = {
  readonly [verified]: true;
  readonly content: EvidenceContent;
  readonly signer: Signer;
};

/** What evidence is judged against. */
export type EvidenceContext = {
  readonly policy: EvidencePolicy;
  readonly policyHash: string | null;
  readonly serial: string | null;
  readonly challenge: Uint8Array | null;
  /** SubjectPublicKeyInfo of the CPM key, DER, and its SHA-256 in hex. */
  readonly key: { readonly spki: Uint8Array; readonly fingerprint: string } | null;
  readonly challengedAt: Date | null;
  readonly collectedAt: Date | null;
  /** The times are those of a file, not of our clock. */
  readonly isRecorded: boolean;
  readonly now: Date;
};

export const evidenceLevels = ['L0', 'L2', 'L3', 'L4'] as const;
export type EvidenceLevel = (typeof evidenceLevels)[number];

export type EvidenceResult = {
  readonly [appraised]: true;
  readonly level: EvidenceLevel;
  /** In the order in which they were found. */
  readonly findings: readonly Finding[];
  readonly format: EvidenceFormat | null;
  readonly content: EvidenceContent | null;
  readonly signer: Signer | null;
  readonly serial: string | null;
  readonly keyFingerprint: string | null;
  readonly policyHash: string | null;
};

/** The instance id that OP-TEE's demonstration service has on every device (veraison_attestation PTA). */
const demoInstanceId = '01ceebae7b8927a3227e5303cf5e0f1f7b34bb542ad7250ac03fbcde36ec2f1508';

function judgeSigner({ signer, content }: VerifiedEvidence, { policy, serial }: EvidenceContext): Finding[] {
  const found: Finding[] = ['signed-by-anchor'];
  if (!policy.accept.includes(content.format)) found.push('format-not-accepted');
  if (!policy.algorithms.includes(signer.algorithm)) found.push('algorithm-not-allowed');
  if (signer.rsaBits !== null && signer.rsaBits < policy.rsaMinBits) found.push('key-algorithm-mismatch');
  if (signer.publishedAs) found.push(policy.allowTestKeys ? 'test-key-allowed' : 'published-key');
  if (signer.serial !== null && serial !== null && signer.serial !== serial) found.push('other-device');
  return found;
}

const partNonce = ({ command, uuid }: PtaPart, challenge: Uint8Array): Uint8Array =>
  ptaNonce(challenge, ptaCommands[command], uuidBytes(uuid));

/** How each nonce in the evidence reads against the challenge. */
function readNonces(
  content: EvidenceContent,
  challenge: Uint8Array,
  spki: Uint8Array | null,
): NonceReading[] {
  switch (content.format) {
    case 'optee-pta':
      return content.parts.map((part) => readNonce(part.nonce, partNonce(part, challenge), spki));
    case 'dice':
      return [];
    case 'kat':
      return [readNonce(content.keyNonce, challenge, spki)];
    default:
      return [readNonce(content.claims.nonce, challenge, spki)];
  }
}

function isStale({ challengedAt, collectedAt, policy }: EvidenceContext): boolean {
  if (!challengedAt || !collectedAt) return false;
  const ageMs = collectedAt.getTime() - challengedAt.getTime();
  return ageMs < 0 || ageMs > policy.maxAgeSeconds * 1000;
}

function judgeFreshness({ content }: VerifiedEvidence, context: EvidenceContext): Finding[] {
  const times: Finding[] = context.isRecorded ? ['time-from-record'] : [];
  if (content.format === 'kat') times.push('platform-age-unknown');
  const isUnasked = content.format === 'dice' && !content.isChallengeSigned;
  if (!context.challenge || isUnasked) return ['challenge-unknown', ...times];
  const readings = readNonces(content, context.challenge, context.key?.spki ?? null);
  if (readings.includes('other')) return ['nonce-mismatch', ...times];
  return [isStale(context) ? 'stale' : 'fresh', ...times];
}

function judgeMeasurements({ content }: VerifiedEvidence, { policy }: EvidenceContext): Finding[] {
  if (content.format === 'optee-pta') return judgePtaParts(content.parts, policy);
  if (content.format === 'dice') return judgeFwid(content.riot.fwid, policy);
  if (content.claims.instanceId === demoInstanceId) return ['demo-only'];
  return judgeComponents(content.claims, policy);
}

type Method = 'nonce' | 'cnf' | 'kat';

/** Whether the caller is a secure partition that the policy knows to bind its own key in this way. */
function isTrustedBinder(claims: PsaClaims, policy: EvidencePolicy, method: Method): boolean {
  const rule = implementationOf(claims, policy)?.keyBinding;
  return rule?.clients.includes(claims.clientId) === true && rule.methods.includes(method);
}

function judgePsaBinding(claims: PsaClaims, spki: Uint8Array, context: EvidenceContext): Finding {
  if (claims.confirmedKey && !equalBytes(claims.confirmedKey, spki)) return 'key-substituted';
  const isBound =
    (claims.confirmedKey !== null && isTrustedBinder(claims, context.policy, 'cnf')) ||
    (context.challenge !== null &&
      readNonce(claims.nonce, context.challenge, spki) === 'bound' &&
      isTrustedBinder(claims, context.policy, 'nonce'));
  return isBound ? 'key-bound' : 'key-not-bound';
}

/** Only what a TA measures of itself is asked for by that TA; Linux may call the other commands with any nonce. */
function judgePtaBinding(parts: readonly PtaPart[], spki: Uint8Array, context: EvidenceContext): Finding {
  const { challenge, policy } = context;
  const isBound = parts.some(
    (part) =>
      part.command === 'ta-memory' &&
      part.uuid !== null &&
      challenge !== null &&
      policy.optee.keyBinding.includes(part.uuid) &&
      policy.optee.taMemory[part.uuid]?.includes(ptaDigest(part)) === true &&
      readNonce(part.nonce, partNonce(part, challenge), spki) === 'bound',
  );
  return isBound ? 'key-bound' : 'key-not-bound';
}

function judgeBinding({ content }: VerifiedEvidence, context: EvidenceContext): Finding {
  if (!context.key) return 'key-not-given';
  const { spki } = context.key;
  if (content.format === 'optee-pta') return judgePtaBinding(content.parts, spki, context);
  // The PTA that makes a DICE leaf gives its private key away to the calling TA.
  if (content.format === 'dice') return 'key-not-bound';
  if (content.format !== 'kat') return judgePsaBinding(content.claims, spki, context);
  if (!equalBytes(content.keySpki, spki)) return 'key-substituted';
  // A key attestation key made in Linux gets a genuine platform token as well, if Linux may ask for one.
  return isTrustedBinder(content.claims, context.policy, 'kat') ? 'key-bound' : 'key-not-bound';
}

/** The level that these findings are worth: a rung counts only with all those below it. */
export function gradeFindings(findings: readonly Finding[]): EvidenceLevel {
  const has = (finding: Finding) => findings.includes(finding);
  if (findings.some(isRejection) || !has('signed-by-anchor') || !has('fresh')) return 'L0';
  const isLocked = has('lifecycle-allowed') || has('lifecycle-not-stated');
  if (!has('measured') || !isLocked) return 'L2';
  return has('key-bound') ? 'L4' : 'L3';
}

type Known = Pick<EvidenceResult, 'content' | 'signer'> & { readonly format: EvidenceFormat | null };

const resultOf = (findings: readonly Finding[], known: Known, context: EvidenceContext): EvidenceResult =>
  ({
    level: gradeFindings(findings),
    findings,
    ...known,
    serial: context.serial,
    keyFingerprint: context.key?.fingerprint ?? null,
    policyHash: context.policyHash,
  }) as Omit<EvidenceResult, typeof appraised> as EvidenceResult;

/** The result for verified evidence. */
export function appraiseEvidence(evidence: VerifiedEvidence, context: EvidenceContext): EvidenceResult {
  const findings = [
    ...judgeSigner(evidence, context),
    ...judgeFreshness(evidence, context),
    ...judgeMeasurements(evidence, context),
    judgeBinding(evidence, context),
  ];
  const { content, signer } = evidence;
  return resultOf(findings, { format: content.format, content, signer }, context);
}

/** The result for evidence that codec or verifier refused. */
export const rejectEvidence = (reason: EvidenceRejection, context: EvidenceContext): EvidenceResult =>
  resultOf([reason], { format: null, content: null, signer: null }, context);

/** The result for evidence of a signer that nobody enrolled: nothing speaks against it, and nothing for it. */
export const leaveUnverified = (content: EvidenceContent, context: EvidenceContext): EvidenceResult =>
  resultOf(['anchor-missing'], { format: content.format, content, signer: null }, context);
