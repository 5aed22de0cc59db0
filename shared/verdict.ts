// What we believe of a device's key, and why. Levels as in the design, section 5; L2 to L4 need evidence that a stock
// box does not give. "Untrusted" is a verdict, not an error.
import type { EvidenceLevel } from './attestation/appraise-evidence.ts';
import type { EvidenceFormat } from './attestation/evidence-policy.ts';
import { evidenceRejections, type Finding } from './attestation/findings.ts';
import type { DevicePublicKey } from './public-key.ts';
import { say } from './sentences/sentence.ts';

export const levels = ['L0', 'L1', 'L2', 'L3', 'L4'] as const;
export type Level = (typeof levels)[number];

export const levelNames: Readonly<Record<Level, string>> = {
  L0: 'Self-reported',
  L1: 'Pinned',
  L2: 'Evidence signed',
  L3: 'Measured',
  L4: 'Key bound',
};

export const policyActions = ['register', 'load-package', 'release-class-key'] as const;
export type PolicyAction = (typeof policyActions)[number];

/** Closed reasons for not believing a key, or the evidence for it. */
export const rejections = {
  'factory-mismatch': say('rejection.factory-mismatch'),
  'pin-mismatch': say('rejection.pin-mismatch'),
  'key-on-two-devices': say('rejection.key-on-two-devices'),
  'no-serial': say('rejection.no-serial'),
  ...evidenceRejections,
} as const;
export type Rejection = keyof typeof rejections;

/** How the key compares with what was seen of this device before. */
export type HistoryReading = {
  readonly kind:
    | 'first-seen'
    | 'unchanged'
    | 'changed-with-reboot'
    | 'changed-without-reboot'
    | 'changed-reboot-unknown'
    | 'same-key-two-devices';
  readonly text: string;
  readonly isAlarm: boolean;
};

export type OperatorStatement = { readonly name: string; readonly reason: string };

export type Decision = { readonly allowed: boolean; readonly why: string };

/** The evidence that a verdict rests on, or that it refused. */
export type VerdictEvidence = {
  /** SHA-256 of the kept record, hex. */
  readonly id: string;
  readonly format: EvidenceFormat | null;
  readonly level: EvidenceLevel;
  readonly findings: readonly Finding[];
  /** Who enrolled the key that signed, and that key; null: nobody did. */
  readonly signedBy: { readonly source: string; readonly spkiSha256: string } | null;
};

declare const appraised: unique symbol;

/** Only the appraiser makes one; `wrap` takes nothing else. */
export type Verdict = {
  readonly [appraised]: true;
  readonly level: Level;
  readonly deviceSerial: string | null;
  readonly publicKey: DevicePublicKey;
  readonly proven: readonly string[];
  readonly notProven: readonly string[];
  readonly rejections: readonly Rejection[];
  /** Null: the device gave none. */
  readonly evidence: VerdictEvidence | null;
  readonly reading: HistoryReading;
  readonly policyHash: string;
  readonly decisions: Readonly<Record<PolicyAction, Decision>>;
  readonly operator: OperatorStatement | null;
  /** ISO 8601, UTC. */
  readonly at: string;
};
