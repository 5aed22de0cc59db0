// Where the slots are on the jig: cells of a board, at most one slot in each. Pure.
import type { Slot } from './jig.ts';

export type Cell = { readonly column: number; readonly row: number };
export type Placed = Slot & { readonly at: Cell };

/** As the contract takes them. */
export const maxColumns = 12;
export const maxRows = 8;
const usualColumns = 4;

const isSame = (a: Cell, b: Cell): boolean => a.column === b.column && a.row === b.row;

function firstFree(taken: readonly Cell[]): Cell {
  for (let index = 0; index < maxColumns * maxRows; index += 1) {
    const cell = { column: index % usualColumns, row: Math.floor(index / usualColumns) };
    if (cell.row < maxRows && !taken.some((other) => isSame(other, cell))) return cell;
  }
  const spare = Array.from({ length: maxColumns * maxRows }, (_, index) => ({
    column: index % maxColumns,
    row: Math.floor(index / maxColumns),
  }));
  return spare.find((cell) => !taken.some((other) => isSame(other, cell))) ?? { column: 0, row: 0 };
}

/** As they are read: row by row; so they are told to a screen reader, and so they wait for labels. */
const byPlace = (a: Placed, b: Placed): number => a.at.row - b.at.row || a.at.column - b.at.column;

/** Every slot in a cell of its own: where it was put, or the first free one. */
export function placed(slots: readonly Slot[]): Placed[] {
  const done: Placed[] = [];
  for (const slot of slots.toSorted((a, b) => Number(a.at === undefined) - Number(b.at === undefined))) {
    const taken = done.map(({ at }) => at);
    const isFree = slot.at && !taken.some((cell) => isSame(cell, slot.at as Cell));
    done.push({ ...slot, at: isFree && slot.at ? slot.at : firstFree(taken) });
  }
  return done.toSorted(byPlace);
}

const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));

/** The slot in that cell, or in the nearest one of the board; who was there takes its place. */
export function movedTo(slots: readonly Placed[], port: string, { column, row }: Cell): Placed[] {
  const from = slots.find((slot) => slot.port === port)?.at;
  const to = { column: within(column, maxColumns), row: within(row, maxRows) };
  if (!from) return [...slots];
  return slots
    .map((slot) => {
      if (slot.port === port) return { ...slot, at: to };
      return isSame(slot.at, to) ? { ...slot, at: from } : slot;
    })
    .toSorted(byPlace);
}

export type Board = { readonly columns: number; readonly rows: number };

/** Large enough for all, with a free column and row to move into. */
export const boardOf = (slots: readonly Placed[]): Board => ({
  columns: Math.min(maxColumns, Math.max(usualColumns, ...slots.map(({ at }) => at.column + 2))),
  rows: Math.min(maxRows, Math.max(2, ...slots.map(({ at }) => at.row + 2))),
});

/** From the first used column and row: what is left empty beside the jig is not shown while the line runs. */
export function trimmed(slots: readonly Placed[]): {
  readonly columns: number;
  readonly cells: readonly Cell[];
} {
  const left = Math.min(...slots.map(({ at }) => at.column));
  const top = Math.min(...slots.map(({ at }) => at.row));
  const right = Math.max(...slots.map(({ at }) => at.column));
  return {
    columns: right - left + 1,
    cells: slots.map(({ at }) => ({ column: at.column - left, row: at.row - top })),
  };
}
