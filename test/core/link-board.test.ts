// The board of links: what is open, how well it does, and what stays of a link that was closed.
import { expect, test } from 'vitest';
import type { DeviceLink, FileToSend, TransferProgress } from '../../electron/core/link.ts';
import { openLinkBoard } from '../../electron/core/link-board.ts';
import type { LinkState } from '../../shared/link.ts';

const port = '/dev/ttyTEST0';
const file: FileToSend = { path: '/x', sizeBytes: 10, sha256: new Uint8Array(32), remoteName: 'x.cpk' };

/** A link whose transfer the test drives. */
function makeLink(change: Partial<DeviceLink> = {}) {
  let report: ((progress: TransferProgress) => void) | undefined;
  const quality = { roundTripMs: 4, sentCount: 9, resentCount: 1, damagedCount: 0 };
  const link = {
    kind: 'agent',
    port,
    baudRate: 115_200,
    agent: 'TEST 1',
    quality: () => quality,
    close: async () => undefined,
    sendFile: async (_file: FileToSend, options: { onProgress?: typeof report } = {}) => {
      report = options.onProgress;
    },
    ...change,
  } as DeviceLink;
  return { link, report: (progress: TransferProgress) => report?.(progress) };
}

function openBoard() {
  const told: LinkState[][] = [];
  const board = openLinkBoard((states) => told.push([...states.values()]));
  return { board, told };
}

test('a link that opens and one that closes are told once each', async () => {
  const { board, told } = openBoard();
  const link = board.watched(makeLink().link);
  await link.close();
  await link.close();
  expect(told.map(([state]) => state?.isOpen)).toEqual([true, false]);
  expect(board.states().get(port)).toMatchObject({
    kind: 'agent',
    agent: 'TEST 1',
    quality: { sentCount: 9 },
  });
  board.close();
});

test('a link that was replaced on its port does not end the one that replaced it', async () => {
  const { board } = openBoard();
  const first = board.watched(makeLink().link);
  board.watched(makeLink({ baudRate: 921_600 }).link);
  await first.close();
  expect(board.states().get(port)).toMatchObject({ isOpen: true, baudRate: 921_600 });
  board.close();
});

test('the rate counts what was sent since the transfer went on, not what was there', async () => {
  const { board } = openBoard();
  const { link, report } = makeLink();
  const watched = board.watched(link);
  const heard: TransferProgress[] = [];
  await watched.sendFile(file, { onProgress: (progress) => void heard.push(progress) });
  const startedMs = performance.now();
  report({ sentBytes: 1_000_000, totalBytes: 2_000_000, retries: 0 });
  await expect.poll(() => performance.now() - startedMs).toBeGreaterThan(250);
  report({ sentBytes: 1_001_000, totalBytes: 2_000_000, retries: 3 });
  await watched.close();
  const state = board.states().get(port);
  expect(heard).toHaveLength(2);
  expect(state?.transfer?.retries).toBe(3);
  expect(state?.transfer?.bytesPerSecond).toBeGreaterThan(0);
  expect(state?.transfer?.bytesPerSecond).toBeLessThanOrEqual(4000);
  board.close();
});

test('of a port that went away nothing is kept, unless a link is open there', async () => {
  const { board } = openBoard();
  const link = board.watched(makeLink().link);
  board.keep(new Set());
  expect(board.states().size).toBe(1);
  await link.close();
  board.keep(new Set([port]));
  expect(board.states().size).toBe(1);
  board.keep(new Set());
  expect(board.states().size).toBe(0);
  board.close();
});
