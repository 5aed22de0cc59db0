// The ladder: every level with a reason, whatever the verdict.
import { expect, test } from 'vitest';
import { type LadderInput, readLadder } from '../../shared/ladder.ts';
import { readSentence, say } from '../../shared/sentences/sentence.ts';
import { appraise } from '../helpers/verdicts.ts';

const kept = (changes: Partial<LadderInput> = {}): LadderInput => ({ ...appraise(), ...changes });
const evidence = (level: 'L0' | 'L2' | 'L3' | 'L4', findings: readonly string[]): LadderInput['evidence'] =>
  ({ id: 'e'.repeat(64), format: 'kat', level, findings, signedBy: null }) as LadderInput['evidence'];
const reached = (input: LadderInput) =>
  readLadder(input)
    .filter((rung) => rung.isReached)
    .map(({ level }) => level);
const reasonsOf = (input: LadderInput, level: string) =>
  readLadder(input).find((rung) => rung.level === level)?.reasons ?? [];

test('a stock box stands on the lowest rung, and each other says what it needs', () => {
  const input = kept();
  expect(reached(input)).toEqual(['L0']);
  expect(reasonsOf(input, 'L1')).toEqual([{ kind: 'not-proven', text: say('not-proven.enrolled') }]);
  expect(reasonsOf(input, 'L2')).toEqual([{ kind: 'not-proven', text: say('not-proven.tee') }]);
  expect(reasonsOf(input, 'L4')).toEqual([
    { kind: 'not-proven', text: say('ladder.needs', { needed: 'L3' }) },
  ]);
});

test('a pinned box stands on L1 by its pin', () => {
  const { publicKey } = appraise();
  const input = kept(appraise({ pinnedFingerprint: publicKey.fingerprint }));
  expect(reached(input)).toEqual(['L0', 'L1']);
  expect(reasonsOf(input, 'L1')).toEqual([{ kind: 'proven', text: say('proven.pinned') }]);
});

test('evidence for the bound key reaches the top, without a pin', () => {
  const found = ['signed-by-anchor', 'fresh', 'measured', 'lifecycle-allowed', 'key-bound'];
  const input = kept({ level: 'L4', evidence: evidence('L4', found) });
  expect(reached(input)).toEqual(['L0', 'L1', 'L2', 'L3', 'L4']);
  expect(reasonsOf(input, 'L1')).toEqual([{ kind: 'not-proven', text: say('ladder.by-evidence') }]);
  expect(reasonsOf(input, 'L4')).toEqual([{ kind: 'proven', text: say('finding.key-bound') }]);
});

test('refused evidence says so on every rung that it would have reached, and proves nothing', () => {
  const found = ['signed-by-anchor', 'nonce-mismatch', 'measured', 'key-bound'];
  const input = kept({ rejections: ['nonce-mismatch'], evidence: evidence('L0', found) });
  expect(
    readLadder(input)
      .flatMap(({ reasons }) => reasons)
      .map(({ kind }) => kind),
  ).not.toContain('proven');
  expect(reached(input)).toEqual(['L0']);
  for (const level of ['L2', 'L3', 'L4'])
    expect(reasonsOf(input, level)).toContainEqual({ kind: 'rejected', text: say('finding.nonce-mismatch') });
});

test('good evidence does not lift a key that is not the pinned one', () => {
  const input = kept({
    rejections: ['pin-mismatch'],
    evidence: evidence('L4', ['signed-by-anchor', 'key-bound']),
  });
  expect(reached(input)).toEqual(['L0']);
  for (const level of ['L1', 'L2', 'L4'])
    expect(reasonsOf(input, level)[0]).toEqual({ kind: 'rejected', text: say('rejection.pin-mismatch') });
});

test('no rung is without a reason, and every reason is in the table of sentences', () => {
  const inputs = [
    kept(),
    kept({ evidence: evidence('L2', ['signed-by-anchor', 'no-reference-values']), level: 'L2' }),
  ];
  for (const input of inputs)
    for (const { level, reasons } of readLadder(input)) {
      expect(reasons.length, level).toBeGreaterThan(0);
      for (const { text } of reasons) expect(readSentence(text), text).not.toBeNull();
    }
});
