// A session of the agent protocol that was recorded once: its bytes both ways, and what the station did in it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendFile } from '../../electron/core/agent/transfer.ts';
import type { AgentCall } from '../../shared/wire/calls.ts';
import { fixturesDir } from './golden.ts';
import { digestOf, type RawLink } from './raw-link.ts';
import { makeTempDir } from './temp-dir.ts';

export type GoldenEntry = {
  readonly from: 'station' | 'agent';
  /** The line swallowed it. */
  readonly lost?: true;
  readonly hex: string;
};

export const goldenAgentPath: string = join(fixturesDir, 'golden-agent-1-TEST.json');
export const readGolden = (): readonly GoldenEntry[] =>
  (JSON.parse(readFileSync(goldenAgentPath, 'utf8')) as { entries: GoldenEntry[] }).entries;

export const goldenFile: Uint8Array = Uint8Array.from({ length: 1900 }, (_, at) => (at * at) >> 3);
/** So slow a line that the file goes in four pieces. */
const slowBytesPerSecond = 1920;

/** What the golden station did: asks who it is, sends a file, asks for what no agent will ever do. @returns what it was told */
export async function doGolden({ caller, transfer }: RawLink) {
  const identity = await caller.call('identity', {});
  const path = join(await makeTempDir(), 'golden.cpk');
  writeFileSync(path, goldenFile);
  const file = {
    path,
    sizeBytes: goldenFile.length,
    sha256: digestOf(goldenFile),
    remoteName: 'golden-TEST.cpk',
  };
  await sendFile({ ...transfer, bytesPerSecond: slowBytesPerSecond }, file, {});
  const unknown = await caller.call('make-coffee' as AgentCall, {}, { timeoutMs: 20_000 }).then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
  return { identity, unknown };
}
