import { checkPrimeSync, createHash, generateKeyPairSync, generatePrimeSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, parseBase64 } from '../../shared/bytes.ts';
import { encodeDer, tags } from '../../shared/der.ts';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { parsePublicKey } from '../../shared/public-key.ts';
import { encodePkcs1, makeRsaKey, modulusOf, publishedTestSpki } from '../helpers/rsa-keys.ts';

const good = makeRsaKey();
const goodModulus = modulusOf(good.privateKey);

const refusal = (bytes: Uint8Array) => {
  try {
    parsePublicKey(bytes);
  } catch (error) {
    if (error instanceof ProvisionerError) return { code: error.code, message: error.message };
    throw error;
  }
  return null;
};

describe('a good key', () => {
  test.each([2048, 3072, 4096])('of %i bits is the same key in both forms', (bits) => {
    const { spki, pkcs1 } = bits === 2048 ? good : makeRsaKey(bits);
    const fromSpki = parsePublicKey(spki);
    expect(fromSpki).toEqual(parsePublicKey(pkcs1));
    expect(fromSpki).toEqual({ spki, bits, fingerprint: createHash('sha256').update(spki).digest('hex') });
  });
});

const changed = (bytes: Uint8Array, at: number, value: number) =>
  Uint8Array.from(bytes).fill(value, at, at + 1);
const sequence = (...parts: Uint8Array[]) => encodeDer(tags.sequence, concatBytes(...parts));
const integer = (...bytes: number[]) => encodeDer(tags.integer, Uint8Array.from(bytes));
const modulusBytes = good.pkcs1.subarray(8, 8 + 257);
const e65537 = integer(1, 0, 1);
/** The header of the good key's SPKI: SEQUENCE (4), algorithm (15), BIT STRING header (4), unused bits (1). */
const spkiAlgorithmAt = 4;
const unusedBitsAt = 23;

describe('a malformed key', () => {
  const cases: Record<string, Uint8Array> = {
    'nothing at all': new Uint8Array(),
    'text instead of DER': new TextEncoder().encode('-----BEGIN PUBLIC KEY-----'),
    'bytes behind the SPKI': concatBytes(good.spki, new Uint8Array(1)),
    'bytes behind the PKCS#1 key': concatBytes(good.pkcs1, new Uint8Array(1)),
    'one byte missing': good.spki.subarray(0, -1),
    'a third integer': sequence(encodeDer(tags.integer, modulusBytes), e65537, e65537),
    'no exponent': sequence(encodeDer(tags.integer, modulusBytes)),
    'an indefinite length': Uint8Array.from([0x30, 0x80, 0x02, 0x01, 0x01, 0x00, 0x00]),
    'a length of five bytes': Uint8Array.from([0x30, 0x85, 0, 0, 0, 0, 1, 0]),
    'a length with a leading zero': concatBytes(Uint8Array.from([0x30, 0x83, 0]), good.pkcs1.subarray(2)),
    'a long form for a short length': Uint8Array.from([0x30, 0x81, 0x03, 0x02, 0x01, 0x03]),
    'a length of 4 GiB': Uint8Array.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x02]),
    'a length that is cut short': Uint8Array.from([0x30, 0x82, 0x01]),
    'a negative modulus': sequence(encodeDer(tags.integer, modulusBytes.subarray(1)), e65537),
    'a modulus with a needless zero': sequence(
      encodeDer(tags.integer, concatBytes(new Uint8Array(1), modulusBytes)),
      e65537,
    ),
    'an exponent with a needless zero': sequence(encodeDer(tags.integer, modulusBytes), integer(0, 1, 0, 1)),
    'an empty integer': sequence(integer(), e65537),
    'an EC key': new Uint8Array(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'der', type: 'spki' }),
    ),
    'another algorithm identifier': changed(good.spki, spkiAlgorithmAt + 12, 0x0a),
    'a bit string with unused bits': changed(good.spki, unusedBitsAt, 1),
    'more than any RSA key needs': new Uint8Array(1025).fill(0x30),
  };

  test.each(Object.entries(cases))('%s is refused as malformed', (_name, bytes) => {
    expect(refusal(bytes)?.code).toBe('key.malformed');
  });
});

const rocaPrimes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
].map(BigInt);

