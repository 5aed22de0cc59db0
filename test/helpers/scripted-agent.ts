// An agent played by the test at the far end of a real pty: old ones, later ones, hostile ones.
import { openLineEnd } from '../../device/virtual/line-end.ts';
import type { CborValue } from '../../shared/cbor.ts';
import { encodeAck } from '../../shared/wire/ack.ts';
import { type Frame, frameTypes, isMessage } from '../../shared/wire/frame.ts';
import { serialFraming } from '../../shared/wire/serial-framing.ts';
import { bodyOf, frameOf } from './raw-link.ts';

export const goodHello = {
  agent: 'trustbox-agent',
  release: '0.1.0',
  versions: [1],
  frame: 4096,
  window: 8,
  session: null,
};

export type ScriptedAgent = {
  readonly port: string;
  /** Every frame of the station. */
  readonly frames: readonly Frame[];
  send(frame: Frame): void;
  /** Bytes as they are; resolves when the station had room for them. */
  write(bytes: Uint8Array): Promise<void>;
  /** The next message of this agent. */
  message(type: number, body: CborValue): void;
  close(): Promise<void>;
};

export type Script = {
  /** Null: it says nothing. */
  readonly hello?: CborValue;
  readonly accept?: (session: Uint8Array) => CborValue;
  /** Once for each message that comes, in order; calls are not answered otherwise. */
  readonly onMessage?: (frame: Frame, agent: ScriptedAgent) => void;
  /** The acknowledgement, when it is not the good one. */
  readonly acknowledge?: (next: number) => Frame;
};

/** What calls of the station look like. */
export const callOf = (
  frame: Frame,
): { id: number; name: string; request: Record<string, unknown> } | null => {
  if (frame.type !== frameTypes.call) return null;
  const [id, name, request] = bodyOf(frame) as [number, string, Record<string, unknown>];
  return { id, name, request };
};

export async function startScriptedAgent(script: Script): Promise<ScriptedAgent> {
  const end = await openLineEnd(4_000_000);
  const { reader, writer, slavePath } = end.pty;
  const deframer = serialFraming.openDeframer();
  const frames: Frame[] = [];
  let expected = 0;
  let sent = 0;
  const write = (bytes: Uint8Array) =>
    new Promise<void>((resolve) => void writer.write(bytes, () => resolve()));
  const send = (frame: Frame) => void write(serialFraming.encode(frame));
  const agent: ScriptedAgent = {
    port: slavePath,
    frames,
    send,
    write,
    message: (type, body) => send(frameOf(type, sent++, body)),
    close: () => end.close(),
  };
  const sayHello = () => {
    if (script.hello !== null) send(frameOf(frameTypes.hello, 0, script.hello ?? goodHello));
  };
  const acknowledge = script.acknowledge ?? ((next: number) => encodeAck(next, 8, []));
  function take(frame: Frame): void {
    frames.push(frame);
    if (frame.type === frameTypes.open) {
      const { session } = bodyOf(frame) as { session: Uint8Array };
      expected = 0;
      sent = 0;
      if (script.accept === undefined) send(frameOf(frameTypes.accept, 0, { session, calls: ['identity'] }));
      else send(frameOf(frameTypes.accept, 0, script.accept(session)));
    }
    if (frame.type === frameTypes.ping) send(acknowledge(expected));
    if (!isMessage(frame.type)) return;
    const isNew = frame.sequence === expected;
    if (isNew) expected += 1;
    send(acknowledge(expected));
    if (isNew) script.onMessage?.(frame, agent);
  }
  reader.on('data', (bytes: Buffer) => {
    const found = deframer.push(bytes, 0);
    if (deframer.isKnocked) sayHello();
    found.forEach(take);
  });
  return agent;
}
