// All that can be said of evidence, in one table: what it proves, what it leaves open, why it is refused; each for a
// technician (what it means here) and for an auditor (what was checked). The level follows from these words alone.
import { ProvisionerError } from '../errors/error.ts';

type Words = { readonly technician: string; readonly auditor: string };
type Row = Words & { readonly kind: 'proven' | 'not-proven' | 'rejected' };

const proven = (technician: string, auditor: string) => ({ kind: 'proven', technician, auditor }) as const;
const open = (technician: string, auditor: string) => ({ kind: 'not-proven', technician, auditor }) as const;
const refused = (technician: string, auditor: string) => ({ kind: 'rejected', technician, auditor }) as const;

export const findings = {
  'signed-by-anchor': proven(
    'The evidence was signed by a device that was enrolled here.',
    'The signature verifies under a configured trust anchor, with an allowed algorithm.',
  ),
  fresh: proven(
    'The evidence was made for this very question.',
    'The nonce equals the challenge, or the value that is derived from it.',
  ),
  measured: proven(
    'Every required piece of firmware is one that the policy knows.',
    'Every measurement in the evidence equals a reference value of its own kind, and every required one is there.',
  ),
  'lifecycle-allowed': proven(
    'The device is locked down as the policy wants.',
    'The security lifecycle is one of those that the policy lists.',
  ),
  'key-bound': proven(
    'The key of this device is inside the measured TEE.',
    'The CPM key is bound into evidence, by code that the policy names as binding its own key.',
  ),

  'anchor-missing': open(
    'This device was never enrolled here: who signed the evidence is not known.',
    'No configured trust anchor is for this device; the signature was not verified.',
  ),
  'challenge-unknown': open(
    'Whether the evidence is fresh.',
    'No challenge was given, or the evidence carries no answer to one: a recording would look the same.',
  ),
  'time-from-record': open(
    'When the evidence was taken: the time is what the record says.',
    'Freshness and certificate validity were judged at the times in the record, which the evidence does not sign.',
  ),
  'platform-age-unknown': open(
    'When the firmware was measured: only the half about the key answers this question.',
    'The platform token holds the hash of the key attestation key in place of the challenge; its age is not known.',
  ),
  'no-reference-values': open(
    'Which firmware runs: the policy knows no reference values for this kind of device.',
    'The policy holds no reference values that these measurements could be compared with.',
  ),
  'lifecycle-not-stated': open(
    'Whether debugging is locked: this kind of evidence does not say.',
    'The evidence format carries no security lifecycle.',
  ),
  'demo-only': open(
    'Anything: this attestation service is a demonstration that signs what it is given.',
    'The implementation id is chosen by the caller and the instance id is a constant of public source code.',
  ),
  'test-key-allowed': open(
    'Anything to rely on: the signing key is public, accepted for a demonstration.',
    'The private half of the signing key is published; the policy allows test keys.',
  ),
  'key-not-bound': open(
    'That the key belongs to this TEE: platform attested, key not bound.',
    'No binding of the CPM key was found whose nonce the normal world could not have chosen.',
  ),
  'key-not-given': open(
    'Anything about the key: none was given with the evidence.',
    'No CPM public key accompanies the evidence, so no binding could be checked.',
  ),

  'not-strict-cbor': refused(
    'The evidence is damaged or not in a form that we accept.',
    'Not one strict CBOR item: indefinite length, duplicate key, bad UTF-8, trailing bytes, or beyond the caps.',
  ),
  'cose-form': refused(
    'The evidence is not the signed message it should be.',
    'Not a COSE_Sign1 of four elements (RFC 9052 section 4.2) whose header and claims are maps in byte strings.',
  ),
  'mac-refused': refused(
    'The evidence is sealed with a shared key, which whoever checks it could also have made.',
    'COSE_Mac0: a holder of the verification key can forge it (RFC 9783), refused by default.',
  ),
  'label-twice': refused(
    'The evidence says one thing twice.',
    'A header label stands in both the protected and the unprotected header (RFC 9052 section 3).',
  ),
  'critical-unknown': refused(
    'The evidence demands a check that we do not know.',
    '`crit` is malformed, unprotected, or names a header that is not understood or absent (RFC 9052 section 3.1).',
  ),
  'algorithm-unprotected': refused(
    'The evidence does not say under its signature how it was signed.',
    'The protected header holds no algorithm; the unprotected one is not consulted.',
  ),
  'algorithm-not-allowed': refused(
    'The evidence is signed in a way that is not allowed here.',
    'The algorithm is not on the allow-list, or not on the list of the policy.',
  ),
  'key-algorithm-mismatch': refused(
    'The evidence claims another kind of key than the device has.',
    'Key type or curve of the trust anchor does not fit the algorithm, or the RSA key is too small.',
  ),
  'signature-length': refused(
    'The signature is cut off or padded.',
    'The signature is not of the one length of its algorithm and key (r||s for ECDSA, never DER).',
  ),
  'signature-invalid': refused(
    'The signature is false: changed on the way, or made by somebody else.',
    'The signature does not verify under the trust anchor.',
  ),
  'published-key': refused(
    'The device signs with a test key that everybody has.',
    'The private half of the signing key is published.',
  ),
  'chain-broken': refused(
    'The certificates of the device do not lead to a root that is trusted here.',
    'A certificate is malformed, expired, not issued by a CA of the chain, or no configured root is reached.',
  ),
  'profile-unknown': refused(
    'The evidence is of a kind that we do not know.',
    'The token names no profile, or one that is none of the three known.',
  ),
  'format-not-accepted': refused(
    'The policy does not accept this kind of evidence.',
    'The format is not in the `accept` list of the policy.',
  ),
  'claim-missing': refused(
    'The evidence leaves out something that it must say.',
    'A claim that the profile requires is absent.',
  ),
  'claim-malformed': refused(
    'The evidence says something that cannot be.',
    'A claim has a type, size or value that the profile forbids.',
  ),
  'nonce-mismatch': refused(
    'The evidence answers another question: it is a recording, or was made for another key.',
    'The nonce is neither the challenge nor the value derived from challenge and CPM key.',
  ),
  stale: refused(
    'The evidence took too long.',
    'Between challenge and evidence lies more than the policy allows, or the times are reversed.',
  ),
  'other-device': refused(
    'The evidence is that of another device.',
    'The trust anchor, the key or the record belongs to another device than the one that is judged.',
  ),
  'other-policy': refused(
    'The evidence was judged by other rules than the key.',
    'The policy hash of the evidence result differs from that of the verdict.',
  ),
  'lifecycle-refused': refused(
    'The device is open for debugging or not yet locked.',
    'The security lifecycle is none of those that the policy lists.',
  ),
  'component-unknown': refused(
    'A piece of firmware is not one that the policy knows.',
    'A measurement equals no reference value of its kind, type and signer.',
  ),
  'component-missing': refused(
    'A required piece of firmware is not in the evidence.',
    'A component that the policy says must be included is absent.',
  ),
  'component-old': refused(
    'A piece of firmware is older than the policy allows.',
    'The version of a component is below the minimum version, or cannot be compared with it.',
  ),
  'key-substituted': refused(
    'The evidence vouches for another key than the one the device showed.',
    'The key in the confirmation claim is not the CPM key that was read.',
  ),
  'bundle-link-broken': refused(
    'The two halves of the evidence do not belong together.',
    'The platform token does not hold the hash of the key that signed the key token.',
  ),
} as const satisfies Readonly<Record<string, Row>>;

