// The cable of a box: the station's port at one end, the box's console tty at the other, either of which may be gone.
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import type { LineFaults } from './damage.ts';
import { type LineEnd, openLineEnd } from './line-end.ts';
import { layWire, type Wire } from './wire.ts';

export type CableOptions = {
  /** A link that stays while ports come and go, like those of /dev/serial/by-id. */
  readonly linkPath: string;
  readonly baud: number;
  /** null: not paced, any speed works. */
  readonly maxBaud: number | null;
  readonly random: () => number;
  /** Of the direction to the box. */
  readonly faults: Readonly<LineFaults>;
  readonly onHostBytes: (byteCount: number) => void;
};

export type Cable = {
  /** Makes the station's port; nothing when it is there. */
  plug(): Promise<void>;
  /** Takes it away: whoever has it open sees a hang-up. */
  unplug(): Promise<void>;
  /** Connects the tty of a box that has power. */
  attach(console: LineEnd): void;
  detach(): void;
  /** Puts text of the kernel between what the box says. */
  say(text: string): void;
};

const clean: LineFaults = { lossRate: 0, corruptRate: 0, stripBit7: false };
/** How long a port's buffer may stay full before the rest is lost. */
const loseAfterMs = 1000;

export function makeCable(options: CableOptions): Cable {
  const { linkPath, baud, maxBaud, random } = options;
  let station: LineEnd | null = null;
  let console: LineEnd | null = null;
  let wires: readonly [toBox: Wire, toStation: Wire] | null = null;

  const disconnect = () => {
    for (const wire of wires ?? []) wire.close();
    wires = null;
  };
  const connect = () => {
    disconnect();
    if (!station || !console) return;
    const shared = { maxBaud, random };
    wires = [
      layWire({
        ...shared,
        from: station,
        to: console,
        faults: options.faults,
        loseAfterMs: null,
        onPassed: options.onHostBytes,
      }),
      layWire({ ...shared, from: console, to: station, faults: clean, loseAfterMs }),
    ];
  };

  return {
    async plug() {
      if (station) return;
      station = await openLineEnd(baud);
      rmSync(`${linkPath}.new`, { force: true });
      symlinkSync(station.pty.slavePath, `${linkPath}.new`);
      renameSync(`${linkPath}.new`, linkPath);
      connect();
    },
    async unplug() {
      const end = station;
      station = null;
      rmSync(linkPath, { force: true });
      disconnect();
      await end?.close();
    },
    attach(end) {
      console = end;
      connect();
    },
    detach() {
      console = null;
      disconnect();
    },
    say: (text) => wires?.[1].inject(Buffer.from(text)),
  };
}