/** A 2048-bit number of the form k*M + (65537^a mod M), as the flawed library's moduli are (Nemec et al., CCS 2017, section 2). */
function rocaModulus(): bigint {
  const product = rocaPrimes.reduce((all, prime) => all * prime, 2n);
  const residue = 65537n ** 1234n % product;
  const smallPrimes = Array.from({ length: 5000 }, (_, at) => BigInt(2 * at + 3));
  for (let k = (1n << 2047n) / product + 1n; ; k += 1n) {
    const candidate = k * product + residue;
    if (smallPrimes.every((prime) => candidate % prime !== 0n)) return candidate;
  }
}

/** p times the next prime: Fermat finds it in the first steps. */
function closePrimes(): bigint {
  for (;;) {
    const p = generatePrimeSync(1024, { bigint: true });
    let q = p + 2n;
    while (!checkPrimeSync(q, { checks: 4 })) q += 2n;
    if ((p * q).toString(2).length === 2048) return p * q;
  }
}

function squareOfAPrime(): bigint {
  for (;;) {
    const p = generatePrimeSync(1024, { bigint: true });
    if ((p * p).toString(2).length === 2048) return p * p;
  }
}

/** Times 10007 it has 2048 bits. */
const oddCofactor = ((3n << 2046n) / 10_007n) | 1n;

describe('a weak key', () => {
  const cases: readonly (readonly [string, () => Uint8Array, string])[] = [
    ['of 1024 bits', () => makeRsaKey(1024).spki, '1024 bits'],
    ['of 2047 bits', () => encodePkcs1(goodModulus >> 1n), '2047 bits'],
    ['of 2049 bits', () => encodePkcs1((1n << 2048n) + 1n), '2049 bits'],
    ['with exponent 3', () => encodePkcs1(goodModulus, 3n), 'exponent'],
    ['with exponent 65539', () => encodePkcs1(goodModulus, 65539n), 'exponent'],
    ['with an even modulus', () => encodePkcs1(goodModulus - 1n), 'divisible by 2'],
    ['with the factor 10007', () => encodePkcs1(10_007n * oddCofactor), 'divisible by'],
    ['of the ROCA form', () => encodePkcs1(rocaModulus()), 'ROCA'],
    ['of two neighbouring primes', () => encodePkcs1(closePrimes()), 'so close'],
    ['that is a square', () => encodePkcs1(squareOfAPrime()), 'so close'],
  ];

  test.each(cases)('%s is refused as weak', (_name, make, said) => {
    const found = refusal(make());
    expect(found).toMatchObject({ code: 'key.weak' });
    expect(found?.message).toContain(said);
  });
});

describe('a published key', () => {
  test('is refused by its fingerprint', () => {
    expect(refusal(parseBase64(publishedTestSpki) ?? new Uint8Array())?.code).toBe('key.published');
  });

  test('every RSA key of the published list is the one we test with', (ctx) => {
    const path = resolve(import.meta.dirname, '../../../shared/vectors/derived/known-test-keys.json');
    if (!existsSync(path))
      return ctx.skip('vectors are not here: ../shared/vectors/derived/known-test-keys.json');
    const list = JSON.parse(readFileSync(path, 'utf8')) as { kty: string; spki_sha256: string }[];
    const rsa = list.filter(({ kty }) => kty === 'RSA').map((entry) => entry.spki_sha256);
    const ours = createHash('sha256').update(publishedTestSpki, 'base64').digest('hex');
    expect(rsa).toEqual([ours]);
  });
});

describe('garbage', () => {
  test('gives only key errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), (bytes) => {
        expect(refusal(bytes)?.code).toMatch(/^key\./);
      }),
      { numRuns: 500 },
    );
  });

  test('a good key with one byte changed is refused or is another key', () => {
    const fingerprint = parsePublicKey(good.spki).fingerprint;
    fc.assert(
      fc.property(fc.nat(good.spki.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const bytes = changed(good.spki, at, (good.spki[at] ?? 0) ^ mask);
        const code = refusal(bytes)?.code;
        if (code) expect(code).toMatch(/^key\.(malformed|weak)$/);
        else expect(parsePublicKey(bytes).fingerprint).not.toBe(fingerprint);
      }),
      { numRuns: 300 },
    );
  });

  test('a truncated key is refused at every length', () => {
    for (let length = 0; length < good.pkcs1.length; length += 1)
      expect(refusal(good.pkcs1.subarray(0, length))?.code).toBe('key.malformed');
  });
});
