// A long list that the engine answers page by page: pages are asked for as they come into view, and kept by their number.
import { create, type StoreApi, type UseBoundStore } from 'zustand';

export type Page<Row> = { readonly total: number; readonly rows: readonly Row[] };
type Place = { readonly offset: number; readonly limit: number };
export type Listed<Question, Row> = {
  readonly question: Question;
  readonly total: number;
  /** By their number; what was not asked for yet is absent. */
  readonly pages: Readonly<Record<number, readonly Row[]>>;
  /** False until the first answer: a total of nothing means nothing before that. */
  readonly isKnown: boolean;
};

export type Paged<Question, Row> = {
  readonly use: UseBoundStore<StoreApi<Listed<Question, Row>>>;
  /** Asks anew, from the beginning. */
  ask(part: Partial<Question>): Promise<void>;
  /** Makes sure that the rows from `first` to `last` are there, or on their way. */
  need(first: number, last: number): void;
};

const pageRows = 100;

export const rowAt = <Row>({ pages }: Pick<Listed<unknown, Row>, 'pages'>, index: number): Row | undefined =>
  pages[Math.floor(index / pageRows)]?.[index % pageRows];

export function createPaged<Question extends object, Row>(
  first: Question,
  fetch: (question: Question, place: Place) => Promise<Page<Row> | null>,
): Paged<Question, Row> {
  const use = create<Listed<Question, Row>>()(() => ({
    question: first,
    total: 0,
    pages: {},
    isKnown: false,
  }));
  const asked = new Set<number>();
  /** Counts the questions: an answer to an older one is not shown. */
  let asking = 0;
  let isFirstAnswer = true;

  async function askPage(page: number): Promise<void> {
    if (asked.has(page)) return;
    asked.add(page);
    const own = asking;
    const offset = page * pageRows;
    const found = await fetch(use.getState().question, { offset, limit: pageRows });
    if (own !== asking) return;
    if (!found) return void asked.delete(page);
    // Until the first answer the pages of the question before stay, so that nothing flickers.
    const kept = isFirstAnswer ? {} : use.getState().pages;
    isFirstAnswer = false;
    use.setState({ total: found.total, pages: { ...kept, [page]: found.rows }, isKnown: true });
  }

  return {
    use,
    async ask(part) {
      asked.clear();
      asking += 1;
      isFirstAnswer = true;
      use.setState({ question: { ...use.getState().question, ...part } });
      await askPage(0);
    },
    need(from, to) {
      for (let page = Math.floor(from / pageRows); page <= Math.floor(to / pageRows); page += 1)
        void askPage(page);
    },
  };
}
