import { createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes, encodeUtf8, parseHex, toHex } from '../../shared/bytes.ts';
import { encodeCanonical } from '../../shared/canonical-json.ts';
import { isEd25519Signature, signReceipt, verifyReceipt } from '../../shared/receipt.ts';
import { receiptBody, testStationPublic, testStationSecret } from '../helpers/receipts.ts';
import { refusesGarbage } from '../helpers/refuses-garbage.ts';

const unsigned = { ...receiptBody(), journal: { seq: 3, hash: '9'.repeat(64) } };
const receipt = signReceipt(unsigned, testStationSecret);
const invalid = expect.objectContaining({ code: 'record.invalid' });

test('a receipt verifies with the public key alone, after any trip through JSON', () => {
  expect(verifyReceipt(JSON.parse(JSON.stringify(receipt, null, 2)), testStationPublic)).toEqual(receipt);
});

test('another implementation verifies it too: node:crypto, over the documented bytes', () => {
  const { signature, ...body } = receipt;
  const spki = concatBytes(
    parseHex('302a300506032b6570032100') as Uint8Array,
    parseHex(testStationPublic) as Uint8Array,
  );
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const message = encodeUtf8(`trustbox/receipt/1\n${encodeCanonical(body)}`);
  expect(verify(null, message, key, parseHex(signature) as Uint8Array)).toBe(true);
});

/** Paths of all leaves. */
function leavesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return Object.entries(value).flatMap(([key, field]) => leavesOf(field, [...path, key]));
}

function withLeaf(value: unknown, [head, ...rest]: readonly string[], leaf: unknown): unknown {
  if (head === undefined) return leaf;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[head] = withLeaf(copy[head], rest, leaf);
  return copy;
}

test('any changed field is refused', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.stringMatching(/^[0-9a-f]{64}$/));
  fc.assert(
    fc.property(fc.constantFrom(...leavesOf(receipt)), leaf, (path, changed) => {
      const forged = withLeaf(receipt, path, changed);
      fc.pre(JSON.stringify(forged) !== JSON.stringify(receipt));
      expect(() => verifyReceipt(forged, testStationPublic)).toThrow(invalid);
    }),
  );
});

test.each([
  ['an added field', { ...receipt, note: 'x' }],
  ['a missing field', { ...receipt, outcome: undefined }],
  ['nothing', null],
  ['an empty signature', { ...receipt, signature: '' }],
])('%s is refused', (_name, forged) => {
  expect(() => verifyReceipt(forged, testStationPublic)).toThrow(invalid);
});

test("another station's key is refused, also when the receipt was signed again with it", () => {
  const secret = new Uint8Array(32).fill(8);
  const otherPublic = toHex(ed25519.getPublicKey(secret));
  expect(() => verifyReceipt(receipt, otherPublic)).toThrow(invalid);
  const resigned = signReceipt({ ...unsigned, station: { name: 'line-1', publicKey: otherPublic } }, secret);
  expect(() => verifyReceipt(resigned, testStationPublic)).toThrow(invalid);
  const borrowed = signReceipt(unsigned, secret);
  expect(() => verifyReceipt(borrowed, testStationPublic)).toThrow(invalid);
});

test.each(['', 'zz', 'ab', '0'.repeat(64)])('the public key "%s" verifies nothing', (publicKey) => {
  expect(() => verifyReceipt(receipt, publicKey)).toThrow(invalid);
});

test('garbage gives only refusals, whatever it is made of', () => {
  const parts = fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true });
  const some = fc.tuple(fc.constantFrom(...Object.keys(receipt)), parts).map(([field, value]) => ({
    ...receipt,
    [field]: value,
  }));
  const { taken } = refusesGarbage(fc.oneof(parts, some), (value) => verifyReceipt(value, testStationPublic));
  expect(taken).toBe(0);
  const key = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9a-f]{64}$/));
  expect(refusesGarbage(key, (publicKey) => verifyReceipt(receipt, publicKey)).taken).toBe(0);
});

type EddsaFile = {
  numberOfTests: number;
  testGroups: {
    publicKey: { pk: string };
    tests: { tcId: number; msg: string; sig: string; result: string; comment: string }[];
  }[];
};

test('the Wycheproof Ed25519 vectors come out as they say', (ctx) => {
  const path = resolve(import.meta.dirname, '../../../shared/vectors/wycheproof/ed25519_test.json');
  if (!existsSync(path))
    return ctx.skip('vectors are not here: ../shared/vectors/wycheproof/ed25519_test.json');
  const file = JSON.parse(readFileSync(path, 'utf8')) as EddsaFile;
  const wrong: string[] = [];
  let run = 0;
  for (const group of file.testGroups) {
    const publicKey = parseHex(group.publicKey.pk) as Uint8Array;
    for (const { tcId, msg, sig, result, comment } of group.tests) {
      const said = isEd25519Signature(parseHex(sig) as Uint8Array, parseHex(msg) as Uint8Array, publicKey);
      if (said !== (result === 'valid')) wrong.push(`${tcId} ${comment}`);
      run += 1;
    }
  }
  expect(wrong).toEqual([]);
  expect(run).toBe(file.numberOfTests);
  expect(run).toBe(151);
});
