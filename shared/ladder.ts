// A verdict as a ladder: every level, and what it rests on, what is missing, or what speaks against it. Pure.
import { describeLadder } from './attestation/describe-evidence.ts';
import { readSentence, type SentenceKey, say } from './sentences/sentence.ts';
import { type Level, levels, rejections, type Verdict } from './verdict.ts';

export type LadderReason = { readonly kind: 'proven' | 'not-proven' | 'rejected'; readonly text: string };
export type LadderRung = {
  readonly level: Level;
  readonly isReached: boolean;
  readonly reasons: readonly LadderReason[];
};

export type LadderInput = Pick<Verdict, 'level' | 'proven' | 'notProven' | 'rejections' | 'evidence'>;

const isOneOf = (text: string, keys: readonly SentenceKey[]): boolean => {
  const said = readSentence(text);
  return said !== null && keys.includes(said.key);
};

const reason =
  (kind: LadderReason['kind']) =>
  (text: string): LadderReason => ({ kind, text });

const refusals = (input: LadderInput): LadderReason[] =>
  input.rejections.map((rejection) => ({ kind: 'rejected', text: rejections[rejection] }));

/** L1 rests on a person or a list. */
function explainPin(input: LadderInput, isReached: boolean): LadderReason[] {
  const proofs = input.proven.filter((text) => isOneOf(text, ['proven.listed', 'proven.pinned']));
  if (proofs.length > 0) return [...(isReached ? [] : refusals(input)), ...proofs.map(reason('proven'))];
  if (isReached) return [reason('not-proven')(say('ladder.by-evidence'))];
  return [...refusals(input), reason('not-proven')(say('not-proven.enrolled'))];
}

/** Why there is no evidence to climb by. */
const explainNone = ({ notProven }: LadderInput): LadderReason[] =>
  notProven
    .filter((text) => isOneOf(text, ['not-proven.tee', 'not-proven.tee-unread', 'not-proven.tee-not-shown']))
    .map(reason('not-proven'));

/** L2 to L4 rest on evidence. */
function explainEvidence(input: LadderInput, level: Level): LadderReason[] {
  if (input.evidence === null) return level === 'L2' ? explainNone(input) : [];
  const rung = describeLadder(input.evidence).find((one) => one.level === level);
  const own = (rung?.findings ?? []).map(({ kind, technician }) => ({ kind, text: technician }));
  if (input.rejections.length === 0) return own;
  // What refused evidence would have proven is proven by nothing.
  return [...refusals(input), ...own.filter(({ kind }) => kind === 'not-proven')];
}

function explainRung(input: LadderInput, level: Level, isReached: boolean): LadderReason[] {
  if (level === 'L0') return [reason('not-proven')(say('ladder.self-reported'))];
  const reasons = level === 'L1' ? explainPin(input, isReached) : explainEvidence(input, level);
  if (reasons.length > 0 || isReached) return reasons;
  return [reason('not-proven')(say('ladder.needs', { needed: levels[levels.indexOf(level) - 1] ?? 'L0' }))];
}

/** From the lowest level to the highest. */
export const readLadder = (input: LadderInput): LadderRung[] =>
  levels.map((level) => {
    const isReached = levels.indexOf(input.level) >= levels.indexOf(level);
    return { level, isReached, reasons: explainRung(input, level, isReached) };
  });
