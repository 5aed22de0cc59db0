// A file of evidence judged again, by the policy of its day: no device, no store, no network. What the auditor gives counts
// before what the file says of itself.
import { createPublicKey } from 'node:crypto';
import type { EvidenceContext, EvidenceResult } from '../../../shared/attestation/appraise-evidence.ts';
import { silentEvidencePolicy } from '../../../shared/attestation/evidence-policy.ts';
import { type EvidenceRecord, parseEvidenceFile } from '../../../shared/attestation/evidence-record.ts';
import { parseBase64 } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { LoadedPolicy } from '../../../shared/policy.ts';
import { parsePublicKey } from '../../../shared/public-key.ts';
import { type NamedPem, openAnchors } from './anchors.ts';
import { judgeEvidence } from './judge-evidence.ts';

export type EvidenceQuestion = {
  readonly challenge: Uint8Array | null;
  /** SubjectPublicKeyInfo of the CPM key, DER. */
  readonly key: Uint8Array | null;
  readonly serial: string | null;
};

export type FileToVerify = EvidenceQuestion & {
  readonly bytes: Uint8Array;
  readonly policy: LoadedPolicy | null;
  readonly anchors: readonly NamedPem[];
  readonly now: Date;
};

export type VerifiedFile = {
  readonly record: EvidenceRecord;
  readonly result: EvidenceResult;
  readonly context: EvidenceContext;
};

const asDate = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** What a record says of its question, where nobody else says otherwise. */
export function contextOfRecord(
  record: EvidenceRecord,
  given: EvidenceQuestion & { readonly policy: LoadedPolicy | null; readonly now: Date },
): EvidenceContext {
  const spki = given.key ?? record.key;
  const publicKey = spki && parsePublicKey(spki);
  return {
    policy: given.policy?.policy.evidence ?? silentEvidencePolicy,
    policyHash: given.policy?.hash ?? null,
    serial: given.serial ?? record.serial,
    challenge: given.challenge ?? record.challenge,
    key: publicKey && { spki: publicKey.spki, fingerprint: publicKey.fingerprint },
    challengedAt: asDate(record.challengedAt),
    collectedAt: asDate(record.collectedAt),
    isRecorded: record.collectedAt !== null,
    now: given.now,
  };
}

/** @throws evidence.unreadable anchor.invalid key.* */
export function verifyEvidenceFile(file: FileToVerify): VerifiedFile {
  const record = parseEvidenceFile(file.bytes);
  const context = contextOfRecord(record, file);
  const anchors = openAnchors(context.policy, file.anchors);
  return { record, result: judgeEvidence(record, anchors, context), context };
}

/**
 * A public key as people have it in a file: PEM, DER, or the base64 line of `cpk-tool pub-key`.
 * @returns SubjectPublicKeyInfo, DER
 * @throws key.* evidence.unreadable
 */
export function parseKeyFile(bytes: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(bytes).trim();
  if (!text.startsWith('-----BEGIN')) return parsePublicKey(parseBase64(text) ?? bytes).spki;
  try {
    return new Uint8Array(createPublicKey(text).export({ type: 'spki', format: 'der' }));
  } catch (cause) {
    throw new ProvisionerError('evidence.unreadable', 'the key file holds no public key', { cause });
  }
}
