// The sending half of a session: a window of messages on their way, each resent until it is acknowledged. The wire keeps
// the order of what it carries, so a message is lost as soon as one that was sent after it has arrived; only the last of a
// burst need the timer. Times as RFC 6298, without samples from resent messages (Karn).
import { ProvisionerError } from '../errors/error.ts';
import { parseAck } from './ack.ts';
import type { Edge } from './edge.ts';
import type { Frame } from './frame.ts';
import { frameTypes, minFrameBytes } from './frame.ts';

export type Message = { readonly type: number; readonly body: Uint8Array };
/** Calls and answers go before file data that waits. */
export type Urgency = 'urgent' | 'bulk';

export type SenderTerms = {
  /** Messages on their way at most. */
  readonly window: number;
  /** The largest frame that a message may make, bytes. */
  readonly frameBytes: number;
  /** What the line carries, where that is known: no answer is expected before its bytes can have passed. */
  readonly bytesPerSecond: number | null;
};

type Waiting = Message & { readonly left: () => void; readonly failed: (error: ProvisionerError) => void };
type Flying = Message & { sentAtMs: number; order: number; resentCount: number };

const firstTimeoutMs = 1000;
const minTimeoutMs = 30;
const maxTimeoutMs = 2000;
/** Nothing heard for so long, with something on its way: the peer is gone. */
const silentMs = 15_000;
const maxResends = 100;
/** The line is ours alone: waiting longer makes room for nobody. */
const maxBackOff = 4;
/** And so many tries in a row: on a bad line several are lost one after the other. */
const silentTries = 12;

const nextOf = (sequence: number) => (sequence + 1) >>> 0;
/** How far `to` is ahead of `from` in numbers of 32 bits; negative when it is behind. */
export const ahead = (from: number, to: number): number => (to - from) | 0;

const tooLarge = (sizeBytes: number, mostBytes: number) =>
  new ProvisionerError(
    'agent.call-failed',
    `a message of ${sizeBytes} bytes, the frames of this link take ${mostBytes}`,
  );

export type Sender = ReturnType<typeof createSender>;

