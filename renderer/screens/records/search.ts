// The records that are shown: pages asked for as they come into view, kept by their place.
import { create } from 'zustand';
import type { Receipt } from '../../../shared/receipt.ts';
import { call } from '../../actions.ts';

type Search = {
  readonly text: string;
  readonly state: string | null;
  readonly total: number;
  /** By place in the list, newest first; what was not asked for yet is absent. */
  readonly rows: Readonly<Record<number, Receipt>>;
};

const pageRows = 100;
const asked = new Set<number>();
/** Counts the questions: an answer to an older one is not shown. */
let question = 0;
let isFirstAnswer = true;

export const useSearch = create<Search>()(() => ({ text: '', state: null, total: 0, rows: {} }));

async function askPage(page: number): Promise<void> {
  if (asked.has(page)) return;
  asked.add(page);
  const { text, state } = useSearch.getState();
  const asking = question;
  const offset = page * pageRows;
  const found = await call('records.search', { text, state, offset, limit: pageRows });
  if (asking !== question) return;
  if (!found) return void asked.delete(page);
  const rows = Object.fromEntries(found.receipts.map((receipt, index) => [offset + index, receipt]));
  // Until the first answer the rows of the question before stay, so that nothing flickers.
  const kept = isFirstAnswer ? {} : useSearch.getState().rows;
  isFirstAnswer = false;
  useSearch.setState({ total: found.total, rows: { ...kept, ...rows } });
}

export async function search(part: Partial<Pick<Search, 'text' | 'state'>>): Promise<void> {
  asked.clear();
  question += 1;
  isFirstAnswer = true;
  useSearch.setState(part);
  await askPage(0);
}

/** Makes sure that the rows from `first` to `last` are there, or on their way. */
export function need(first: number, last: number): void {
  for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page += 1)
    void askPage(page);
}
