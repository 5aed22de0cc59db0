// The station's end of an agent link: asks whether an agent is there, agrees on terms, and holds the session.
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { equalBytes } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import {
  acceptSchema,
  encodeBody,
  type Hello,
  helloSchema,
  maxQueuedBytes,
  maxWindow,
  parseBody,
  protocolVersion,
} from '../../../shared/wire/bodies.ts';
import { bulkFraming } from '../../../shared/wire/bulk-framing.ts';
import { type Channel, openChannel } from '../../../shared/wire/channel.ts';
import { realEdge } from '../../../shared/wire/edge.ts';
import { type Frame, frameTypes } from '../../../shared/wire/frame.ts';
import type { Message } from '../../../shared/wire/sender.ts';
import { serialFraming } from '../../../shared/wire/serial-framing.ts';
import { isBooting, recognisePrompt } from '../console/screen.ts';
import type { Port } from '../port.ts';

export type AgentSession = {
  readonly hello: Hello;
  /** Calls that the agent knows. */
  readonly calls: ReadonlySet<string>;
  readonly channel: Channel;
  /** The largest frame that both sides take. */
  readonly frameBytes: number;
  /** Frames that came damaged. */
  damagedCount(): number;
};

/** How long to ask whether an agent is there. */
export type Patience = {
  readonly askMs: number;
  /**
   * False: a console may be there instead, and the first text says that it is. True: an agent is known to be there, perhaps on
   * a box that starts and prints; only a prompt says otherwise.
   */
  readonly isExpected: boolean;
};

export type SessionWork = {
  readonly deliver: (message: Message) => void;
  /** Once, when the session ends for any reason but our own. */
  readonly onEnd: (error: ProvisionerError) => void;
  readonly signal?: AbortSignal | undefined;
  readonly patience: Patience;
};

/** A session, or what came from the line while nobody said hello. */
export type Asked =
  | { readonly session: AgentSession }
  | { readonly session: null; readonly heard: Uint8Array };

const bitsPerByte = 10;
/** Agents speak when they are spoken to: text that comes by itself is a console's, and a key would stop a boot loader. */
const listenMs = 150;
const knockMs = 200;
/** Where an agent is known to be and the line prints: behind so much silence the box has started, or a boot loader counts no more. */
const textQuietMs = 2000;
const bootQuietMs = 5000;
const openMs = 1000;
const maxOpens = 8;
const stationFrameBytes = 64 * 1024;
const stationWindow = 8;
const maxHeardBytes = 64 * 1024;
/** More than this without one good frame is no agent. */
const maxGarbageBytes = 1024 * 1024;

/** What a console says by itself: no control characters but those of terminals. Pieces of frames are seldom like that. */
const isText = (bytes: Uint8Array) =>
  bytes.every((byte) => byte >= 0x20 || (byte >= 0x07 && byte <= 0x0d) || byte === 0x1b);

/** A hello of an agent that has another session open, or none. */
function isForeign(frame: Frame, id: Uint8Array | undefined): boolean {
  if (frame.type !== frameTypes.hello) return false;
  const theirs = parseBody(helloSchema, frame.body)?.session;
  return !(theirs && id && equalBytes(theirs, id));
}

/** @throws agent.protocol: the frame is whole and its body is not what its type says */
function needBody<T>(schema: z.ZodType<T>, frame: Frame): T {
  const body = parseBody(schema, frame.body);
  if (body !== null) return body;
  throw new ProvisionerError('agent.protocol', `a frame of type ${frame.type} whose body is none`);
}

type Waiter = { readonly type: number; take(frame: Frame): void };

/** The frames of a port: to whoever waits for one before there is a session, to the session afterwards. */
function openIntake(port: Port, onLost: (error: ProvisionerError) => void) {
  const isUsb = port.baudRate === 0;
  const framing = isUsb ? bulkFraming : serialFraming;
  const deframer = framing.openDeframer();
  let queuedBytes = 0;
  /** A device that reads nothing costs no memory: what it does not take in time is sent again, or not at all. */
  const transmit = (frame: Frame) => {
    if (queuedBytes >= maxQueuedBytes) return;
    const bytes = framing.encode(frame);
    queuedBytes += bytes.length;
    const left = () => {
      queuedBytes -= bytes.length;
    };
    port.write(bytes).then(left, onLost);
  };
  let waiter: Waiter | null = null;
  let session: { readonly id: Uint8Array; readonly channel: Channel } | null = null;
  let lost: ProvisionerError | null = null;
  let wake: (() => void) | null = null;
  let heard = Buffer.alloc(0);
  let textAtMs = Number.NEGATIVE_INFINITY;
  let frameCount = 0;
  const keepHeard = (bytes: Uint8Array) => {
    heard = Buffer.concat([heard, bytes]).subarray(-maxHeardBytes);
    if (!isUsb && isText(bytes)) textAtMs = realEdge.nowMs();
  };

  const isOverrun = () => deframer.garbageBytes > maxGarbageBytes;
  port.listen(
    (bytes) => {
      const frames = deframer.push(bytes, realEdge.nowMs());
      if (session === null) {
        keepHeard(bytes);
        frameCount += frames.length;
        for (const frame of frames) if (frame.type === waiter?.type) waiter.take(frame);
        return;
      }
      // An agent that does not know our session any more has started anew.
      if (frames.some((frame) => isForeign(frame, session?.id)))
        onLost(new ProvisionerError('agent.restarted', 'the agent does not know this session any more'));
      session.channel.receive(frames);
      if (isOverrun()) onLost(new ProvisionerError('agent.protocol', 'only garbage comes in'));
    },
    (error) => {
      lost = error;
      wake?.();
      onLost(error);
    },
  );
  /** The next frame of a type, or null when none comes in time. @throws port.lost */
  async function next(type: number, waitMs: number): Promise<Frame | null> {
    const frame = await new Promise<Frame | null>((resolve) => {
      const done = (found: Frame | null) => {
        clearTimeout(timer);
        waiter = null;
        wake = null;
        resolve(found);
      };
      const timer = setTimeout(() => done(null), waitMs);
      wake = () => done(null);
      waiter = { type, take: done };
      if (lost !== null) done(null);
    });
    if (lost !== null) throw lost;
    return frame;
  }
  return {
    framing,
    isUsb,
    transmit,
    next,
    attach: (id: Uint8Array, channel: Channel) => {
      session = { id, channel };
    },
    damagedCount: () => deframer.damagedCount,
    heard: () => heard,
    /** What was printed, or nothing where a frame's delimiter was among it: consoles print no zero bytes. */
    text: () => (isUsb || heard.includes(0) ? '' : heard.toString('latin1')),
    /** Nothing came yet, or what frames are made of. */
    isQuietOrFrames: () => heard.length === 0 || frameCount > 0,
    /** Since text came; without end when none did. */
    quietMs: () => realEdge.nowMs() - textAtMs,
  };
}

