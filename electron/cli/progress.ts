// Progress on a terminal: one line that is written over; under --json one line per event; nothing into a pipe.
import type { Output } from './output.ts';
import { renderBytes } from './output.ts';

export type ProgressLine = {
  show(label: string, doneBytes: number, totalBytes: number): void;
  end(): void;
};

const barCells = 24;
const minGapMs = 100;

function renderTimeLeft(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  return seconds < 90 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}

/** Rate and time left are of the present label, from its first report on. */
export function progressLine(out: Output): ProgressLine {
  let begun = { label: '', ms: 0, bytes: 0 };
  let lastMs = 0;
  let isShown = false;
  const end = () => {
    if (isShown) process.stderr.write('\r\u001b[K');
    isShown = false;
  };
  return {
    end,
    show(label, doneBytes, totalBytes) {
      const nowMs = performance.now();
      if (label !== begun.label) begun = { label, ms: nowMs, bytes: doneBytes };
      if (nowMs - lastMs < minGapMs && doneBytes < totalBytes) return;
      lastMs = nowMs;
      out.event({ event: 'progress', step: label, sentBytes: doneBytes, totalBytes });
      if (out.json || !process.stderr.isTTY) return;
      const rate = ((doneBytes - begun.bytes) * 1000) / Math.max(1, nowMs - begun.ms);
      const filled = totalBytes === 0 ? barCells : Math.round((doneBytes / totalBytes) * barCells);
      const bar = '#'.repeat(filled).padEnd(barCells, '.');
      process.stderr.write(
        `\r\u001b[K  [${bar}] ${label} ${renderBytes(doneBytes)} of ${renderBytes(totalBytes)}  ${renderBytes(rate)}/s  ${renderTimeLeft((totalBytes - doneBytes) / rate)}`,
      );
      isShown = true;
    },
  };
}
