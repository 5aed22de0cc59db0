// Slots on the jig: one in a cell, whatever is moved where.
import { describe, expect, test } from 'vitest';
import {
  boardOf,
  maxColumns,
  maxRows,
  movedTo,
  type Placed,
  placed,
  trimmed,
} from '../../renderer/screens/line/places.ts';

const slot = (port: string, column?: number, row?: number) =>
  column === undefined || row === undefined
    ? { port, label: port }
    : { port, label: port, at: { column, row } };
const cellsOf = (slots: readonly Placed[]) =>
  Object.fromEntries(slots.map(({ port, at }) => [port, `${at.column},${at.row}`]));

test('slots that were never put anywhere stand side by side, four in a row', () => {
  const slots = placed(['a', 'b', 'c', 'd', 'e'].map((port) => slot(port)));
  expect(cellsOf(slots)).toEqual({ a: '0,0', b: '1,0', c: '2,0', d: '3,0', e: '0,1' });
});

test('a new slot takes the first free cell; one that was put somewhere stays; two in one cell do not', () => {
  const slots = placed([slot('new'), slot('a', 0, 0), slot('b', 2, 1), slot('same', 2, 1)]);
  expect(cellsOf(slots)).toEqual({ a: '0,0', b: '2,1', same: '1,0', new: '2,0' });
  expect(slots.map(({ port }) => port)).toEqual(['a', 'same', 'new', 'b']);
});

test('64 slots, the most there can be, have a cell each', () => {
  const slots = placed(Array.from({ length: 64 }, (_, index) => slot(`p${index}`)));
  expect(new Set(Object.values(cellsOf(slots))).size).toBe(64);
});

describe('moved', () => {
  const slots = placed([slot('a', 0, 0), slot('b', 1, 0)]);

  test('to a free cell, the others stay', () => {
    expect(cellsOf(movedTo(slots, 'a', { column: 3, row: 2 }))).toEqual({ a: '3,2', b: '1,0' });
  });
  test('to a taken cell, they change places', () => {
    expect(cellsOf(movedTo(slots, 'a', { column: 1, row: 0 }))).toEqual({ a: '1,0', b: '0,0' });
  });
  test('beyond the jig, to its edge', () => {
    expect(cellsOf(movedTo(slots, 'b', { column: 99, row: -1 }))).toEqual({
      a: '0,0',
      b: `${maxColumns - 1},0`,
    });
    expect(cellsOf(movedTo(slots, 'b', { column: -5, row: 99 }))).toEqual({
      a: '0,0',
      b: `0,${maxRows - 1}`,
    });
  });
  test('a port that is no slot, nothing', () => {
    expect(movedTo(slots, 'z', { column: 3, row: 3 })).toEqual(slots);
  });
});

test('the board has room to move into, and no more than the contract takes', () => {
  expect(boardOf([])).toEqual({ columns: 4, rows: 2 });
  expect(boardOf(placed([slot('a', 5, 3)]))).toEqual({ columns: 7, rows: 5 });
  expect(boardOf(placed([slot('a', 11, 7)]))).toEqual({ columns: 12, rows: 8 });
});

test('a running line shows the jig without what is empty around it', () => {
  const found = trimmed(placed([slot('a', 2, 1), slot('b', 4, 3)]));
  expect(found).toEqual({
    columns: 3,
    cells: [
      { column: 0, row: 0 },
      { column: 2, row: 2 },
    ],
  });
});
