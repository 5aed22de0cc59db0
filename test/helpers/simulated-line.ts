// Two ends of a session on a line in simulated time: bytes take their time, keep their order, and are lost or changed by a
// seeded chance. Nothing here waits for real.

import { seededRandom } from '../../device/virtual/damage.ts';
import type { ProvisionerError } from '../../shared/errors/error.ts';
import { type Channel, openChannel } from '../../shared/wire/channel.ts';
import type { Edge } from '../../shared/wire/edge.ts';
import { type Frame, maxFrameBytes } from '../../shared/wire/frame.ts';
import type { Framing } from '../../shared/wire/framing.ts';
import type { Message } from '../../shared/wire/sender.ts';

type Event = { readonly atMs: number; readonly order: number; readonly run: () => void };

/** Time that passes only when `run` is called. */
export function simulateTime() {
  const events: Event[] = [];
  let nowMs = 0;
  let order = 0;
  const at = (atMs: number, run: () => void) => {
    const event = { atMs, order: order++, run };
    events.push(event);
    return () => {
      const index = events.indexOf(event);
      if (index >= 0) events.splice(index, 1);
    };
  };
  const edge: Edge = { nowMs: () => nowMs, setTimer: (run, afterMs) => at(nowMs + afterMs, run) };
  const next = () =>
    events.reduce<Event | null>(
      (first, event) =>
        first === null || event.atMs < first.atMs || (event.atMs === first.atMs && event.order < first.order)
          ? event
          : first,
      null,
    );
  /** Until nothing is left to happen, or `isDone`, or so much time has passed. */
  async function run(isDone: () => boolean, mostMs: number): Promise<void> {
    for (let event = next(); event !== null && !isDone() && event.atMs <= mostMs; event = next()) {
      events.splice(events.indexOf(event), 1);
      nowMs = event.atMs;
      event.run();
      // Promises of the channels settle before anything else happens.
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    }
  }
  return { edge, at, run, nowMs: () => nowMs, waitingCount: () => events.length };
}

export type LineOptions = {
  readonly framing: Framing;
  readonly bytesPerSecond: number;
  /** Chance of each byte to be lost, and to be changed. */
  readonly lossRate: number;
  readonly corruptRate: number;
  readonly seed: number;
  readonly window: number;
};

export type End = {
  readonly channel: Channel;
  readonly received: Message[];
  readonly errors: ProvisionerError[];
  /** What `deliver` waits for; tests hold it back. */
  hold: Promise<void> | undefined;
  transmitted: number;
};

/** Two channels that hear each other, and the time between them. */
export function simulateLine(options: LineOptions) {
  const time = simulateTime();
  const random = seededRandom(options.seed);
  const ends: End[] = [];

  function carry(to: () => End) {
    const deframer = options.framing.openDeframer();
    let freeAtMs = 0;
    return (frame: Frame) => {
      const bytes = options.framing.encode(frame);
      freeAtMs = Math.max(freeAtMs, time.nowMs()) + (1000 * bytes.length) / options.bytesPerSecond;
      const arriving = [...bytes].flatMap((byte) => {
        if (random() < options.lossRate) return [];
        return [random() < options.corruptRate ? Math.floor(random() * 256) : byte];
      });
      time.at(freeAtMs, () => to().channel.receive(deframer.push(Uint8Array.from(arriving), time.nowMs())));
    };
  }
  function makeEnd(other: () => End): End {
    const transmit = carry(other);
    const end: { -readonly [K in keyof End]?: End[K] } = {
      received: [],
      errors: [],
      hold: undefined,
      transmitted: 0,
    };
    const whole = end as End;
    end.channel = openChannel({
      terms: { window: options.window, frameBytes: maxFrameBytes, bytesPerSecond: options.bytesPerSecond },
      edge: time.edge,
      transmit: (frame) => {
        whole.transmitted += 1;
        transmit(frame);
      },
      deliver: (message) => {
        whole.received.push(message);
        return whole.hold;
      },
      onEnd: (error) => whole.errors.push(error),
    });
    return whole;
  }
  ends.push(
    makeEnd(() => ends[1] as End),
    makeEnd(() => ends[0] as End),
  );
  const [station, agent] = ends as [End, End];
  return { ...time, station, agent };
}
