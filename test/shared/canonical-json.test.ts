import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestCanonical, encodeCanonical } from '../../shared/canonical-json.ts';

test('keys are sorted by UTF-16 code unit, as RFC 8785 section 3.2.3 shows', () => {
  const value = {
    '\u20ac': 'e',
    '\r': 'c',
    '\ufb33': 'h',
    '1': 'o',
    '\ud83d\ude00': 's',
    '\u0080': 'x',
    ö: 'o',
  };
  const keys = Object.keys(JSON.parse(encodeCanonical(value)) as object);
  const inText = [...encodeCanonical(value).matchAll(/"([^"]+)":/g)].map((match) =>
    JSON.parse(`"${match[1]}"`),
  );
  expect(inText).toEqual(['\r', '1', '\u0080', 'ö', '\u20ac', '\ud83d\ude00', '\ufb33']);
  expect(keys).toHaveLength(7);
});

test('absent and undefined are the same, null is not', () => {
  expect(encodeCanonical({ a: undefined })).toBe('{}');
  expect(encodeCanonical({ a: null })).toBe('{"a":null}');
});

test.each([
  ['a fraction', 1.5],
  ['a number beyond 2^53', 2 ** 53],
  ['NaN', Number.NaN],
  ['a function', () => 1],
  ['a bigint', 1n],
  ['undefined in an array', [undefined]],
])('%s has no canonical form', (_name, value) => {
  expect(() => encodeCanonical(value)).toThrow(TypeError);
});

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
})).value;

test('what comes back from JSON has the same canonical form, whatever the order of its keys', () => {
  const reverse = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reverse);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, field]) => [key, reverse(field)]),
    );
  };
  fc.assert(
    fc.property(plain, (value) => {
      const text = encodeCanonical(value);
      expect(encodeCanonical(JSON.parse(text))).toBe(text);
      expect(encodeCanonical(reverse(value))).toBe(text);
    }),
  );
});

test('the same value under two labels has two digests', () => {
  expect(digestCanonical('a', {})).not.toBe(digestCanonical('b', {}));
});
