// Verifies the signatures of evidence by node:crypto, one kind of key for each algorithm.
import { constants, createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type CoseAlgorithm, pssSaltBytes } from '../../../shared/attestation/algorithms.ts';
import { refuse } from '../../../shared/attestation/findings.ts';

type KeyKind = CoseAlgorithm['key'];

export type EvidenceKey = {
  readonly key: KeyObject;
  readonly kind: KeyKind;
  /** Of an RSA modulus; null for other kinds. */
  readonly rsaBits: number | null;
  /** SHA-256 of the SubjectPublicKeyInfo, hex. */
  readonly spkiSha256: string;
};

const kindByCurve: Readonly<Record<string, KeyKind>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};
const leastRsaBits = 2048;
const mostRsaBits = 4096;

function kindOf(key: KeyObject): KeyKind | undefined {
  const details = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return kindByCurve[details.namedCurve ?? ''];
  if (key.asymmetricKeyType === 'ed25519') return 'Ed25519';
  const isRsa = key.asymmetricKeyType === 'rsa' && details.publicExponent === 65_537n;
  const bits = details.modulusLength ?? 0;
  return isRsa && bits >= leastRsaBits && bits <= mostRsaBits ? 'RSA' : undefined;
}

/** @throws evidence.rejected (key-algorithm-mismatch) for a kind, curve or size that no algorithm here takes */
export function toEvidenceKey(key: KeyObject): EvidenceKey {
  const kind = kindOf(key);
  if (!kind) throw refuse('key-algorithm-mismatch', `${key.asymmetricKeyType} key that no algorithm takes`);
  const spki = key.export({ type: 'spki', format: 'der' });
  const rsaBits = kind === 'RSA' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : null;
  return { key, kind, rsaBits, spkiSha256: createHash('sha256').update(spki).digest('hex') };
}

/** @throws evidence.rejected (claim-malformed, key-algorithm-mismatch) */
export function openSpki(spki: Uint8Array): EvidenceKey {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    throw refuse(
      'claim-malformed',
      'a public key in the evidence does not parse, or is no point of its curve',
    );
  }
  return toEvidenceKey(key);
}

export type Signed = {
  readonly algorithm: CoseAlgorithm;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
};

/** @throws evidence.rejected (key-algorithm-mismatch, signature-length, signature-invalid) */
export function verifySignature({ key, kind, rsaBits }: EvidenceKey, signed: Signed): void {
  const { algorithm, message, signature } = signed;
  if (kind !== algorithm.key)
    throw refuse('key-algorithm-mismatch', `${algorithm.name} needs ${algorithm.key}, the key is ${kind}`);
  const wantedBytes = algorithm.signatureBytes ?? Math.ceil((rsaBits ?? 0) / 8);
  if (signature.length !== wantedBytes)
    throw refuse('signature-length', `${signature.length} bytes, ${wantedBytes} needed`);
  if (!verify(algorithm.hash, message, { key, ...optionsFor(algorithm) }, signature))
    throw refuse('signature-invalid', `${algorithm.name} does not verify`);
}

function optionsFor({ key, hash }: CoseAlgorithm) {
  if (key === 'RSA' && hash)
    return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pssSaltBytes[hash] };
  return key === 'Ed25519' ? {} : { dsaEncoding: 'ieee-p1363' as const };
}
