// Asks a device for evidence: a challenge that nobody knows before, the answer as it came, and when. What is kept is what a
// verifier needs years later.
import { createHash, randomBytes } from 'node:crypto';
import type { EvidenceContext } from '../../../shared/attestation/appraise-evidence.ts';
import { challengeBytes } from '../../../shared/attestation/binding.ts';
import {
  type AskedFormat,
  askedFormats,
  parseEvidenceAnswer,
} from '../../../shared/attestation/evidence-answer.ts';
import { silentEvidencePolicy } from '../../../shared/attestation/evidence-policy.ts';
import { type EvidenceRecord, encodeEvidenceRecord } from '../../../shared/attestation/evidence-record.ts';
import type { DeviceIdentity } from '../../../shared/device.ts';
import { type ErrorCode, ProvisionerError } from '../../../shared/errors/error.ts';
import type { LoadedPolicy } from '../../../shared/policy.ts';
import type { DevicePublicKey } from '../../../shared/public-key.ts';
import type { Clock } from '../clock.ts';
import type { CallOptions, DeviceLink, RawEvidence } from '../link.ts';
import { openAnchors } from './anchors.ts';
import { judgeEvidence } from './judge-evidence.ts';

/** Raw evidence with its question, in the one spelling that its id is the hash of. */
export type KeptEvidence = {
  /** SHA-256 of `json`, hex. */
  readonly id: string;
  readonly json: string;
  readonly record: EvidenceRecord;
};

/** What asking gave: evidence, or why there is none. */
export type Collected =
  | { readonly kind: 'evidence'; readonly evidence: KeptEvidence }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly said: string };

type Asked = {
  readonly identity: DeviceIdentity;
  readonly publicKey: DevicePublicKey;
};

export function keepRecord(record: EvidenceRecord): KeptEvidence {
  const json = encodeEvidenceRecord(record);
  return { id: createHash('sha256').update(json).digest('hex'), json, record };
}

const isAsked = (format: string): format is AskedFormat => askedFormats.some((known) => known === format);

/** A box that cannot answer is a box without evidence; a link that broke is not. */
const unanswered: readonly ErrorCode[] = [
  'agent.call-failed',
  'agent.not-supported',
  'device.bad-answer',
  'device.tool-failed',
];

async function ask(
  link: DeviceLink,
  challenge: Uint8Array,
  options: CallOptions,
): Promise<RawEvidence | string | null> {
  try {
    return await link.readEvidence(challenge, options);
  } catch (error) {
    if (error instanceof ProvisionerError && unanswered.includes(error.code)) return error.message;
    throw error;
  }
}

function toRecord(
  raw: RawEvidence,
  question: Pick<EvidenceRecord, 'serial' | 'challenge' | 'key' | 'challengedAt' | 'collectedAt'>,
): Collected {
  if (!isAsked(raw.format))
    return { kind: 'failed', said: `evidence of kind ${raw.format} is not known here` };
  try {
    const body = parseEvidenceAnswer(raw.format, raw.evidence);
    return { kind: 'evidence', evidence: keepRecord({ evidence: 1, ...question, ...body }) };
  } catch (error) {
    if (error instanceof ProvisionerError && error.code === 'device.bad-answer')
      return { kind: 'failed', said: error.message };
    throw error;
  }
}

/** @throws agent.* console.* port.* when the link fails */
export async function collectEvidence(
  link: DeviceLink,
  { identity, publicKey }: Asked,
  { clock, ...options }: CallOptions & { readonly clock: Clock },
): Promise<Collected> {
  const challenge = new Uint8Array(randomBytes(challengeBytes));
  const challengedAt = clock.now().toISOString();
  const raw = await ask(link, challenge, options);
  if (raw === null) return { kind: 'none' };
  if (typeof raw === 'string') return { kind: 'failed', said: raw };
  return toRecord(raw, {
    serial: identity.serialNumber,
    challenge,
    key: publicKey.spki,
    challengedAt,
    collectedAt: clock.now().toISOString(),
  });
}

/** What evidence that was just collected is worth by the policy in force. @throws anchor.invalid */
export function judgeCollected(
  { record }: KeptEvidence,
  { identity, publicKey }: Asked,
  { policy, now }: { readonly policy: LoadedPolicy; readonly now: Date },
) {
  const rules = policy.policy.evidence ?? silentEvidencePolicy;
  const asDate = (text: string | null) => (text === null ? null : new Date(text));
  const context: EvidenceContext = {
    policy: rules,
    policyHash: policy.hash,
    serial: identity.serialNumber,
    challenge: record.challenge,
    key: { spki: publicKey.spki, fingerprint: publicKey.fingerprint },
    challengedAt: asDate(record.challengedAt),
    collectedAt: asDate(record.collectedAt),
    isRecorded: false,
    now,
  };
  return judgeEvidence(record, openAnchors(rules), context);
}
