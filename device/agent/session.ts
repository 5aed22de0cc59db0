// The agent's end of a link: it says hello when it is asked, opens a session when a station wants one, and forgets the
// session before. At most one at a time; a new one takes the place of the old.

import { equalBytes } from '../../shared/bytes.ts';
import type { CborValue } from '../../shared/cbor.ts';
import { ProvisionerError } from '../../shared/errors/error.ts';
import {
  encodeBody,
  type Hello,
  maxQueuedBytes,
  maxWindow,
  openSchema,
  parseBody,
  protocolVersion,
} from '../../shared/wire/bodies.ts';
import { type Channel, openChannel } from '../../shared/wire/channel.ts';
import { realEdge } from '../../shared/wire/edge.ts';
import { type Frame, frameTypes, isMessage } from '../../shared/wire/frame.ts';
import type { Framing } from '../../shared/wire/framing.ts';
import { openGate } from './gate.ts';
import { maxCalls, openServer, type Surroundings } from './serve.ts';

export type Carrier = {
  readonly framing: Framing;
  /** What the line carries, where that is known. */
  readonly bytesPerSecond: number | null;
  write(bytes: Uint8Array): void;
  /** What was written and has not left yet. */
  queuedBytes(): number;
};

export type AgentTerms = { readonly release: string; readonly frame: number; readonly window: number };

type Session = { readonly id: Uint8Array; readonly channel: Channel; readonly accept: Frame };

/** Garbage on a line without a session is a terminal's or a boot loader's business; in a session it ends it. */
const maxGarbageBytes = 1024 * 1024;

/** A part that cannot be closed is looked at anew when it is gone on with. */
const inVain = () => undefined;

export function serveLink(carrier: Carrier, surroundings: Surroundings, terms: AgentTerms) {
  const deframer = carrier.framing.openDeframer();
  /** A station that reads nothing costs no memory: what it does not take in time is sent again, or not at all. */
  const transmit = (frame: Frame) => {
    if (carrier.queuedBytes() < maxQueuedBytes) carrier.write(carrier.framing.encode(frame));
  };
  const about: Hello = {
    agent: 'trustbox-agent',
    release: terms.release,
    versions: [protocolVersion],
    frame: terms.frame,
    window: terms.window,
  };
  const gate = openGate(maxCalls);
  let session: Session | null = null;

  const sayHello = () => {
    const hello = { ...about, session: session?.id ?? null };
    transmit({ type: frameTypes.hello, sequence: 0, body: encodeBody(hello) });
  };
  const endSession = (why: string) => {
    session?.channel.end(new ProvisionerError('agent.restarted', why));
    session = null;
    surroundings.staging.close().catch(inVain);
  };
  function open(frame: Frame): void {
    const wanted = parseBody(openSchema, frame.body);
    if (wanted === null || wanted.version !== protocolVersion) {
      sayHello();
      return;
    }
    if (session !== null && equalBytes(session.id, wanted.session)) {
      transmit(session.accept);
      return;
    }
    endSession('a new session');
    const window = Math.min(wanted.window, terms.window, maxWindow);
    const frameBytes = Math.min(wanted.frame, terms.frame);
    const channel: Channel = openChannel({
      terms: { window, frameBytes, bytesPerSecond: carrier.bytesPerSecond },
      edge: realEdge,
      transmit,
      deliver: (message) => server.deliver(message),
      onEnd: ({ message }) => endSession(message),
    });
    const send = (type: number, body: CborValue) => channel.send({ type, body: encodeBody(body) }, 'urgent');
    const isOver = () => session?.channel !== channel;
    const server = openServer(surroundings, { send, gate, isOver });
    const accept = {
      type: frameTypes.accept,
      sequence: 0,
      body: encodeBody({ session: wanted.session, calls: [...server.calls] }),
    };
    session = { id: wanted.session, channel, accept };
    transmit(accept);
  }
  /** What steers the link is done at once; what is left of these frames belongs to the session. */
  function steer(frames: readonly Frame[]): readonly Frame[] {
    let rest: Frame[] = [];
    // Once for all of them, however many came.
    if (frames.some(({ type }) => type === frameTypes.knock)) sayHello();
    for (const frame of frames) {
      if (frame.type === frameTypes.knock) continue;
      if (frame.type !== frameTypes.open) rest.push(frame);
      else {
        open(frame);
        rest = [];
      }
    }
    return rest;
  }
  function take(frames: readonly Frame[]): void {
    const rest = steer(frames);
    if (session !== null) session.channel.receive(rest);
    else if (rest.some(({ type }) => isMessage(type) || type === frameTypes.ping)) sayHello();
  }
  return {
    receive(bytes: Uint8Array): void {
      take(deframer.push(bytes, realEdge.nowMs()));
      if (deframer.isKnocked) sayHello();
      if (deframer.garbageBytes > maxGarbageBytes)
        session?.channel.fail(new ProvisionerError('agent.protocol', 'only garbage comes in'));
    },
    end: () => endSession('the link is gone'),
  };
}
