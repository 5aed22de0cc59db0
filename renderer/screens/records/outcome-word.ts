// The outcomes of a receipt in words. Pure.
import type { Translate } from '../../words/words.ts';

export const outcomes = ['installed', 'enrolled', 'rejected', 'unconfirmed'] as const;

const marks = { installed: '✓', enrolled: '✓', rejected: '✕', unconfirmed: '?' } as const;

/** A shape and a word; what a newer station wrote is shown as it is. */
export function outcomeWord(state: string, t: Translate): string {
  const known = outcomes.find((one) => one === state);
  return known ? `${marks[known]} ${t(`outcome.${known}`)}` : state;
}
