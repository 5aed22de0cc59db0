// Changed evidence is refused with a reason of the table. Twenty thousand here, a hundred thousand in `npm run bench`.
import { expect, test } from 'vitest';
import { judgeMutations } from '../../helpers/mutated-evidence.ts';

const rounds = 20_000;

test('mutated evidence yields typed refusals, or what was signed', () => {
  const { reasons, unchanged, rewrapped } = judgeMutations(rounds, ({ content }, genuine) =>
    expect(content).toEqual(genuine.content),
  );
  const refused = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  expect(refused + unchanged + rewrapped).toBe(rounds);
  expect(unchanged).toBeLessThan(rounds / 10);
  expect(rewrapped).toBeLessThan(rounds / 10);
  for (const reason of [
    'not-strict-cbor',
    'cose-form',
    'signature-invalid',
    'signature-length',
    'claim-malformed',
  ] as const)
    expect(reasons.get(reason), reason).toBeGreaterThan(20);
  expect(reasons.size).toBeGreaterThan(8);
});