export function createSender(
  { window, frameBytes, bytesPerSecond }: SenderTerms,
  work: { edge: Edge; transmit: (frame: Frame) => void; onFailure: (error: ProvisionerError) => void },
) {
  const { edge, transmit, onFailure } = work;
  const waiting: Record<Urgency, Waiting[]> = { urgent: [], bulk: [] };
  const flying = new Map<number, Flying>();
  let next = 0;
  let limit = 0;
  let order = 0;
  let smoothedMs: number | null = null;
  let variationMs = 0;
  let backOff = 1;
  let tries = 0;
  let heardAtMs = edge.nowMs();
  let flyingBytes = 0;
  let resentCount = 0;
  let sentCount = 0;
  let stopTimer: () => void = () => undefined;

  const isBlocked = () => flying.size === 0 && waiting.urgent.length + waiting.bulk.length > 0;
  const timeoutMs = () => {
    const measured =
      smoothedMs === null ? firstTimeoutMs : smoothedMs + Math.max(4 * variationMs, minTimeoutMs);
    const carrying = bytesPerSecond === null ? 0 : (2000 * flyingBytes) / bytesPerSecond;
    return Math.max(Math.min(measured * backOff, maxTimeoutMs), carrying);
  };
  const arm = () => {
    stopTimer();
    stopTimer = () => undefined;
    if (flying.size > 0 || isBlocked()) stopTimer = edge.setTimer(onTimeout, timeoutMs());
  };
  const put = (sequence: number, message: Message) => {
    transmit({ type: message.type, sequence, body: message.body });
    sentCount += 1;
  };
  const resend = (sequence: number, message: Flying) => {
    message.resentCount += 1;
    message.order = order++;
    message.sentAtMs = edge.nowMs();
    resentCount += 1;
    if (message.resentCount > maxResends)
      onFailure(
        new ProvisionerError('transfer.damaged', `a frame was sent ${maxResends} times and never arrived`),
      );
    else put(sequence, message);
  };
  const fill = () => {
    while (flying.size < window && ahead(next, limit) > 0) {
      const message = waiting.urgent.shift() ?? waiting.bulk.shift();
      if (message === undefined) break;
      const { type, body } = message;
      flying.set(next, { type, body, sentAtMs: edge.nowMs(), order: order++, resentCount: 0 });
      flyingBytes += body.length;
      put(next, message);
      next = nextOf(next);
      message.left();
    }
    arm();
  };
  function onTimeout(): void {
    const unheardMs = edge.nowMs() - heardAtMs;
    tries += 1;
    if (unheardMs > silentMs && tries > silentTries) {
      const seconds = Math.round(unheardMs / 1000);
      onFailure(new ProvisionerError('agent.silent', `nothing was heard for ${seconds} s`));
      return;
    }
    backOff = Math.min(backOff * 2, maxBackOff);
    const [oldest] = flying;
    if (oldest) resend(...oldest);
    else transmit({ type: frameTypes.ping, sequence: next, body: new Uint8Array(0) });
    arm();
  }
  const sample = (tookMs: number) => {
    variationMs =
      smoothedMs === null ? tookMs / 2 : 0.75 * variationMs + 0.25 * Math.abs(smoothedMs - tookMs);
    smoothedMs = smoothedMs === null ? tookMs : 0.875 * smoothedMs + 0.125 * tookMs;
  };
  /** Takes what arrived out of flight. @returns how many did, and the newest order that is known to have arrived */
  const land = (isHere: (sequence: number) => boolean) => {
    const before = flying.size;
    let newest = -1;
    for (const [sequence, message] of flying) {
      if (!isHere(sequence)) continue;
      flying.delete(sequence);
      flyingBytes -= message.body.length;
      backOff = 1;
      if (message.resentCount > 0) continue;
      newest = Math.max(newest, message.order);
      sample(edge.nowMs() - message.sentAtMs);
    }
    return { landed: before - flying.size, newest };
  };

  return {
    /** Resolves when the message is on its way. @throws agent.call-failed: no frame is so large; what ended the session */
    send: (message: Message, urgency: Urgency): Promise<void> =>
      new Promise((resolve, reject) => {
        const sizeBytes = minFrameBytes + message.body.length;
        if (sizeBytes > frameBytes) return reject(tooLarge(sizeBytes, frameBytes));
        waiting[urgency].push({ ...message, left: resolve, failed: reject });
        if (isBlocked()) heardAtMs = edge.nowMs();
        fill();
      }),
    /** A good frame came: the peer is there. */
    heard(): void {
      heardAtMs = edge.nowMs();
      tries = 0;
    },
    /** @returns whether it told anything new @throws agent.protocol when it acknowledges what was never sent */
    acknowledged(frame: Frame): boolean {
      const ack = parseAck(frame, next);
      const [oldest] = flying.keys();
      if (oldest !== undefined && ahead(oldest, ack.next) < 0) return false;
      const room = (ack.next + ack.credit) >>> 0;
      const isMore = ahead(limit, room) > 0;
      limit = room;
      const { landed, newest } = land(ack.isHere);
      for (const [sequence, message] of flying) if (message.order < newest) resend(sequence, message);
      fill();
      return isMore || landed > 0;
    },
    /** The peer's first word on how much it takes. */
    begin(credit: number): void {
      limit = credit;
      fill();
    },
    end(error: ProvisionerError): void {
      stopTimer();
      flying.clear();
      for (const message of [...waiting.urgent.splice(0), ...waiting.bulk.splice(0)]) message.failed(error);
    },
    quality: () => ({ roundTripMs: smoothedMs, sentCount, resentCount, flyingBytes }),
  };
}
