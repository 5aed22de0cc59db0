// Appraises a key: level, what was not proven, how it compares with history, what the policy allows. Pure.
import type { EvidenceResult } from './attestation/appraise-evidence.ts';
import { type Finding, findings, isNotProven, isProven, isRejection } from './attestation/findings.ts';
import { groupHex } from './bytes.ts';
import type { DeviceIdentity } from './device.ts';
import { decideAll, type LoadedPolicy } from './policy.ts';
import type { DevicePublicKey } from './public-key.ts';
import { say } from './sentences/sentence.ts';
import {
  type HistoryReading,
  type Level,
  levels,
  type OperatorStatement,
  type Rejection,
  type Verdict,
  type VerdictEvidence,
} from './verdict.ts';

/** One time a key was seen. */
export type Sighting = {
  readonly serial: string;
  readonly fingerprint: string;
  readonly bootId: string | null;
  readonly port: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What it was judged to be then; null: not written down. */
  readonly level: string | null;
};

export type AppraisedEvidence =
  | { readonly kind: 'judged'; readonly id: string; readonly result: EvidenceResult }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly said: string };

export type Appraisal = {
  readonly identity: DeviceIdentity;
  readonly publicKey: DevicePublicKey;
  /** Earlier sightings of this serial, oldest first. */
  readonly history: readonly Sighting[];
  /** Latest sighting of this key under another serial, if any. */
  readonly elsewhere: Sighting | null;
  readonly pinnedFingerprint: string | null;
  /** What the factory listed for this serial, if a list is loaded and names it. */
  readonly listedFingerprint: string | null;
  /** Judged by the same policy, for the same key and device; `failed`: it was asked for and did not come. */
  readonly evidence: AppraisedEvidence;
  readonly policy: LoadedPolicy;
  readonly operator: OperatorStatement | null;
  readonly now: Date;
};

const brief = (fingerprint: string) => groupHex(fingerprint.slice(0, 16));

/** Plain words for how the key compares with what was seen before. */
export function readHistory({ identity, publicKey, history, elsewhere }: Appraisal): HistoryReading {
  if (elsewhere) {
    const text = say('reading.two-devices', { serial: elsewhere.serial, at: elsewhere.at });
    return { kind: 'same-key-two-devices', text, isAlarm: true };
  }
  const last = history.at(-1);
  if (!last) return { kind: 'first-seen', text: say('reading.first-seen'), isAlarm: false };
  if (last.fingerprint === publicKey.fingerprint) {
    return { kind: 'unchanged', text: say('reading.unchanged', { at: last.at }), isAlarm: false };
  }
  const changed = { before: brief(last.fingerprint), after: brief(publicKey.fingerprint), at: last.at };
  if (last.bootId === null || identity.bootId === null) {
    const text = say('reading.changed-boot-unknown', changed);
    return { kind: 'changed-reboot-unknown', text, isAlarm: true };
  }
  if (last.bootId === identity.bootId) {
    const text = say('reading.changed-same-boot', changed);
    return { kind: 'changed-without-reboot', text, isAlarm: true };
  }
  return { kind: 'changed-with-reboot', text: say('reading.changed-rebooted', changed), isAlarm: false };
}

function listKeyRejections(input: Appraisal): Rejection[] {
  const { publicKey, listedFingerprint, pinnedFingerprint, elsewhere, identity } = input;
  const found: Rejection[] = [];
  if (!identity.serialNumber) found.push('no-serial');
  if (listedFingerprint && listedFingerprint !== publicKey.fingerprint) found.push('factory-mismatch');
  if (pinnedFingerprint && pinnedFingerprint !== publicKey.fingerprint) found.push('pin-mismatch');
  if (elsewhere) found.push('key-on-two-devices');
  return found;
}

