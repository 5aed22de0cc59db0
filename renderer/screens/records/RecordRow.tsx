import type { Receipt } from '../../../shared/receipt.ts';
import { formatTime } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { outcomeWord } from './outcome-word.ts';

export const rowPixels = 40;

export const heads = ['time', 'serial', 'level', 'package', 'state', 'operator'] as const;
type Head = (typeof heads)[number];

type RowProps = {
  readonly receipt: Receipt | undefined;
  readonly index: number;
  readonly isCurrent: boolean;
  readonly onOpen: (receipt: Receipt) => void;
};

/** One receipt in the window, at its place. */
export function Row({ receipt, index, isCurrent, onOpen }: RowProps) {
  const t = useWords();
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  const tone = receipt ? `state-${receipt.outcome.state}` : '';
  const cells: Readonly<Record<Head, string>> = receipt
    ? {
        time: formatTime(receipt.endedAt, language),
        serial: receipt.device.serial ?? '–',
        level: receipt.key.level,
        package: receipt.package ? `${receipt.package.id} ${receipt.package.version}` : '–',
        state: outcomeWord(receipt.outcome.state, t),
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
        <div
          role="gridcell"
          key={head}
          className={head === 'state' ? tone : ''}
          title={head === 'time' ? receipt?.endedAt : undefined}
        >
          {cells[head]}
        </div>
      ))}
    </div>
  );
}