export type Finding = keyof typeof findings;
type OfKind<K> = { [F in Finding]: (typeof findings)[F]['kind'] extends K ? F : never }[Finding];
export type Proven = OfKind<'proven'>;
export type NotProven = OfKind<'not-proven'>;
export type EvidenceRejection = OfKind<'rejected'>;

const ofKind = <K extends Row['kind']>(kind: K) =>
  (Object.keys(findings) as Finding[]).filter(
    (finding): finding is OfKind<K> => findings[finding].kind === kind,
  );

export const isProven = (finding: Finding): finding is Proven => findings[finding].kind === 'proven';
export const isNotProven = (finding: Finding): finding is NotProven =>
  findings[finding].kind === 'not-proven';
export const isRejection = (finding: Finding): finding is EvidenceRejection =>
  findings[finding].kind === 'rejected';

/** Why evidence is refused, each in the words for a technician. */
export const evidenceRejections = Object.fromEntries(
  ofKind('rejected').map((reason) => [reason, findings[reason].technician]),
) as Readonly<Record<EvidenceRejection, string>>;

/** A refusal inside a codec or verifier; becomes data where the evidence is judged. */
export const refuse = (reason: EvidenceRejection, said: string): ProvisionerError =>
  new ProvisionerError('evidence.rejected', said, { details: { reason } });

/** The reason of a refusal, or null for any other error. */
export function reasonOf(error: unknown): EvidenceRejection | null {
  if (!(error instanceof ProvisionerError) || error.code !== 'evidence.rejected') return null;
  const reason = error.details.reason;
  return typeof reason === 'string' && reason in evidenceRejections ? (reason as EvidenceRejection) : null;
}
