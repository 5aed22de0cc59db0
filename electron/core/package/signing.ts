// Who signs a package: an RSA key with its certificate, or a certificate alone when the key lives elsewhere.
// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2) is what cpk-tool knows.
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  X509Certificate,
} from 'node:crypto';
import { concatBytes, equalBytes, parseHex, toHex } from '../../../shared/bytes.ts';
import { type ErrorCode, ProvisionerError } from '../../../shared/errors/error.ts';
import { say } from '../../../shared/sentences/sentence.ts';

/** Keys whose private half is published; SHA-256 of the SPKI. */
const publishedSigningKeys: Readonly<Record<string, string>> = {
  '198e5be9542c97fd38a0acd2b5403e5602d38542923f86d03deb4beb5f67c2d5':
    "cpk-tool's demo payload-signing key (builder.rs)",
};

const digestInfoPrefix = parseHex('3031300d060960864801650304020105000420') as Uint8Array;
const maxPemChars = 256 * 1024;

/** The DER DigestInfo that RSA PKCS#1 v1.5 pads (RFC 8017 section 9.2, note 1). */
export const encodeDigestInfo = (sha256: Uint8Array): Uint8Array => concatBytes(digestInfoPrefix, sha256);

export type SigningCertificate = {
  /** PEM of the leaf and any intermediates, re-encoded. */
  readonly pem: Uint8Array;
  readonly leaf: X509Certificate;
  readonly intermediates: readonly X509Certificate[];
  readonly keyBits: number;
  /** SHA-256 of the leaf's SubjectPublicKeyInfo, hex. */
  readonly fingerprint: string;
  /** Set when the private half of this key is published. */
  readonly publishedAs: string | null;
};

const refuse = (code: ErrorCode, message: string, cause?: unknown) =>
  new ProvisionerError(code, message, cause === undefined ? {} : { cause });

/** SHA-256 of a key's SubjectPublicKeyInfo, hex. */
export const fingerprintOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

function rsaBits(key: KeyObject): number {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa')
    throw refuse('signing.key-unsuitable', `${key.asymmetricKeyType} key, RSA needed`);
  if (bits < 2048 || bits > 4096 || bits % 8 !== 0)
    throw refuse('signing.key-unsuitable', `RSA key of ${bits} bits`);
  return bits;
}

/** Every certificate of a PEM text, in order. @throws signing.certificate-unreadable */
export function parseCertificates(pem: string): X509Certificate[] {
  if (pem.length > maxPemChars)
    throw refuse('signing.certificate-unreadable', `longer than ${maxPemChars} characters`);
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw refuse('signing.certificate-unreadable', 'no PEM certificate in it');
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw refuse('signing.certificate-unreadable', 'a certificate in it does not parse', cause);
  }
}

/** The key is decoded only when it is asked for, and may be damaged although the certificate parsed. */
function publicKeyOf(certificate: X509Certificate): KeyObject {
  try {
    return certificate.publicKey;
  } catch (cause) {
    throw refuse('signing.certificate-unreadable', 'the key in the certificate does not parse', cause);
  }
}

/**
 * A signing certificate from PEM, leaf first.
 * @throws signing.certificate-unreadable signing.key-unsuitable
 */
export function parseSigningCertificate(pem: string): SigningCertificate {
  const [leaf, ...intermediates] = parseCertificates(pem);
  if (!leaf) throw refuse('signing.certificate-unreadable', 'no PEM certificate in it');
  const key = publicKeyOf(leaf);
  const keyBits = rsaBits(key);
  const fingerprint = fingerprintOf(key);
  const encoded = [leaf, ...intermediates].map((certificate) => certificate.toString()).join('');
  return {
    pem: new TextEncoder().encode(encoded),
    leaf,
    intermediates,
    keyBits,
    fingerprint,
    publishedAs: publishedSigningKeys[fingerprint] ?? null,
  };
}

/** How the key of a certificate was published, where its private half was; otherwise null. */
export const publishedNameOf = (certificate: X509Certificate): string | null =>
  publishedSigningKeys[fingerprintOf(publicKeyOf(certificate))] ?? null;

