// The published key attestation examples. Their signatures are illustrations; the link between the halves is real.
import { expect, test } from 'vitest';
import { parseCborMap } from '../../../shared/attestation/cose.ts';
import {
  checkLink,
  parseKeyAttestation,
  parseKeyClaims,
} from '../../../shared/attestation/key-attestation.ts';
import { toHex } from '../../../shared/bytes.ts';
import { encodeCbor } from '../../../shared/cbor.ts';
import { codeOf } from '../../helpers/errors.ts';
import { parseDiagnostic, readTextVector } from '../../helpers/vectors.ts';

test('the bundle of the draft opens, and its halves belong together', (ctx) => {
  const bundle = encodeCbor(parseDiagnostic(readTextVector(ctx, 'rats-kat/cab/ex-1.diag')));
  const attestation = parseKeyAttestation(bundle);
  const platform = parseCborMap(attestation.platformToken.payload, 'the platform token');
  const nonce = platform.get(10) as Uint8Array;
  expect(toHex(nonce)).toBe('5ca3750daf829c30c20797eddb7949b1fd028c5408f2dd8650ad732327e3fb64');
  checkLink(attestation, nonce);
  const other = nonce.map((byte, at) => (at === 0 ? byte ^ 1 : byte));
  expect(codeOf(() => checkLink(attestation, other))).toBe('evidence.rejected');
});

test('the key token of the draft names nonce, attestation key and key', (ctx) => {
  const claims = encodeCbor(parseDiagnostic(readTextVector(ctx, 'rats-kat/kat/ex-1.diag')));
  const { nonce, kakSpki, keySpki } = parseKeyClaims(claims);
  expect(toHex(nonce)).toMatch(/^b91b03129222973c/);
  expect(toHex(kakSpki)).toContain('04f0fffa7ba35e76e4');
  expect(toHex(keySpki)).toContain('04d7cc072de2205bdc');
});

test('the platform token of the draft is no key token', (ctx) => {
  const claims = encodeCbor(parseDiagnostic(readTextVector(ctx, 'rats-kat/pat/ex-1.diag')));
  expect(codeOf(() => parseKeyClaims(claims))).toBe('evidence.rejected');
});
