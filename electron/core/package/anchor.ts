// A trust anchor: one X.509 certificate, a root as a rule, that a package's signer must chain to.
import { createHash, type X509Certificate } from 'node:crypto';
import { toHex } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { certificateFault, parseCertificates, publishedNameOf } from './signing.ts';

export type Anchor = {
  readonly certificate: X509Certificate;
  /** SHA-256 of the DER, hex: what `openssl x509 -fingerprint -sha256` prints. */
  readonly fingerprint: string;
  /** PEM, re-encoded. */
  readonly pem: string;
};

const invalid = (message: string) => new ProvisionerError('anchor.invalid', message);

const anchorOf = (certificate: X509Certificate): Anchor => ({
  certificate,
  fingerprint: toHex(new Uint8Array(createHash('sha256').update(certificate.raw).digest())),
  pem: certificate.toString(),
});

/**
 * The one certificate of a PEM text, whatever its age.
 * @throws signing.certificate-unreadable anchor.invalid
 */
export function parseAnchor(pem: string): Anchor {
  const [certificate, ...others] = parseCertificates(pem);
  if (!certificate || others.length > 0)
    throw invalid(`${others.length + 1} certificates in one file: keep each by its own name`);
  return anchorOf(certificate);
}

/**
 * A certificate that may become an anchor now.
 * @throws signing.certificate-unreadable anchor.invalid
 */
export function parseNewAnchor(pem: string, now: Date): Anchor {
  const anchor = parseAnchor(pem);
  const publishedAs = publishedNameOf(anchor.certificate);
  if (publishedAs) throw invalid(`${publishedAs}: anybody can sign with it`);
  const fault = certificateFault(anchor.certificate, now);
  if (fault) throw invalid(fault);
  return anchor;
}

/** An anchor in words. */
export const describeAnchor = ({ certificate, fingerprint }: Anchor) => ({
  fingerprint,
  subject: certificate.subject.replaceAll('\n', ', '),
  issuer: certificate.issuer.replaceAll('\n', ', '),
  notBefore: certificate.validFromDate.toISOString(),
  notAfter: certificate.validToDate.toISOString(),
});