/** Null when valid at that time, otherwise why not, in words. */
export function certificateFault(certificate: X509Certificate, at: Date): string | null {
  if (at < certificate.validFromDate)
    return say('check.not-before', { at: certificate.validFromDate.toISOString() });
  if (at > certificate.validToDate)
    return say('check.expired', { at: certificate.validToDate.toISOString() });
  return null;
}

/** @throws signing.key-unreadable signing.passphrase-needed */
function parsePrivateKey(pem: string, passphrase: string | undefined): KeyObject {
  if (pem.length > maxPemChars)
    throw refuse('signing.key-unreadable', `longer than ${maxPemChars} characters`);
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    throw refuse('signing.key-unreadable', 'no PEM private key in it');
  const isProtected = /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(pem);
  if (isProtected && !passphrase)
    throw refuse('signing.passphrase-needed', 'the key is protected and no passphrase was given');
  try {
    return createPrivateKey({ key: pem, ...(isProtected ? { passphrase } : {}) });
  } catch {
    // The cause stays here: it may quote key material.
    throw refuse(
      isProtected ? 'signing.passphrase-needed' : 'signing.key-unreadable',
      'the private key does not open',
    );
  }
}

/** Signs a SHA-256 digest; the private key stays inside. */
export type DigestSigner = (sha256: Uint8Array) => Uint8Array;

export type SigningInput = {
  readonly certificatePem: string;
  /** Absent: external signing; the signature streams are left empty (zero) for `attachSignature`. */
  readonly keyPem?: string | undefined;
  readonly passphrase?: string | undefined;
  /** Demo mode: published keys are accepted. */
  readonly allowPublishedKey?: boolean | undefined;
};

export type Signer = { readonly certificate: SigningCertificate; readonly sign: DigestSigner | null };

/**
 * Key and certificate, checked against each other and the clock.
 * @throws signing.* when either cannot be used
 */
export function openSigner(input: SigningInput, now: Date): Signer {
  const certificate = parseSigningCertificate(input.certificatePem);
  if (certificate.publishedAs && !input.allowPublishedKey)
    throw refuse('signing.demo-key', certificate.publishedAs);
  const fault = certificateFault(certificate.leaf, now);
  if (fault && !(certificate.publishedAs && input.allowPublishedKey))
    throw refuse('signing.certificate-not-valid', fault);
  if (input.keyPem === undefined) return { certificate, sign: null };
  const key = parsePrivateKey(input.keyPem, input.passphrase);
  rsaBits(key);
  if (fingerprintOf(createPublicKey(key)) !== certificate.fingerprint) {
    throw refuse(
      'signing.key-mismatch',
      `the certificate is for key ${certificate.fingerprint.slice(0, 16)}...`,
    );
  }
  return { certificate, sign: (sha256) => signDigest(key, sha256) };
}

/** RSASSA-PKCS1-v1_5 over a digest that is already there: pads and encrypts its DigestInfo. */
export function signDigest(key: KeyObject, sha256: Uint8Array): Uint8Array {
  return new Uint8Array(
    privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, encodeDigestInfo(sha256)),
  );
}

/** True when the signature is exactly modulus-sized and opens to exactly the DigestInfo of this digest. */
export function isDigestSignature(key: KeyObject, sha256: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length * 8 !== key.asymmetricKeyDetails?.modulusLength) return false;
  try {
    const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    return equalBytes(opened, encodeDigestInfo(sha256));
  } catch {
    return false;
  }
}

/** A certificate in words, for inspection. */
export function describeCertificate({ leaf, keyBits, fingerprint, publishedAs }: SigningCertificate) {
  return {
    subject: leaf.subject.replaceAll('\n', ', '),
    issuer: leaf.issuer.replaceAll('\n', ', '),
    notBefore: leaf.validFromDate.toISOString(),
    notAfter: leaf.validToDate.toISOString(),
    keyBits,
    fingerprint,
    certificateSha256: toHex(new Uint8Array(createHash('sha256').update(leaf.raw).digest())),
    publishedAs,
  };
}
