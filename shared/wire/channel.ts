// A session between station and agent, the same on both sides: messages that arrive once and in order over a carrier that
// may lose and damage frames, with its quality measured. Pure but for time and the two functions it is given.
import { ProvisionerError } from '../errors/error.ts';
import { closeSchema, encodeBody, parseBody } from './bodies.ts';
import type { Edge } from './edge.ts';
import { type Frame, frameTypes, isMessage, minFrameBytes } from './frame.ts';
import { createReceiver } from './receiver.ts';
import { createSender, type Message, type SenderTerms, type Urgency } from './sender.ts';

/** So many frames in a row that move nothing are a flood: pings, repetitions, types of no version that we know. */
export const maxIdleFrames = 4096;
const knownTypes: ReadonlySet<number> = new Set(Object.values(frameTypes));

export type ChannelWork = {
  readonly terms: SenderTerms;
  readonly edge: Edge;
  readonly transmit: (frame: Frame) => void;
  /** One message at a time; the next waits until this one is consumed. */
  readonly deliver: (message: Message) => void | Promise<void>;
  /** Once, when the session ends for any reason but `end`. */
  readonly onEnd: (error: ProvisionerError) => void;
};

/** What a screen shows of a link. */
export type LinkQuality = {
  readonly roundTripMs: number | null;
  readonly sentCount: number;
  readonly resentCount: number;
  readonly flyingBytes: number;
};

export type Channel = {
  /** Resolves when the message is on its way. @throws what ended the session */
  send(message: Message, urgency: Urgency): Promise<void>;
  receive(frames: readonly Frame[]): void;
  quality(): LinkQuality;
  /** The session is over for a reason that did not come in frames: the peer is told when it broke the protocol, `onEnd` hears it. */
  fail(error: ProvisionerError): void;
  /** As `end`, and the peer is told: nobody comes back to this session. */
  close(error: ProvisionerError): void;
  end(error: ProvisionerError): void;
};

export function openChannel({ terms, edge, transmit, deliver, onEnd }: ChannelWork): Channel {
  let over: ProvisionerError | null = null;
  const end = (error: ProvisionerError) => {
    if (over !== null) return;
    over = error;
    sender.end(error);
    receiver.end();
  };
  const leave = (error: ProvisionerError) => {
    if (over !== null) return;
    end(error);
    onEnd(error);
  };
  const sayClose = (why: string) => {
    if (over === null) transmit({ type: frameTypes.close, sequence: 0, body: encodeBody([why]) });
  };
  const fail = (error: ProvisionerError) => {
    if (error.code === 'agent.protocol') sayClose('protocol');
    leave(error);
  };
  const sender = createSender(terms, { edge, transmit, onFailure: fail });
  const receiver = createReceiver({ window: terms.window, deliver, transmit, onFailure: fail });
  sender.begin(terms.window);

  let idleFrames = 0;
  const takeMessage = (frame: Frame): boolean => {
    if (minFrameBytes + frame.body.length > terms.frameBytes)
      throw new ProvisionerError(
        'agent.protocol',
        `a frame with ${frame.body.length} bytes, more than agreed`,
      );
    return receiver.take(frame) && knownTypes.has(frame.type);
  };
  const takeClose = (frame: Frame): void => {
    const why = parseBody(closeSchema, frame.body)?.[0] ?? 'no reason';
    const code = why === 'protocol' ? 'agent.protocol' : 'agent.restarted';
    leave(new ProvisionerError(code, `the other side left: ${why.replace(/[^\x20-\x7e]/g, '?')}`));
  };
  /** Another type of a later version is not for us. @returns whether the frame moved anything */
  const takeFrame = (frame: Frame): boolean => {
    if (isMessage(frame.type)) return takeMessage(frame);
    if (frame.type === frameTypes.ack) return sender.acknowledged(frame);
    if (frame.type === frameTypes.ping) receiver.owe();
    else if (frame.type === frameTypes.close) takeClose(frame);
    return false;
  };
  const take = (frame: Frame): void => {
    idleFrames = takeFrame(frame) ? 0 : idleFrames + 1;
    if (idleFrames > maxIdleFrames)
      throw new ProvisionerError('agent.protocol', `${idleFrames} frames in a row that say nothing`);
  };
  return {
    send: (message, urgency) => (over === null ? sender.send(message, urgency) : Promise.reject(over)),
    receive(frames) {
      if (frames.length > 0) sender.heard();
      try {
        for (const frame of frames) if (over === null) take(frame);
        receiver.flush();
      } catch (error) {
        if (!(error instanceof ProvisionerError)) throw error;
        fail(error);
      }
    },
    quality: sender.quality,
    fail,
    close(error) {
      sayClose('left');
      end(error);
    },
    end,
  };
}
