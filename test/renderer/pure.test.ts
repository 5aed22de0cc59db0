// The screen's arithmetic, apart from the screen.
import { describe, expect, test } from 'vitest';
import { advance } from '../../renderer/actions.ts';
import { formatBytes, formatDuration, groupHex } from '../../renderer/parts/format.ts';
import { createWedge } from '../../renderer/screens/line/scanner.ts';
import { moved } from '../../renderer/screens/line/slot-order.ts';
import { throughputOf } from '../../renderer/screens/line/throughput.ts';
import { viewTransfer } from '../../renderer/screens/load/transfer.ts';
import { piecesOf } from '../../renderer/screens/packages/pieces.ts';
import { languages, translator } from '../../renderer/words/words.ts';

test('fingerprints in groups, sizes and times as people say them', () => {
  expect(groupHex('0123456789ab')).toBe('0123 4567 89ab');
  expect([999, 1000, 1_500_000, 2_000_000_000].map(formatBytes)).toEqual([
    '999 B',
    '1.0 kB',
    '1.5 MB',
    '2.00 GB',
  ]);
  expect([12, 1500, 61_000, 119_700].map(formatDuration)).toEqual([
    '12 ms',
    '1.5 s',
    '1 min 01 s',
    '2 min 00 s',
  ]);
});

describe('a job as its events tell it', () => {
  const base = { jobId: 'a', port: '/dev/ttyUSB0' };
  const progress = (sentBytes: number) => ({
    ...base,
    event: 'progress' as const,
    step: 'send',
    sentBytes,
    totalBytes: 100,
    retries: 0,
  });
  test('a step that ends replaces itself as running; the transfer is over with it', () => {
    const started = advance(undefined, { ...base, event: 'step', step: 'send', state: 'running' }, 0);
    const sending = advance(started, progress(10), 1000);
    const ended = advance(
      sending,
      { ...base, event: 'step', step: 'send', state: 'done', durationMs: 5 },
      2000,
    );
    expect(sending.transfer?.sentBytes).toBe(10);
    expect(ended).toMatchObject({ transfer: null, steps: [{ step: 'send', state: 'done', durationMs: 5 }] });
  });
  test('rate and time left count from where this transfer began, not from zero', () => {
    const first = advance(undefined, progress(50), 10_000);
    const second = advance(first, progress(60), 12_000);
    const view = second.transfer && viewTransfer(second.transfer);
    expect(view).toEqual({ share: 0.6, bytesPerSecond: 5, leftMs: 8000 });
    expect(first.transfer && viewTransfer(first.transfer).leftMs).toBeNull();
  });
  test('a job that ends waits for nothing', () => {
    const waiting = advance(undefined, { ...base, event: 'waiting', code: 'port.lost' }, 0);
    expect(waiting.waitingFor).toBe('port.lost');
    expect(advance(waiting, { ...base, event: 'job', state: 'failed' }, 1)).toMatchObject({
      state: 'failed',
      waitingFor: null,
    });
  });
});

test('the byte map is the whole file, in order, without streams of no bytes', () => {
  const stream = (index: number, offset: number, sizeBytes: number) => ({
    index,
    role: null,
    offset,
    sizeBytes,
  });
  const pieces = piecesOf({
    streams: [stream(1, 150, 50), stream(0, 100, 40), stream(2, 0, 0)],
    gaps: [{ offset: 140, sizeBytes: 10 }],
  });
  expect(pieces.map(({ kind, offset, sizeBytes }) => [kind, offset, sizeBytes])).toEqual([
    ['frame', 0, 100],
    ['stream', 100, 40],
    ['gap', 140, 10],
    ['stream', 150, 50],
  ]);
});

test('throughput: units per ten minutes, empty ones too', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 8, minute)).toISOString();
  const { passed, failed } = throughputOf(
    [
      { at: at(1), passed: true },
      { at: at(9), passed: false },
      { at: at(31), passed: true },
    ],
    Date.parse(at(35)),
  );
  expect([passed, failed]).toEqual([
    [1, 0, 0, 1],
    [1, 0, 0, 0],
  ]);
  expect(throughputOf([], 0)).toEqual({ atSeconds: [], passed: [], failed: [] });
});

describe('the scanner', () => {
  const typing = (text: string, everyMs: number) => {
    const scanned: string[] = [];
    const wedge = createWedge((label) => scanned.push(label));
    for (const [index, key] of [...text, 'Enter'].entries()) wedge(key, index * everyMs);
    return scanned;
  };
  test('types fast and ends with Enter', () => expect(typing('TBE201-7', 8)).toEqual(['TBE201-7']));
  test('a person does not', () => expect(typing('TBE201-7', 180)).toEqual([]));
  test('Enter alone is no label', () => expect(typing('', 8)).toEqual([]));
});

test.each([
  [0, 2, 'bac'],
  [2, 0, 'cab'],
  [1, 1, 'abc'],
  [0, 3, 'bca'],
])('slot %i moved to before %i', (from, to, expected) => {
  expect(moved([...'abc'], from, to).join('')).toBe(expected);
});

test('every word has the same holes in every language', () => {
  const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted();
  const { en, ...others } = languages;
  for (const { words } of Object.values(others))
    for (const key of Object.keys(en.words) as (keyof typeof en.words)[])
      expect(holes(words[key]), key).toEqual(holes(en.words[key]));
  expect(translator('de')('devices.pin.title', { serial: 'X1' })).toBe('Schlüssel von X1 festlegen');
});
