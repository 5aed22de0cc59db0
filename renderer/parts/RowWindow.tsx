import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import { type Paged, rowAt } from './paged.ts';

export type Column<Row> = {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Of the cell, for this row. */
  readonly className?: (row: Row) => string;
};

const spareRows = 10;
/** A row is this high; the style sheet says the same. */
const rowRem = 2.5;

const remPixels = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

type Sizes = { readonly height: number; readonly rowPixels: number };

/** How much is in view; a window that is made larger, or another size of type, shows more or fewer rows. */
function useSizes(box: RefObject<HTMLElement | null>): Sizes {
  const [sizes, setSizes] = useState<Sizes>({ height: 480, rowPixels: rowRem * 16 });
  useEffect(() => {
    const { current } = box;
    if (current === null) return;
    const watch = new ResizeObserver(() => {
      const rowPixels = rowRem * remPixels();
      // The heads stay above the rows, one row high.
      setSizes({ height: current.clientHeight - rowPixels, rowPixels });
    });
    watch.observe(current);
    return () => watch.disconnect();
  }, [box]);
  return sizes;
}

type RowProps<Row> = {
  readonly id: string;
  readonly columns: readonly Column<Row>[];
  readonly row: Row | undefined;
  readonly index: number;
  readonly top: number;
  readonly isCurrent: boolean;
  readonly onPress: (index: number) => void;
};

/** One row at its place; until the engine has told it, a dash stands for it. */
function Row<R>({ id, columns, row, index, top, isCurrent, onPress }: RowProps<R>) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names its current row
    // biome-ignore lint/a11y/useSemanticElements: rows of a window on a long table are placed, not flowed
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on the grid opens the current row
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-selected={isCurrent}
      className="record-row"
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onPress(index)}
    >
      {columns.map((column, at) => (
        // biome-ignore lint/a11y/useSemanticElements: see the row
        // biome-ignore lint/a11y/useFocusableInteractive: see the row
        <div role="gridcell" key={column.id} className={row ? (column.className?.(row) ?? '') : ''}>
          {row ? column.cell(row) : at === 0 ? '…' : ''}
        </div>
      ))}
    </div>
  );
}

/** Drawn anew only when something of it changed: while the list is scrolled, nothing of most rows does. */
const KeptRow = memo(Row) as typeof Row;

type RowWindowProps<Question, Row> = {
  /** Names the table, and its rows in the page. */
  readonly name: string;
  readonly label: string;
  readonly list: Paged<Question, Row>;
  /** The same ones while nothing of them changed: see KeptRow. */
  readonly columns: readonly Column<Row>[];
  readonly onOpen?: (row: Row) => void;
};

/** Ten thousand rows, of which only those in view are drawn. Arrow keys move, Enter opens. */
export function RowWindow<Question, R>({ name, label, list, columns, onOpen }: RowWindowProps<Question, R>) {
  const { total, pages, question } = list.use();
  const box = useRef<HTMLDivElement>(null);
  const { height, rowPixels } = useSizes(box);
  const [top, setTop] = useState(0);
  const [wanted, setWanted] = useState(0);
  // A search may have made the list shorter than where the user was.
  const current = Math.min(wanted, Math.max(0, total - 1));
  const first = Math.max(0, Math.floor(top / rowPixels) - spareRows);
  const last = Math.min(total, Math.ceil((top + height) / rowPixels) + spareRows);
  // A row that leaves the view is used again for one that comes into it: making them anew is what takes long.
  const drawnRows = Math.ceil(height / rowPixels) + 2 * spareRows + 1;
  const isDrawn = current >= first && current < last;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new pages come with a new question, which knows one page alone
  useEffect(() => list.need(first, Math.max(first, last - 1)), [first, last, pages]);
  const asked = JSON.stringify(question);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question is answered from its beginning
  useEffect(() => {
    setWanted(0);
    box.current?.scrollTo(0, 0);
  }, [asked]);
  const move = (to: number) => {
    const index = Math.max(0, Math.min(total - 1, to));
    setWanted(index);
    const at = index * rowPixels;
    if (box.current && (at < box.current.scrollTop || at + rowPixels > box.current.scrollTop + height))
      box.current.scrollTop = Math.max(0, at - height / 2);
  };
  const open = useCallback(
    (index: number) => {
      const row = rowAt({ pages }, index);
      setWanted(index);
      if (row !== undefined) onOpen?.(row);
    },
    [pages, onOpen],
  );
  const press = (event: KeyboardEvent) => {
    const pageRows = Math.floor(height / rowPixels);
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + pageRows,
      PageUp: current - pageRows,
      Home: 0,
      End: total - 1,
    };
    const target = targets[event.key];
    if (target === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (target === undefined) open(current);
    else move(target);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element cannot hold rows that are placed
    <div
      role="grid"
      className={`records ${name}`}
      tabIndex={0}
      aria-label={label}
      aria-rowcount={total + 1}
      aria-activedescendant={isDrawn ? `${name}-${current}` : undefined}
      onKeyDown={press}
      ref={box}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
      <div role="row" className="record-head">
        {columns.map(({ id, title }) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <div role="columnheader" key={id}>
            {title}
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div className="record-view" role="rowgroup" style={{ height: total * rowPixels }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset).map((index) => (
          <KeptRow
            key={index % drawnRows}
            id={`${name}-${index}`}
            columns={columns}
            row={rowAt({ pages }, index)}
            index={index}
            top={index * rowPixels}
            isCurrent={index === current}
            onPress={open}
          />
        ))}
      </div>
    </div>
  );
}
