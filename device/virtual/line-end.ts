// One end of the cable: a pty, and what speed its user has set it to.
import { autoDetect } from '@serialport/bindings-cpp';
import { openPty, type Pty } from './pty.ts';

export type LineEnd = {
  readonly pty: Pty;
  /** Bits per second, as last seen. */
  baud(): number;
  /** Looks again when the last look is older than a moment; null: it is fresh. */
  refresh(): Promise<void> | null;
  close(): Promise<void>;
};

const freshMs = 20;

/** A new pty, raw and at this speed, as a UART is before anybody opens it. @throws Error when there are no more ptys */
export async function openLineEnd(baudRate: number): Promise<LineEnd> {
  const pty = openPty();
  // A second, unlocked descriptor: its opening makes the tty raw, so that it does not echo, and it tells the speed.
  const gauge = await autoDetect().open({ path: pty.slavePath, baudRate, lock: false, hupcl: false });
  let baud = baudRate;
  let seenAtMs = performance.now();
  let looking: Promise<void> | null = null;

  const look = async () => {
    try {
      baud = (await gauge.getBaudRate()).baudRate;
    } catch {
      // Closed while we looked; nobody needs the answer any more.
    }
    seenAtMs = performance.now();
    looking = null;
  };

  return {
    pty,
    baud: () => baud,
    refresh() {
      if (looking === null && performance.now() - seenAtMs < freshMs) return null;
      looking ??= look();
      return looking;
    },
    async close() {
      await looking;
      await gauge.close().catch(() => undefined);
      pty.close();
    },
  };
}
