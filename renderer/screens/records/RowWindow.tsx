import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Receipt } from '../../../shared/receipt.ts';
import { useWords } from '../../words/words.ts';
import { heads, Row, rowPixels } from './RecordRow.tsx';
import { need, useSearch } from './search.ts';

const spareRows = 10;

/** Ten thousand receipts, of which only those in view are drawn. Arrow keys move, Enter opens. */
export function RowWindow({ onOpen }: { readonly onOpen: (receipt: Receipt) => void }) {
  const t = useWords();
  const { total, rows, text, state } = useSearch();
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(480);
  const [wanted, setWanted] = useState(0);
  // A search may have made the list shorter than where the user was.
  const current = Math.min(wanted, Math.max(0, total - 1));
  const first = Math.max(0, Math.floor(top / rowPixels) - spareRows);
  const last = Math.min(total, Math.ceil((top + height) / rowPixels) + spareRows);
  const isDrawn = current >= first && current < last;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows come with a new search, which knows one page alone
  useEffect(() => need(first, Math.max(first, last - 1)), [first, last, rows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question is answered from its beginning
  useEffect(() => {
    setWanted(0);
    box.current?.scrollTo(0, 0);
  }, [text, state]);
  useEffect(() => setHeight(box.current?.clientHeight ?? 480), []);
  const move = (to: number) => {
    const index = Math.max(0, Math.min(total - 1, to));
    setWanted(index);
    const at = index * rowPixels;
    if (box.current && (at < box.current.scrollTop || at + rowPixels > box.current.scrollTop + height))
      box.current.scrollTop = Math.max(0, at - height / 2);
  };
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
    const receipt = rows[current];
    if (target === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (target !== undefined) move(target);
    else if (receipt) onOpen(receipt);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element cannot hold rows that are placed
    <div
      role="grid"
      className="records"
      tabIndex={0}
      aria-label={t('records.table')}
      aria-rowcount={total + 1}
      aria-activedescendant={isDrawn ? `record-${current}` : undefined}
      onKeyDown={press}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
      <div role="row" className="record-head">
        {heads.map((head) => (
          // biome-ignore lint/a11y/useSemanticElements: see above
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <div role="columnheader" key={head}>
            {t(`records.${head}`)}
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div
        className="record-view"
        ref={box}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        role="rowgroup"
      >
        <div style={{ height: total * rowPixels }} role="presentation">
          {Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset).map((index) => (
            <Row
              key={index}
              index={index}
              receipt={rows[index]}
              isCurrent={index === current}
              onOpen={(opened) => {
                setWanted(index);
                onOpen(opened);
              }}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
