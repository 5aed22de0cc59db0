// Which way a station talks to a device, and how well that goes.

/** `auto`: the agent where one says hello, the console otherwise. */
export const linkChoices = ['auto', 'agent', 'console'] as const;
export type LinkChoice = (typeof linkChoices)[number];

/** How well a link does since it was opened. */
export type Quality = {
  /** Smoothed, milliseconds; null before anything was acknowledged. */
  readonly roundTripMs: number | null;
  readonly sentCount: number;
  readonly resentCount: number;
  /** Frames that came damaged from the device. */
  readonly damagedCount: number;
};

/** A link that is open on a port, or the last one that was. */
export type LinkState = {
  readonly kind: 'console' | 'agent';
  readonly isOpen: boolean;
  /** What the agent calls itself; null: a console. A claim. */
  readonly agent: string | null;
  /** Baud; null where the cable has no speed (USB bulk). */
  readonly baudRate: number | null;
  /** Null: this kind of link does not measure itself. */
  readonly quality: Quality | null;
  /** The file that is being sent, or was sent last; null: none since the port is there. */
  readonly transfer: TransferState | null;
};

export type TransferState = {
  /** Mean since it began or went on; null until there is something to divide. */
  readonly bytesPerSecond: number | null;
  /** Pieces that had to be sent again. */
  readonly retries: number;
};
