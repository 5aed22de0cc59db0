import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  concatBytes,
  equalBytes,
  groupHex,
  parseBase64,
  parseHex,
  toBase64,
  toHex,
} from '../../shared/bytes.ts';

const any = fc.uint8Array({ maxLength: 300 });

test('bytes come back from hex and base64, and node writes the same', () => {
  fc.assert(
    fc.property(any, (bytes) => {
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(parseHex(toHex(bytes))).toEqual(bytes);
      expect(parseHex(toHex(bytes).toUpperCase())).toEqual(bytes);
      expect(parseBase64(toBase64(bytes))).toEqual(bytes);
    }),
  );
});

test.each([8191, 8192, 8193, 100_000])('base64 of %i bytes, over its own chunks', (size) => {
  const bytes = Uint8Array.from({ length: size }, (_, at) => at * 7);
  expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  expect(parseBase64(toBase64(bytes))).toEqual(bytes);
});

test.each(['a', 'abc', '0x00', 'gg', ' 00', '00\n', '０0', '-1'])('"%s" is not hex', (text) => {
  expect(parseHex(text)).toBeNull();
});

test.each([
  'A',
  'AA',
  'AAA',
  'AA=',
  'A===',
  '====',
  'AA==\n',
  'AAAA AAAA',
  'AA-_',
  'AB==',
  'AAB=',
  'AA==AAAA',
])('"%s" is not canonical base64', (text) => {
  expect(parseBase64(text)).toBeNull();
});

test('garbage is null or the one spelling of what it means, and nothing throws', () => {
  const base64Like = fc.stringMatching(/^[A-Za-z0-9+/=]{0,24}$/);
  let refused = 0;
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), base64Like), (text) => {
      const [hex, base64] = [parseHex(text), parseBase64(text)];
      if (hex !== null) expect(toHex(hex)).toBe(text.toLowerCase());
      if (base64 !== null) expect(toBase64(base64)).toBe(text);
      if (hex === null && base64 === null) refused += 1;
    }),
    { numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(500);
});

test('parts are joined in order, equality is of length and content', () => {
  fc.assert(
    fc.property(any, any, (a, b) => {
      expect(toHex(concatBytes(a, b))).toBe(toHex(a) + toHex(b));
      expect(equalBytes(a, b)).toBe(toHex(a) === toHex(b));
      expect(equalBytes(a, a.slice())).toBe(true);
    }),
  );
  expect(groupHex('0123456789')).toBe('0123 4567 89');
});
