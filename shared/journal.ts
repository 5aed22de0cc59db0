// The journal's chain: each entry's hash covers its content and the hash before it. Pure; the store keeps the entries.
import { digestCanonical } from './canonical-json.ts';
import { say } from './sentences/sentence.ts';

export type JournalEntry = {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly body: unknown;
  readonly prev: string;
  readonly hash: string;
};

export const firstPrev = '0'.repeat(64);

export const hashEntry = ({ seq, at, kind, body, prev }: Omit<JournalEntry, 'hash'>): string =>
  digestCanonical('trustbox/journal/1', { seq, at, kind, body, prev });

/** What has no canonical form (a fraction, say) was never hashed by us: somebody put it there. */
function isHashGood(entry: JournalEntry): boolean {
  try {
    return entry.hash === hashEntry(entry);
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

export type JournalProblem = { readonly seq: number; readonly problem: string };

/** One entry against the one before it. */
export function checkEntry(entry: JournalEntry, before: JournalEntry | null): JournalProblem[] {
  const problems: JournalProblem[] = [];
  const expected = (before?.seq ?? 0) + 1;
  if (entry.seq !== expected)
    problems.push({ seq: entry.seq, problem: say('records.entry-missing', { seq: expected }) });
  if (entry.prev !== (before?.hash ?? firstPrev))
    problems.push({ seq: entry.seq, problem: say('records.chain-broken') });
  if (!isHashGood(entry)) problems.push({ seq: entry.seq, problem: say('records.entry-changed') });
  return problems;
}
