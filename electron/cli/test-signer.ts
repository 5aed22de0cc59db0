// A throw-away signing key with a self-signed certificate, for the demo and for tests. Says TEST in its name.
import 'reflect-metadata';
import { BasicConstraintsExtension, cryptoProvider, X509CertificateGenerator } from '@peculiar/x509';

export type TestSigner = { readonly keyPem: string; readonly certificatePem: string };

export type SignerOptions = {
  readonly bits?: number;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
};

const rsa = (bits: number) => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: bits,
});
const dayMs = 24 * 3600 * 1000;

function encodePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** @param name common name; must say TEST */
export async function makeTestSigner(name: string, options: SignerOptions = {}): Promise<TestSigner> {
  if (!name.includes('TEST')) throw new RangeError('test keys say TEST in their name');
  cryptoProvider.set(crypto);
  const algorithm = rsa(options.bits ?? 2048);
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: options.notBefore ?? new Date(Date.now() - dayMs),
    notAfter: options.notAfter ?? new Date(Date.now() + 365 * dayMs),
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  const key = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    keyPem: encodePem('PRIVATE KEY', key),
    certificatePem: certificate.toString('pem').trimEnd().concat('\n'),
  };
}
