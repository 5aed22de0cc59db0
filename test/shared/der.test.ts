import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concatBytes, parseHex } from '../../shared/bytes.ts';
import { encodeDer, positiveInteger, readDer, readFields, tags } from '../../shared/der.ts';
import { codeOf } from '../helpers/errors.ts';
import { refusesGarbage } from '../helpers/refuses-garbage.ts';

const hex = (text: string) => parseHex(text.replaceAll(' ', '')) as Uint8Array;
const sizes = [0, 1, 127, 128, 129, 255, 256, 257, 65_535, 65_536, 70_000];

test.each(sizes)('a body of %i bytes comes back', (size) => {
  const body = new Uint8Array(size).fill(5);
  const encoded = encodeDer(tags.sequence, body);
  const value = readDer(concatBytes(hex('ffff'), encoded, hex('00')), 2, tags.sequence);
  expect(value).toEqual({ tag: tags.sequence, body, endOffset: 2 + encoded.length });
});

describe('a value is refused', () => {
  test.each([
    ['of another tag', '03 01 00'],
    ['that is not there', ''],
    ['without a length', '02'],
    ['of indefinite length', '02 80 00 00 00'],
    ['with a length of five bytes', '02 85 00 00 00 00 01 00'],
    ['with a reserved length', '02 ff 00'],
    ['that ends inside its length', '02 82 01'],
    ['with a length that begins with zero', `02 82 00 80 ${'00'.repeat(128)}`],
    ['with a long length for a short body', '02 81 01 00'],
    ['longer than the input', '02 03 00 00'],
    ['longer than 32 bits of input', '02 84 ff ff ff ff 00'],
  ])('%s', (_title, text) => {
    expect(codeOf(() => readDer(hex(text), 0, tags.integer))).toBe('key.malformed');
  });

  test('cut anywhere', () => {
    const whole = encodeDer(tags.integer, new Uint8Array(300).fill(1));
    for (let length = 0; length < whole.length; length += 1) {
      expect(codeOf(() => readDer(whole.subarray(0, length), 0, tags.integer))).toBe('key.malformed');
    }
  });
});

test('fields are all there, in order, and nothing follows them', () => {
  const wanted = [tags.integer, tags.null];
  expect(readFields(hex('02 01 05 05 00'), wanted)).toEqual([hex('05'), hex('')]);
  for (const body of ['02 01 05', '05 00 02 01 05', '02 01 05 05 00 05 00', '02 01 05 05 00 00']) {
    expect(codeOf(() => readFields(hex(body), wanted))).toBe('key.malformed');
  }
});

test('an integer is positive and minimal', () => {
  expect(positiveInteger(hex('00'))).toEqual(hex('00'));
  expect(positiveInteger(hex('7f'))).toEqual(hex('7f'));
  expect(positiveInteger(hex('00 80'))).toEqual(hex('80'));
  for (const body of ['', '80', 'ff 01', '00 00', '00 7f', '00 00 80'])
    expect(codeOf(() => positiveInteger(hex(body)))).toBe('key.malformed');
});

test('garbage yields only typed errors, and a value lies inside the input', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ maxLength: 40 }).map((tail) => concatBytes(hex('02'), tail)),
    fc.uint8Array({ maxLength: 300 }).map((body) => encodeDer(tags.integer, body)),
  );
  const { refused, taken } = refusesGarbage(bytes, (input) => {
    const { body, endOffset } = readDer(input, 0, tags.integer);
    expect(endOffset).toBeLessThanOrEqual(input.length);
    expect(encodeDer(tags.integer, body)).toEqual(input.slice(0, endOffset));
    readFields(input, [tags.integer]);
    positiveInteger(body);
  });
  expect(refused).toBeGreaterThan(500);
  expect(taken).toBeGreaterThan(100);
});