/** Evidence of another device or key, or judged by other rules, is worth nothing here, whatever its level. */
function listEvidenceRejections({ evidence, identity, publicKey, policy }: Appraisal): Rejection[] {
  if (evidence.kind !== 'judged') return [];
  const { keyFingerprint, serial, policyHash, findings: found } = evidence.result;
  const isOther = keyFingerprint !== publicKey.fingerprint || serial !== identity.serialNumber;
  return [
    ...(isOther ? (['other-device'] as const) : []),
    ...(policyHash === policy.hash ? [] : (['other-policy'] as const)),
    ...found.filter(isRejection),
  ];
}

/** Which of the two ways to L1 holds, in words. */
function listProofs({ publicKey, listedFingerprint, pinnedFingerprint }: Appraisal): string[] {
  const proofs: string[] = [];
  if (listedFingerprint === publicKey.fingerprint) proofs.push(say('proven.listed'));
  if (pinnedFingerprint === publicKey.fingerprint) proofs.push(say('proven.pinned'));
  return proofs;
}

const inWords = (found: readonly Finding[]): string[] => found.map((finding) => findings[finding].technician);

function sayNoTee(evidence: AppraisedEvidence): string {
  if (evidence.kind === 'failed') return say('not-proven.tee-unread', { said: evidence.said });
  return evidence.kind === 'judged' ? say('not-proven.tee-not-shown') : say('not-proven.tee');
}

/** What stays open, whatever the level; a stock box gives no evidence, and why there is none is said. */
function listOpen({ evidence }: Appraisal, level: Level): string[] {
  const isAtLeast = (least: Level) => levels.indexOf(level) >= levels.indexOf(least);
  const signer = evidence.kind === 'judged' ? evidence.result.signer : null;
  const isNamed = isAtLeast('L2') && signer !== null && signer.serial !== null;
  return [
    ...(isAtLeast('L4') ? [] : [sayNoTee(evidence)]),
    isAtLeast('L3') ? say('not-proven.linux') : say('not-proven.software'),
    ...(isNamed ? [] : [say('not-proven.identity')]),
    ...(evidence.kind === 'judged' ? inWords(evidence.result.findings.filter(isNotProven)) : []),
  ];
}

const provenBy = (evidence: AppraisedEvidence): string[] =>
  evidence.kind === 'judged' ? inWords(evidence.result.findings.filter(isProven)) : [];

function describeEvidence(evidence: AppraisedEvidence): VerdictEvidence | null {
  if (evidence.kind !== 'judged') return null;
  const { format, level, findings: found, signer } = evidence.result;
  const signedBy = signer && { source: signer.source, spkiSha256: signer.spkiSha256 };
  return { id: evidence.id, format, level, findings: found, signedBy };
}

/** The higher of what the key's history and what the evidence is worth; nothing once something was refused. */
function gradeAll(input: Appraisal, proofs: readonly string[], rejected: boolean): Level {
  if (rejected) return 'L0';
  const byEvidence = input.evidence.kind === 'judged' ? input.evidence.result.level : 'L0';
  return byEvidence === 'L0' && proofs.length > 0 ? 'L1' : byEvidence;
}

/** A verdict before it carries the mark that only this file gives. */
type Unmarked = { [K in keyof Verdict as K extends symbol ? never : K]: Verdict[K] };

/** The one way to a verdict. */
export function appraiseKey(input: Appraisal): Verdict {
  const proofs = listProofs(input);
  const rejections = [...new Set([...listKeyRejections(input), ...listEvidenceRejections(input)])];
  const level = gradeAll(input, proofs, rejections.length > 0);
  const missing = level === 'L0' ? [say('not-proven.enrolled')] : [];
  const verdict: Unmarked = {
    level,
    deviceSerial: input.identity.serialNumber,
    publicKey: input.publicKey,
    proven: [...proofs, ...(rejections.length > 0 ? [] : provenBy(input.evidence))],
    notProven: [...missing, ...listOpen(input, level)],
    rejections,
    evidence: describeEvidence(input.evidence),
    reading: readHistory(input),
    policyHash: input.policy.hash,
    decisions: decideAll(input.policy, { level, rejections, operator: input.operator, now: input.now }),
    operator: input.operator,
    at: input.now.toISOString(),
  };
  return verdict as Verdict;
}
