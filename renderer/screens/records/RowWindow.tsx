import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Receipt } from '../../../shared/receipt.ts';
import { formatTime } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { need, useSearch } from './search.ts';

const rowPixels = 40;
const spareRows = 10;

const heads = ['time', 'serial', 'level', 'package', 'state', 'operator'] as const;
type Head = (typeof heads)[number];

type RowProps = {
  readonly receipt: Receipt | undefined;
  readonly index: number;
  readonly isCurrent: boolean;
  readonly onOpen: (receipt: Receipt) => void;
};

function Row({ receipt, index, isCurrent, onOpen }: RowProps) {
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  const cells: Readonly<Record<Head, string>> = receipt
    ? {
        time: formatTime(receipt.endedAt, language),
        serial: receipt.device.serial ?? '–',
        level: receipt.key.level,
        package: receipt.package ? `${receipt.package.id} ${receipt.package.version}` : '–',
        state: receipt.outcome.state,
        operator: receipt.operator?.name ?? '–',
      }
    : { time: '…', serial: '', level: '', package: '', state: '', operator: '' };
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names its current row
    // biome-ignore lint/a11y/useSemanticElements: rows of a window on a long table are placed, not flowed
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on the grid opens the current row
    <div
      role="row"
      id={`record-${index}`}
      aria-rowindex={index + 2}
      aria-selected={isCurrent}
      className="record-row"
      style={{ transform: `translateY(${index * rowPixels}px)` }}
      onClick={() => (receipt ? onOpen(receipt) : undefined)}
    >
      {heads.map((head) => (
        // biome-ignore lint/a11y/useSemanticElements: see the row
        // biome-ignore lint/a11y/useFocusableInteractive: see the row
        <div role="gridcell" key={head} className={head === 'state' ? `state-${cells.state}` : ''}>
          {cells[head]}
        </div>
      ))}
    </div>
  );
}

/** Ten thousand receipts, of which only those in view are drawn. Arrow keys move, Enter opens. */
export function RowWindow({ onOpen }: { readonly onOpen: (receipt: Receipt) => void }) {
  const t = useWords();
  const { total, rows } = useSearch();
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(480);
  const [wanted, setWanted] = useState(0);
  // A search may have made the list shorter than where the user was.
  const current = Math.min(wanted, Math.max(0, total - 1));
  const first = Math.max(0, Math.floor(top / rowPixels) - spareRows);
  const last = Math.min(total, Math.ceil((top + height) / rowPixels) + spareRows);
  const isDrawn = current >= first && current < last;
  useEffect(() => need(first, Math.max(first, last - 1)), [first, last]);
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
              onOpen={onOpen}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
