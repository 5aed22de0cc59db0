// The journal in the store: append inside a transaction, read and verify in order.
import {
  checkEntry,
  firstPrev,
  hashEntry,
  type JournalEntry,
  type JournalProblem,
} from '../../../shared/journal.ts';
import { say } from '../../../shared/sentences/sentence.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';

export type NewEntry = { readonly kind: string; readonly body: object };

/** Appends behind the newest entry. Call it inside a transaction: those begin IMMEDIATE, so nobody else is between. */
export async function appendJournal(
  tx: Database,
  clock: Clock,
  { kind, body }: NewEntry,
): Promise<{ seq: number; hash: string }> {
  const last = await tx
    .selectFrom('journal')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const entry = {
    seq: (last?.seq ?? 0) + 1,
    at: clock.now().toISOString(),
    kind,
    body,
    prev: last?.hash ?? firstPrev,
  };
  const hash = hashEntry(entry);
  await tx
    .insertInto('journal')
    .values({ ...entry, body: JSON.stringify(body), hash })
    .execute();
  return { seq: entry.seq, hash };
}

/** One entry on its own. */
export const writeJournal = (
  db: Database,
  clock: Clock,
  entry: NewEntry,
): Promise<{ seq: number; hash: string }> =>
  db.transaction().execute((tx) => appendJournal(tx, clock, entry));

const pageRows = 1000;

/** All entries in order, a page at a time. */
export async function* readJournal(db: Database): AsyncGenerator<JournalEntry> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('journal')
      .selectAll()
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(pageRows)
      .execute();
    for (const row of rows) yield { ...row, body: parseBody(row.body) };
    const last = rows.at(-1);
    if (!last || rows.length < pageRows) return;
    after = last.seq;
  }
}

/** Stored text is untrusted: what does not parse is an entry that was changed. */
function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { unreadable: text.length };
  }
}

export type JournalReport = {
  readonly entries: number;
  readonly problems: JournalProblem[];
  readonly hashes: ReadonlyMap<number, JournalEntry>;
};

/** Walks the whole chain. */
export async function verifyJournal(db: Database): Promise<JournalReport> {
  const problems: JournalProblem[] = [];
  const receipts = new Map<number, JournalEntry>();
  let before: JournalEntry | null = null;
  let entries = 0;
  for await (const entry of readJournal(db)) {
    problems.push(...checkEntry(entry, before));
    if (entry.kind === 'receipt') receipts.set(entry.seq, entry);
    before = entry;
    entries += 1;
  }
  const counter = await db
    .selectFrom('sqlite_sequence')
    .select('seq')
    .where('name', '=', 'journal')
    .executeTakeFirst();
  const newest: JournalEntry | null = before;
  if (counter && counter.seq > ((newest as JournalEntry | null)?.seq ?? 0)) {
    problems.push({
      seq: counter.seq,
      problem: say('records.cut-off', { seq: counter.seq }),
    });
  }
  return { entries, problems, hashes: receipts };
}
