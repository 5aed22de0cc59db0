import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { shortPath } from '../../parts/format.ts';
import { useWords } from '../../words/words.ts';
import { type Board, boardOf, type Cell, movedTo, type Placed } from './places.ts';

const steps: Readonly<Record<string, Cell>> = {
  ArrowLeft: { column: -1, row: 0 },
  ArrowRight: { column: 1, row: 0 },
  ArrowUp: { column: 0, row: -1 },
  ArrowDown: { column: 0, row: 1 },
};

const placeOf = ({ column, row }: Cell): CSSProperties => ({ gridColumn: column + 1, gridRow: row + 1 });

/** The cell under a pointer. */
function cellAt(board: HTMLElement, { columns, rows }: Board, event: PointerEvent): Cell {
  const { left, top, width, height } = board.getBoundingClientRect();
  return {
    column: Math.floor(((event.clientX - left) / width) * columns),
    row: Math.floor(((event.clientY - top) / height) * rows),
  };
}

/** Further than a hand trembles: a press that moved so far is a drag. */
const dragPixels = 6;

type JigBoardProps = {
  readonly slots: readonly Placed[];
  readonly onChange: (slots: readonly Placed[]) => void;
};

/**
 * The jig as it stands on the bench: each slot is put where its port is. Dragged; or pressed, and then the cell is pressed;
 * or moved with the arrow keys.
 */
export function JigBoard({ slots, onChange }: JigBoardProps) {
  const t = useWords();
  const place = useRef<HTMLDivElement>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const [held, setHeld] = useState<{ port: string; x: number; y: number } | null>(null);
  const board = boardOf(slots);
  // Never reordered in the page: what is moved keeps the focus.
  const inPortOrder = slots.toSorted((a, b) => a.port.localeCompare(b.port, 'en', { numeric: true }));
  const move = (port: string, cell: Cell) => onChange(movedTo(slots, port, cell));
  const press = (slot: Placed, event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    move(slot.port, { column: slot.at.column + step.column, row: slot.at.row + step.row });
  };
  const drop = (slot: Placed, event: PointerEvent) => {
    setHeld(null);
    if (held === null || place.current === null) return;
    const isDragged = Math.hypot(event.clientX - held.x, event.clientY - held.y) > dragPixels;
    if (isDragged) move(slot.port, cellAt(place.current, board, event));
    setPicked(isDragged || picked === slot.port ? null : slot.port);
  };
  const pressBoard = (event: PointerEvent) => {
    if (picked === null || place.current === null || event.target !== event.currentTarget) return;
    move(picked, cellAt(place.current, board, event));
    setPicked(null);
  };
  return (
    <div
      ref={place}
      className="jig"
      style={{
        gridTemplateColumns: `repeat(${board.columns}, minmax(0, 1fr))`,
        gridTemplateRows: `repeat(${board.rows}, 5.75rem)`,
        backgroundSize: `${100 / board.columns}% ${100 / board.rows}%`,
      }}
      onPointerUp={pressBoard}
    >
      {inPortOrder.map((slot) => (
        <button
          key={slot.port}
          type="button"
          className="jig-slot"
          style={placeOf(slot.at)}
          aria-pressed={picked === slot.port}
          aria-label={t('line.move', {
            label: slot.label,
            port: shortPath(slot.port),
            column: slot.at.column + 1,
            row: slot.at.row + 1,
          })}
          data-held={held?.port === slot.port || undefined}
          onKeyDown={(event) => press(slot, event)}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setHeld({ port: slot.port, x: event.clientX, y: event.clientY });
          }}
          onPointerUp={(event) => drop(slot, event)}
          onPointerCancel={() => setHeld(null)}
        >
          <strong>{slot.label}</strong> <span className="small mono">{shortPath(slot.port)}</span>
        </button>
      ))}
    </div>
  );
}
