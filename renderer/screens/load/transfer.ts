// What is left of a transfer. Pure.
import type { JobProgress } from '../../store.ts';

export type TransferView = {
  readonly share: number;
  readonly bytesPerSecond: number;
  readonly leftMs: number | null;
};

/** Time left changes ten times a second: whole seconds, five at a time from a minute on, so that it can be read. */
export function formatLeft(leftMs: number): string {
  const seconds = Math.max(1, Math.ceil(leftMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const steady = Math.ceil(seconds / 5) * 5;
  return `${Math.floor(steady / 60)} min ${String(steady % 60).padStart(2, '0')} s`;
}

/** Rate since the transfer (or its resumption) began; time left once a second has been measured. */
export function viewTransfer(transfer: NonNullable<JobProgress['transfer']>): TransferView {
  const seconds = (transfer.nowMs - transfer.startedMs) / 1000;
  const bytesPerSecond = seconds > 0 ? (transfer.sentBytes - transfer.startedBytes) / seconds : 0;
  const leftBytes = transfer.totalBytes - transfer.sentBytes;
  return {
    share: transfer.totalBytes === 0 ? 1 : transfer.sentBytes / transfer.totalBytes,
    bytesPerSecond,
    leftMs: seconds >= 1 && bytesPerSecond > 0 ? (leftBytes / bytesPerSecond) * 1000 : null,
  };
}
