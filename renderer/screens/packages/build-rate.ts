// How fast a build goes, phase by phase. Pure.
import type { JobProgress } from '../../store.ts';

type Building = { readonly phase: string; readonly doneBytes: number; readonly totalBytes: number };
export type Measured = NonNullable<JobProgress['transfer']>;

/** A build measured like a transfer: each phase from its own beginning. */
export function measure(before: Measured | null, building: Building, nowMs: number): Measured {
  const { phase, doneBytes, totalBytes } = building;
  const isSame = before?.step === phase && doneBytes >= before.sentBytes;
  return {
    step: phase,
    sentBytes: doneBytes,
    totalBytes,
    retries: 0,
    startedMs: isSame ? before.startedMs : nowMs,
    startedBytes: isSame ? before.startedBytes : doneBytes,
    nowMs,
  };
}
