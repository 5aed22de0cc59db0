// A value for every hole of a sentence, in the shape that its name asks for.
import { holesOf } from '../../shared/sentences/sentence.ts';

const shaped: Readonly<Record<string, string>> = {
  at: '2026-11-24T00:05:08.000Z',
  level: 'L1',
  needed: 'L2',
  action: 'load-package',
  role: 'nonce',
  wanted: 'tag',
};
const isNumber = /ytes$|ount$|^(?:bits|baud|status|index|max|seq|seconds|hours|megabytes)$/;

export const sampleValues = (template: string): Record<string, string> =>
  Object.fromEntries(
    holesOf(template).map((hole) => [
      hole,
      shaped[hole] ?? (isNumber.test(hole) ? '12' : `TB ${hole.length}`),
    ]),
  );
