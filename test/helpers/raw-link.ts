// The two ends of an agent link below operations: the station's own session and calls over a real port, and frames by hand.
import { createHash } from 'node:crypto';
import { type Caller, openCaller } from '../../electron/core/agent/caller.ts';
import { type AgentSession, openSession } from '../../electron/core/agent/session.ts';
import type { AgentTransfer } from '../../electron/core/agent/transfer.ts';
import { openPort, type Port } from '../../electron/core/port.ts';
import { type CborValue, parseCbor } from '../../shared/cbor.ts';
import type { ProvisionerError } from '../../shared/errors/error.ts';
import { encodeAck } from '../../shared/wire/ack.ts';
import { encodeBody } from '../../shared/wire/bodies.ts';
import { type Frame, frameTypes, isMessage, maxFrameBytes } from '../../shared/wire/frame.ts';
import { serialFraming } from '../../shared/wire/serial-framing.ts';

const baudRate = 4_000_000;
const bitsPerByte = 10;

export const digestOf = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
export const bodyOf = (frame: Frame): unknown => parseCbor(frame.body, maxFrameBytes)?.value;
export const frameOf = (type: number, sequence: number, body: CborValue): Frame => ({
  type,
  sequence,
  body: encodeBody(body),
});

export type RawLink = {
  readonly port: Port;
  readonly caller: Caller;
  readonly session: AgentSession;
  readonly transfer: AgentTransfer;
  /** What ended the session, when it ended. */
  readonly ends: readonly ProvisionerError[];
  close(): Promise<void>;
};

/** The station's session with whatever is at this port. @throws agent.* port.* */
export async function openRawLink(path: string, askMs = 20_000): Promise<RawLink> {
  const port = await openPort(path, baudRate);
  const caller = openCaller();
  const ends: ProvisionerError[] = [];
  const onEnd = (error: ProvisionerError) => {
    ends.push(error);
    caller.end(error);
  };
  try {
    const work = { deliver: caller.deliver, onEnd, patience: { askMs, isExpected: true } };
    const { session } = await openSession(port, work);
    if (session === null) throw new Error('no agent');
    const { channel } = session;
    caller.attach(channel);
    const transfer = {
      caller,
      channel,
      maxPieceBytes: session.frameBytes - 64,
      bytesPerSecond: baudRate / bitsPerByte,
    };
    return { port, caller, session, transfer, ends, close: () => port.close() };
  } catch (error) {
    await port.close();
    throw error;
  }
}

/** A station played by the test: every frame by hand. Acknowledges what comes, unless it is told not to. */
export async function openRawStation(path: string, isAcknowledging = true) {
  const port = await openPort(path, baudRate);
  const deframer = serialFraming.openDeframer();
  const frames: Frame[] = [];
  let next = 0;
  const send = (frame: Frame) => port.write(serialFraming.encode(frame));
  const take = (frame: Frame) => {
    frames.push(frame);
    if (!isMessage(frame.type)) return;
    if (frame.sequence === next) next += 1;
    if (isAcknowledging) void send(encodeAck(next, 8, [])).catch(() => undefined);
  };
  port.listen(
    (bytes) => deframer.push(bytes, 0).forEach(take),
    () => undefined,
  );
  /** The first frame from the `from`th on that is so. */
  async function wait(what: (frame: Frame) => boolean, from = 0): Promise<Frame> {
    for (const endMs = Date.now() + 20_000; Date.now() < endMs; ) {
      const found = frames.slice(from).find(what);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`it never came; ${JSON.stringify(frames.map(({ type }) => type).slice(-20))} did`);
  }
  /** Knocks until an agent says hello. */
  async function knock(): Promise<Frame> {
    const seen = frames.length;
    const isHello = ({ type }: Frame) => type === frameTypes.hello;
    for (let count = 0; count < 80 && !frames.slice(seen).some(isHello); count += 1) {
      await port.write(serialFraming.knock);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return wait(isHello, seen);
  }
  /** A session of its own, or with these changes to what it asks for. */
  async function open(change: Record<string, CborValue> = {}, session = new Uint8Array(8).fill(7)) {
    await knock();
    const seen = frames.length;
    next = 0;
    await send(frameOf(frameTypes.open, 0, { version: 1, session, frame: 65_536, window: 8, ...change }));
    const answer = await wait(({ type }) => type === frameTypes.accept || type === frameTypes.hello, seen);
    // What came before belongs to no session of ours.
    frames.splice(0, frames.indexOf(answer));
    return answer;
  }
  const answerTo = async (id: number) =>
    bodyOf(
      await wait((frame) => frame.type === frameTypes.answer && (bodyOf(frame) as unknown[])[0] === id),
    ) as [number, string, unknown];
  return { port, frames, send, wait, knock, open, answerTo, close: () => port.close() };
}