type Intake = ReturnType<typeof openIntake>;

/** True when the next thing to do is to leave the line to a console. `knocks`: how often we asked. */
function isConsole(intake: Intake, knocks: number, { isExpected }: Patience): boolean {
  if (!isExpected) return intake.text() !== '';
  return knocks > 0 && intake.quietMs() > textQuietMs && recognisePrompt(intake.text()) !== null;
}

/** A key pressed at a boot loader stops the boot, also where the speed is wrong and all it says is garbage. */
function mayKnock(intake: Intake, knocks: number, { isExpected }: Patience): boolean {
  if (!isExpected) return knocks > 0 || intake.isQuietOrFrames();
  return intake.quietMs() > (isBooting(intake.text()) ? bootQuietMs : textQuietMs);
}

/**
 * The agent's hello, or null when nothing on the line is an agent. What is typed leaves a console as it was: docs/links.md
 * has what was tried. @throws agent.protocol port.lost
 */
async function knock(intake: Intake, port: Port, { signal, patience }: SessionWork): Promise<Hello | null> {
  const endMs = realEdge.nowMs() + patience.askMs;
  for (let waitMs = listenMs, knocks = 0; ; waitMs = knockMs) {
    const frame = await intake.next(frameTypes.hello, waitMs);
    signal?.throwIfAborted();
    if (frame) return needBody(helloSchema, frame);
    if (realEdge.nowMs() >= endMs || isConsole(intake, knocks, patience)) return null;
    if (!mayKnock(intake, knocks, patience)) continue;
    await port.write(intake.framing.knock);
    knocks += 1;
  }
}

/** @throws agent.version agent.silent agent.protocol port.lost */
async function agree(intake: Intake, hello: Hello, signal?: AbortSignal) {
  if (!hello.versions.includes(protocolVersion)) {
    const theirs = hello.versions.join(', ');
    throw new ProvisionerError(
      'agent.version',
      `the agent speaks ${theirs}, this station ${protocolVersion}`,
    );
  }
  const id = new Uint8Array(randomBytes(8));
  const window = Math.min(hello.window, stationWindow, maxWindow);
  const frameBytes = Math.min(hello.frame, stationFrameBytes);
  const body = encodeBody({ version: protocolVersion, session: id, frame: frameBytes, window });
  for (let count = 0; count < maxOpens; count += 1) {
    signal?.throwIfAborted();
    intake.transmit({ type: frameTypes.open, sequence: 0, body });
    const frame = await intake.next(frameTypes.accept, openMs);
    const accept = frame && needBody(acceptSchema, frame);
    if (accept && equalBytes(accept.session, id))
      return { id, window, frameBytes, calls: new Set(accept.calls) };
  }
  throw new ProvisionerError('agent.silent', 'an agent said hello and then no more');
}

/** A session with the agent at this port, where one answers. @throws agent.* port.lost */
export async function openSession(port: Port, work: SessionWork): Promise<Asked> {
  const intake = openIntake(port, (error) => {
    if (channel === null) work.onEnd(error);
    else channel.fail(error);
  });
  let channel: Channel | null = null;
  const hello = await knock(intake, port, work);
  if (hello === null) return { session: null, heard: intake.heard() };
  const { id, window, frameBytes, calls } = await agree(intake, hello, work.signal);
  const bytesPerSecond = intake.isUsb ? null : port.baudRate / bitsPerByte;
  const damagedBefore = intake.damagedCount();
  channel = openChannel({
    terms: { window, frameBytes, bytesPerSecond },
    edge: realEdge,
    transmit: intake.transmit,
    deliver: work.deliver,
    onEnd: work.onEnd,
  });
  intake.attach(id, channel);
  const damagedCount = () => intake.damagedCount() - damagedBefore;
  return { session: { hello, calls, channel, frameBytes, damagedCount } };
}
