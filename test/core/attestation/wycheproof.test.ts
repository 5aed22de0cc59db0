// Wycheproof for each primitive that evidence uses, through our own verifier. There are no files here for P-384, P-521 and
// the larger PSS hashes: those have the second opinion alone (ECDSA), or none (PS384, PS512).
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  openSpki,
  type Signed,
  toEvidenceKey,
  verifySignature,
} from '../../../electron/core/attestation/signature.ts';
import { algorithmNamed, type CoseAlgorithm } from '../../../shared/attestation/algorithms.ts';
import { reasonOf } from '../../../shared/attestation/findings.ts';
import { secondOpinion } from '../../helpers/second-opinion.ts';
import { readJsonVector } from '../../helpers/vectors.ts';

type Group = {
  publicKeyDer: string;
  tests: { tcId: number; msg: string; sig: string; result: string; comment: string }[];
};

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

/** Whether it verifies; anything but a typed refusal fails the test. */
function isGood(spki: Uint8Array, signed: Signed): boolean {
  try {
    verifySignature(openSpki(spki), signed);
    return true;
  } catch (error) {
    expect(reasonOf(error)).toMatch(/^signature-(?:length|invalid)$/);
    return false;
  }
}

const files = [
  ['ecdsa_secp256r1_sha256_p1363_test', 'ES256', 262],
  ['ed25519_test', 'EdDSA', 151],
  ['rsa_pss_2048_sha256_mgf1_32_test', 'PS256', 108],
  ['rsa_pss_3072_sha256_mgf1_32_test', 'PS256', 108],
] as const;

for (const [file, name, count] of files) {
  test(`${file} comes out as it says, by both libraries`, (ctx) => {
    const { testGroups } = readJsonVector(ctx, `wycheproof/${file}.json`) as { testGroups: Group[] };
    let run = 0;
    for (const { publicKeyDer, tests } of testGroups) {
      const spki = hex(publicKeyDer);
      for (const { tcId, msg, sig, result, comment } of tests) {
        const signed = { algorithm: algorithmNamed(name), message: hex(msg), signature: hex(sig) };
        const label = `${tcId}: ${comment}`;
        const second = secondOpinion(openSpki(spki), signed);
        expect(isGood(spki, signed), label).toBe(result !== 'invalid');
        if (name !== 'PS256') expect(second, label).toBe(result !== 'invalid');
        run += 1;
      }
    }
    expect(run).toBe(count);
  });
}

test('no DER signature passes for r||s, valid or not', (ctx) => {
  const file = 'wycheproof/ecdsa_secp256r1_sha256_test.json';
  const { testGroups } = readJsonVector(ctx, file) as { testGroups: Group[] };
  const passed = testGroups.flatMap(({ publicKeyDer, tests }) =>
    tests.map(({ msg, sig }) =>
      isGood(hex(publicKeyDer), {
        algorithm: algorithmNamed('ES256'),
        message: hex(msg),
        signature: hex(sig),
      }),
    ),
  );
  expect(passed).toHaveLength(484);
  expect(passed).not.toContain(true);
});

const pairs: readonly (readonly [CoseAlgorithm['name'], string])[] = [
  ['ES256', 'P-256'],
  ['ES384', 'P-384'],
  ['ES512', 'P-521'],
];

test.each(pairs)('%s: both libraries agree on good and changed signatures', (name, namedCurve) => {
  const algorithm = algorithmNamed(name);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const key = toEvidenceKey(publicKey);
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  for (let round = 0; round < 20; round += 1) {
    const message = Uint8Array.of(round);
    const signature = new Uint8Array(
      sign(algorithm.hash, message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    );
    const changed = signature.map((byte, at) => (at === round ? byte ^ 1 : byte));
    for (const [bytes, expected] of [
      [signature, true],
      [changed, false],
    ] as const) {
      const signed = { algorithm, message, signature: bytes };
      expect(isGood(spki, signed)).toBe(expected);
      expect(secondOpinion(key, signed)).toBe(expected);
    }
  }
});

test.each(['PS256', 'PS384', 'PS512'] as const)('%s takes its own salt length alone', (name) => {
  const algorithm = algorithmNamed(name);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const message = Uint8Array.of(1, 2, 3);
  const salted = (saltLength: number) => ({
    algorithm,
    message,
    signature: new Uint8Array(sign(algorithm.hash, message, { key: privateKey, padding: 6, saltLength })),
  });
  const own = { PS256: 32, PS384: 48, PS512: 64 }[name];
  expect(isGood(spki, salted(own))).toBe(true);
  expect([0, 20, own - 1, own + 1].map((saltLength) => isGood(spki, salted(saltLength)))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('a key of no allowed kind is refused before anything is verified', () => {
  const weak = [
    generateKeyPairSync('rsa', { modulusLength: 1024 }),
    generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
    generateKeyPairSync('x25519'),
  ];
  const reasons = weak.map(({ publicKey }) => {
    try {
      toEvidenceKey(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })));
      return 'taken';
    } catch (error) {
      return reasonOf(error);
    }
  });
  expect(reasons).toEqual(weak.map(() => 'key-algorithm-mismatch'));
});
