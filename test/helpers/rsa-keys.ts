// RSA public keys for tests: good ones from node:crypto, bad ones put together from a chosen modulus.
import { generateKeyPairSync } from 'node:crypto';
import { concatBytes, parseHex } from '../../shared/bytes.ts';
import { encodeDer, tags } from '../../shared/der.ts';

/** Public half of the demo key printed in cpk-tool's builder.rs (SPKI, base64): see vectors/derived/known-test-keys.json. */
export const publishedTestSpki =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtaDX46CAyr8k5CBVqprpmsOnvYMDx7Ene2GaaDxtzoG16PCCcbgnpSpuJR3FSmZ1xWrcjv338fjsCYk/ZOcMklOQvicUTSZ243omDX7oheZqmltPpj6zf2e/hQD3TRdeDqVfz6GKZ5CibgcZLxFcWKqkRhOAYdznt1wy7TmPJHhpLMHqG7Fo2c9r+c1WZFIWisPffQQ82xJ8Apuau++vHcNX2isCPHlQBmYPXT4AhiH9X9khCQPw2BFFRSbNnCyHv057e5I1Je+xCHclvyBoXLIqLOB405g9X8DOzDWg0594r3sqnws2CeHIaXGKgUkO1teewkPq4P0PpWHscYRE4wIDAQAB';

/** A fresh key pair; SPKI and PKCS#1 DER of its public half. */
export function makeRsaKey(modulusLength = 2048, publicExponent = 65537) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const pkcs1 = new Uint8Array(publicKey.export({ format: 'der', type: 'pkcs1' }));
  return { privateKey, spki, pkcs1 };
}

function encodeInteger(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const bytes = parseHex(hex.padStart(hex.length + (hex.length % 2), '0')) ?? new Uint8Array();
  const body = (bytes[0] ?? 0) & 0x80 ? concatBytes(new Uint8Array(1), bytes) : bytes;
  return encodeDer(tags.integer, body);
}

/** RSAPublicKey DER of any two numbers. */
export const encodePkcs1 = (n: bigint, e = 65537n): Uint8Array =>
  encodeDer(tags.sequence, concatBytes(encodeInteger(n), encodeInteger(e)));

/** The modulus inside a key of makeRsaKey. */
export function modulusOf(privateKey: ReturnType<typeof makeRsaKey>['privateKey']): bigint {
  const { n = '' } = privateKey.export({ format: 'jwk' });
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`);
}
