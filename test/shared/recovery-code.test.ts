import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeRecoveryCode, parseRecoveryCode, recoveryCodeBytes } from '../../shared/recovery-code.ts';
import { mutated, refusesGarbage } from '../helpers/refuses-garbage.ts';

const bytes = Uint8Array.from({ length: recoveryCodeBytes }, (_, at) => 17 * at);
const code = encodeRecoveryCode(bytes);
const coded = expect.objectContaining({ code: 'vault.recovery-code-invalid' });

test('a code is eight groups of four and comes back as the bytes it was made of', () => {
  expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}$/);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: recoveryCodeBytes, maxLength: recoveryCodeBytes }), (any) => {
      expect(parseRecoveryCode(encodeRecoveryCode(any))).toEqual(any);
    }),
  );
});

/** By an implementation of its own: Python's base64 with the alphabet exchanged. */
test('a code is what another implementation makes of the same bytes', () => {
  expect(code).toBe('008J-4CT4-ANK7-F24S-NAXW-SQFE-ZXRF-E31A');
});

test('case, spaces, dashes and letters that look like digits do not count', () => {
  const spelt = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  expect(parseRecoveryCode(`  ${spelt}\n`)).toEqual(bytes);
});

describe('is refused', () => {
  test('a code with one character mistyped, wherever', () => {
    const chars = [...code.replaceAll('-', '')];
    let tried = 0;
    for (const [at, char] of chars.entries()) {
      const other = char === 'X' ? 'Y' : 'X';
      const mistyped = chars.map((one, index) => (index === at ? other : one)).join('');
      expect(() => parseRecoveryCode(mistyped), mistyped).toThrow(coded);
      tried += 1;
    }
    expect(tried).toBe(32);
  });

  test.each([
    ['nothing', ''],
    ['a character too few', code.slice(0, -1)],
    ['a character too many', `${code}0`],
    ['a letter that no code has', `U${code.slice(1)}`],
    ['two groups exchanged', [...code.split('-').toReversed()].join('-')],
    ['a very long text', code.repeat(1000)],
  ])('%s', (_title, text) => {
    expect(() => parseRecoveryCode(text)).toThrow(coded);
  });

  test('and the refusal quotes nothing of it', () => {
    const said = (text: string): string => {
      try {
        parseRecoveryCode(text);
        return '';
      } catch (error) {
        return String(error);
      }
    };
    const words = said(`${code.slice(0, -1)}U`) + said(code.slice(0, -1));
    for (const group of code.split('-')) expect(words).not.toContain(group);
  });

  test('garbage, and nothing else is thrown', () => {
    const { refused } = refusesGarbage(fc.oneof(fc.string(), mutated(code)), parseRecoveryCode);
    expect(refused).toBeGreaterThan(1000);
  });
});
