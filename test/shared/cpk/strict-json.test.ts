import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson } from '../../../shared/cpk/strict-json.ts';
import { codeOf, detailsOf } from '../../helpers/errors.ts';
import { mutated, refusesGarbage } from '../../helpers/refuses-garbage.ts';

test('whatever JSON.parse reads without duplicates is read the same', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(4), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['a duplicate key', '{"a":1,"a":2}', 7],
  ['a duplicate key far below', '[{"a":{"b":1,"c":[1],"b":2}}]', 21],
  ['a duplicate key spelled otherwise', '{"a":1,"\\u0061":2}', 7],
  ['a duplicate key behind white space', '{"a" : 1,\n\t"a"\r\n:2}', 11],
  ['a string without an end', '{"a":"b}', 5],
  ['a line break in a string', '"a\nb"', 0],
  ['the seventeenth level', '['.repeat(17), 16],
  ['an unknown escape', '{"\\x":1}', 0],
  ['nothing', '', 0],
  ['two values', '1 2', 0],
  ['a comma too many', '[1,]', 0],
  ['NaN', 'NaN', 0],
])('%s is refused where it is', (_title, text, offset) => {
  expect(codeOf(() => parseStrictJson(text))).toBe('package.manifest-invalid');
  expect(detailsOf(() => parseStrictJson(text))).toEqual({ field: 'manifest', offset });
});

test.each([
  ['the same key in two objects', '[{"a":1},{"a":2}]'],
  ['the same key inside itself', '{"a":{"a":{"a":1}}}'],
  ['a value that looks like a key', '{"a":"a","b":"a:"}'],
  ['sixteen levels', `${'['.repeat(16)}${']'.repeat(16)}`],
  ['brackets in strings', '{"a":"}{","b":"]["}'],
])('%s is read', (_title, text) => {
  expect(parseStrictJson(text)).toEqual(JSON.parse(text));
});

test('a key called __proto__ is a key like any other, twice too', () => {
  const value = parseStrictJson('{"__proto__":{"x":1}}') as object;
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect((value as { x?: unknown }).x).toBeUndefined();
  expect(codeOf(() => parseStrictJson('{"__proto__":1,"__proto__":2}'))).toBe('package.manifest-invalid');
});

const hostile = fc
  .array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', '1', ' ', '\n', '\u0000'))
  .map((parts) => parts.join(''));

test('garbage yields only typed errors, and never takes what JSON.parse refuses', () => {
  const text = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    hostile,
    mutated('{"a":{"b":[1,"c\\n",null]},"d":2}'),
  );
  const { refused, taken } = refusesGarbage(text, (json) => {
    const value = parseStrictJson(json);
    expect(value).toEqual(JSON.parse(json));
  });
  expect(refused).toBeGreaterThan(500);
  expect(taken).toBeGreaterThan(5);
});
