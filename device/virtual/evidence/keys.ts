// Keys of a virtual TEE, made when the box starts and outliving its reboots: as a factory would have put them there.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import type { CborValue } from '../../../shared/cbor.ts';

export type Pair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

export const makeEcPair = (namedCurve: 'P-256' | 'P-384' = 'P-256'): Pair =>
  generateKeyPairSync('ec', { namedCurve });
export const makeRsaPair = (modulusLength: number): Pair => generateKeyPairSync('rsa', { modulusLength });

export const spkiOf = (key: KeyObject): Uint8Array =>
  new Uint8Array(key.export({ type: 'spki', format: 'der' }));

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest());

const bytesOf = (base64Url: string | undefined) => new Uint8Array(Buffer.from(base64Url ?? '', 'base64url'));

/** COSE_Key of a P-256 or RSA key (RFC 9052 section 7, RFC 8230 section 4). */
export function coseKeyOf(key: KeyObject): ReadonlyMap<number, CborValue> {
  const { kty, x, y, n, e } = key.export({ format: 'jwk' });
  const members: readonly (readonly [number, CborValue])[] =
    kty === 'RSA'
      ? [
          [1, 3],
          [-1, bytesOf(n)],
          [-2, bytesOf(e)],
        ]
      : [
          [1, 2],
          [-1, 1],
          [-2, bytesOf(x)],
          [-3, bytesOf(y)],
        ];
  return new Map(members);
}

/**
 * TEST ONLY: the attestation key that RFC 9783 prints in its Appendix A, private half and all. What it signs proves nothing;
 * a box signs with it to see that nobody believes it.
 */
export function publishedTestPair(): Pair {
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: 'Tl4iCZ47zrRbRG0TVf0dw7VFlHtv18HInYhnmMNybo8',
    y: 'gNcLhAslaqw0pi7eEEM2TwRAlfADR0uR4Bggkq-xPy4',
    d: 'Q__-y5X4CFp8QOHT6nkL7063jN131YUDpkwWAPkbM-c',
  };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
