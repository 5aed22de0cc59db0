// Published COSE messages, parsed by the ten rules and verified twice: by node:crypto and by @noble/curves.
import { createHmac, createPublicKey, type JsonWebKeyInput } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toEvidenceKey, verifySignature } from '../../../electron/core/attestation/signature.ts';
import { encodeSigStructure, parseCose } from '../../../shared/attestation/cose.ts';
import { reasonOf } from '../../../shared/attestation/findings.ts';
import { toHex } from '../../../shared/bytes.ts';
import { encodeCbor } from '../../../shared/cbor.ts';
import { secondOpinion } from '../../helpers/second-opinion.ts';
import { readJsonVector, readTextVector, readVector, vectorPath } from '../../helpers/vectors.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

type Jwk = { kty: string; crv: string; x: string; y?: string; x_hex?: string; d_hex?: string };

function keyOfJwk({ kty, crv, x, y, x_hex }: Jwk) {
  const key = {
    kty,
    crv,
    x: x ?? Buffer.from(x_hex ?? '', 'hex').toString('base64url'),
    ...(y ? { y } : {}),
  };
  return toEvidenceKey(createPublicKey({ key, format: 'jwk' } as JsonWebKeyInput));
}

/** "good", or the reason; both libraries must say the same of the signature. */
function outcome(bytes: Uint8Array, key: ReturnType<typeof keyOfJwk>, externalAad?: Uint8Array) {
  try {
    const cose = parseCose(bytes);
    if (cose.kind === 'mac0') return 'mac0';
    const signed = {
      algorithm: cose.algorithm,
      message: encodeSigStructure(cose, externalAad),
      signature: cose.signature,
    };
    const second = secondOpinion(key, signed);
    try {
      verifySignature(key, signed);
    } catch (error) {
      expect(second).toBe(false);
      throw error;
    }
    expect(second).toBe(true);
    return 'good';
  } catch (error) {
    return reasonOf(error) ?? error;
  }
}

test('the go-cose messages verify or are refused as they say', (ctx) => {
  const names = readdirSync(vectorPath(ctx, 'veraison-go-cose'));
  const outcomes = names.map((name) => {
    const { key, 'sign1::verify': asked } = readJsonVector(ctx, `veraison-go-cose/${name}`);
    const aad = asked.external === undefined ? undefined : hex(asked.external);
    const said = outcome(hex(asked.taggedCOSESign1.cborHex), keyOfJwk(key), aad);
    expect(said === 'good', name).toBe(asked.shouldVerify);
    return [name.replace(/^sign1-verify-|\.json$/g, ''), said];
  });
  expect(Object.fromEntries(outcomes)).toEqual({
    '0000': 'good',
    '0001': 'good',
    '0002': 'good',
    '0003': 'good',
    'negative-0000': 'cose-form',
    'negative-0001': 'cose-form',
  });
});

test('the cose-wg messages verify or are refused as the strict rules want', (ctx) => {
  const names = readdirSync(vectorPath(ctx, 'cose-wg-examples/sign1-tests'));
  const outcomes = names.map((name) => {
    const { input, output } = readJsonVector(ctx, `cose-wg-examples/sign1-tests/${name}`);
    const aad = input.sign0.external === undefined ? undefined : hex(input.sign0.external);
    return [name.replace('.json', ''), outcome(hex(output.cbor), keyOfJwk(input.sign0.key), aad)];
  });
  expect(Object.fromEntries(outcomes)).toEqual({
    'sign-fail-01': 'cose-form',
    'sign-fail-02': 'signature-invalid',
    'sign-fail-03': 'algorithm-not-allowed',
    'sign-fail-04': 'algorithm-not-allowed',
    'sign-fail-06': 'signature-invalid',
    'sign-fail-07': 'signature-invalid',
    'sign-pass-01': 'algorithm-unprotected',
    'sign-pass-02': 'good',
    'sign-pass-03': 'cose-form',
  });
});

test('what is signed is, byte for byte, what the cose-wg examples print', (ctx) => {
  const { output, intermediates } = readJsonVector(ctx, 'cose-wg-examples/sign1-tests/sign-pass-01.json');
  const payload = hex('546869732069732074686520636F6E74656E742E');
  expect(output.cbor).toContain('41A0');
  const encoded = encodeSigStructure({ protectedBytes: Uint8Array.of(0xa0), payload });
  expect(toHex(encoded).toUpperCase()).toBe(intermediates.ToBeSign_hex);
});

test('the cose-wg examples of single algorithms verify', (ctx) => {
  const paths = ['ecdsa-examples/ecdsa-sig-01', 'ecdsa-examples/ecdsa-sig-02', 'eddsa-examples/eddsa-sig-01'];
  const outcomes = paths.map((path) => {
    const { input, output } = readJsonVector(ctx, `cose-wg-examples/${path}.json`);
    const cose = parseCose(hex(output.cbor));
    return [
      cose.kind === 'sign1' && cose.algorithm.name,
      outcome(hex(output.cbor), keyOfJwk(input.sign0.key)),
    ];
  });
  expect(outcomes).toEqual([
    ['ES256', 'good'],
    ['ES384', 'good'],
    ['EdDSA', 'good'],
  ]);
});

test('the RFC 9783 and TF-M tokens verify under their keys, and under no other', (ctx) => {
  const rfc = keyOfJwk(readJsonVector(ctx, 'psa-rfc9783/tfm-es-iak.json'));
  const tfm = toEvidenceKey(createPublicKey(readTextVector(ctx, 'veraison-psatoken/tf-m/public.pem')));
  const tokens = [
    readVector(ctx, 'psa-rfc9783/psa-sign1.cbor'),
    readVector(ctx, 'veraison-psatoken/tf-m/psa-iot-1_sign1.bin'),
  ];
  expect(tokens.map((token) => outcome(token, rfc))).toEqual(['good', 'signature-invalid']);
  expect(tokens.map((token) => outcome(token, tfm))).toEqual(['signature-invalid', 'good']);
});

test('the RFC 9783 MAC token is parsed to what its key authenticates', (ctx) => {
  const cose = parseCose(readVector(ctx, 'psa-rfc9783/psa-mac0.cbor'));
  if (cose.kind !== 'mac0') throw new Error('not a MAC message');
  const key = readVector(ctx, 'psa-rfc9783/tfm-hs-iak.bin');
  const message = encodeCbor(['MAC0', cose.protectedBytes, new Uint8Array(), cose.payload]);
  expect(toHex(cose.tag)).toBe(createHmac('sha256', key).update(message).digest('hex'));
});

test.each([0, 1, 23, 24, 255, 256, 65_535, 65_536])(
  'a payload of %i bytes is signed as CBOR has it',
  (size) => {
    const payload = new Uint8Array(size).fill(7);
    const protectedBytes = Uint8Array.of(0xa1, 0x01, 0x26);
    const wanted = encodeCbor(['Signature1', protectedBytes, new Uint8Array(), payload]);
    expect(toHex(encodeSigStructure({ protectedBytes, payload }))).toBe(toHex(wanted));
  },
);
