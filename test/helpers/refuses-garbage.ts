// The property every parser has: any input gives a value or a ProvisionerError, and never anything else.
import fc from 'fast-check';
import { expect } from 'vitest';
import { ProvisionerError } from '../../shared/errors/error.ts';

/** Counts what came back, so that a test can ask that some inputs were refused, or some taken. */
export function refusesGarbage<T>(
  input: fc.Arbitrary<T>,
  parse: (input: T) => unknown,
  numRuns = 2000,
): { readonly refused: number; readonly taken: number } {
  const count = { refused: 0, taken: 0 };
  fc.assert(
    fc.property(input, (value) => {
      try {
        parse(value);
        count.taken += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(ProvisionerError);
        count.refused += 1;
      }
    }),
    { numRuns },
  );
  return count;
}

/** Text with a few places overwritten, cut out or doubled. */
export const mutated = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        at: fc.nat(text.length),
        remove: fc.nat(12),
        insert: fc.oneof(
          fc.string({ maxLength: 4 }),
          fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', '\ud800', '1e999', 'null'),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((edits) =>
      edits.reduce((now, { at, remove, insert }) => now.slice(0, at) + insert + now.slice(at + remove), text),
    );
