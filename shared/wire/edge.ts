// Time, as a session needs it; tests give their own.
export type Edge = {
  /** Monotonic. */
  readonly nowMs: () => number;
  /** @returns what cancels it */
  readonly setTimer: (run: () => void, afterMs: number) => () => void;
};

export const realEdge: Edge = {
  nowMs: () => performance.now(),
  setTimer(run, afterMs) {
    const timer = setTimeout(run, afterMs);
    return () => clearTimeout(timer);
  },
};
