// A session between station and agent, the same on both sides: messages that arrive once and in order over a carrier that
// may lose and damage frames, with its quality measured. Pure but for time and the two functions it is given.
import { ProvisionerError } from '../errors/error.ts';
import { closeSchema, encodeBody, parseBody } from './bodies.ts';
import type { Edge } from './edge.ts';
import { type Frame, frameTypes, isMessage } from './frame.ts';
import { createReceiver } from './receiver.ts';
import { createSender, type Message, type SenderTerms, type Urgency } from './sender.ts';

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
  const fail = (error: ProvisionerError) => {
    if (over !== null) return;
    end(error);
    if (error.code === 'agent.protocol')
      transmit({ type: frameTypes.close, sequence: 0, body: encodeBody(['protocol']) });
    onEnd(error);
  };
  const sender = createSender(terms, { edge, transmit, onFailure: fail });
  const receiver = createReceiver({ window: terms.window, deliver, transmit, onFailure: fail });
  sender.begin(terms.window);

  const takeFrame = (frame: Frame): void => {
    if (isMessage(frame.type)) receiver.take(frame);
    else if (frame.type === frameTypes.ack) sender.acknowledged(frame);
    else if (frame.type === frameTypes.ping) receiver.owe();
    else if (frame.type === frameTypes.close) {
      const why = parseBody(closeSchema, frame.body)?.[0] ?? 'no reason';
      fail(new ProvisionerError('agent.restarted', `the other side left: ${why}`));
    }
    // Another type of a later version: not for us.
  };
  return {
    send: (message, urgency) => (over === null ? sender.send(message, urgency) : Promise.reject(over)),
    receive(frames) {
      if (frames.length > 0) sender.heard();
      try {
        for (const frame of frames) if (over === null) takeFrame(frame);
        receiver.flush();
      } catch (error) {
        if (!(error instanceof ProvisionerError)) throw error;
        fail(error);
      }
    },
    quality: sender.quality,
    end,
  };
}
