import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkEntry, firstPrev, hashEntry, type JournalEntry } from '../../shared/journal.ts';

function chain(length: number): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    const prev = entries.at(-1)?.hash ?? firstPrev;
    const entry = { seq, at: `2026-11-23T10:00:${seq}Z`, kind: 'note', body: { n: seq * 7 }, prev };
    entries.push({ ...entry, hash: hashEntry(entry) });
  }
  return entries;
}

const problemsOf = (entries: readonly JournalEntry[]) =>
  entries.flatMap((entry, at) => checkEntry(entry, entries[at - 1] ?? null));

test('a whole chain has no problem', () => {
  expect(problemsOf(chain(50))).toEqual([]);
});

const length = 12;
const place = fc.nat(length - 1);

test('any changed field of any entry is found there', () => {
  const change = fc.oneof(
    fc.record({ at: fc.string() }),
    fc.record({ kind: fc.string() }),
    fc.record({ body: fc.jsonValue() }),
    fc.record({ prev: fc.stringMatching(/^[0-9a-f]{64}$/) }),
    fc.record({ hash: fc.stringMatching(/^[0-9a-f]{64}$/) }),
    fc.record({ seq: fc.integer({ min: 100 }) }),
  );
  fc.assert(
    fc.property(place, change, (at, fields) => {
      const entries = chain(length).map((entry, index) => (index === at ? { ...entry, ...fields } : entry));
      expect(problemsOf(entries).length).toBeGreaterThan(0);
    }),
  );
});

test('a change with its own hash recomputed is found at the next entry', () => {
  const entries = chain(3).map((entry) => {
    if (entry.seq !== 2) return entry;
    const forged = { ...entry, body: { n: 1 } };
    return { ...forged, hash: hashEntry(forged) };
  });
  expect(problemsOf(entries)).toEqual([{ seq: 3, problem: 'does not continue the entry before it' }]);
});

test('any removed entry but the last is found', () => {
  fc.assert(
    fc.property(fc.nat(length - 2), (at) => {
      expect(problemsOf(chain(length).toSpliced(at, 1)).length).toBeGreaterThan(0);
    }),
  );
});

test('any two entries that changed places are found', () => {
  fc.assert(
    fc.property(place, place, (a, b) => {
      fc.pre(a !== b);
      const entries = chain(length);
      const swapped = entries.map((entry, at) => entries[at === a ? b : at === b ? a : at] ?? entry);
      expect(problemsOf(swapped).length).toBeGreaterThan(0);
    }),
  );
});

test('a body that has no canonical form is a changed entry, not a crash', () => {
  const [entry] = chain(1);
  expect(entry && checkEntry({ ...entry, body: { n: 1.5 } }, null)).toEqual([
    { seq: 1, problem: 'was changed' },
  ]);
});
