// Bad input for the agent protocol, by a corpus and a seeded mutator: for the deframers, the decoder, and both ends of the
// calls. Every input gives a value or a closed code; what a target keeps is counted by the caller and by its own limits.

import type { z } from 'zod';
import { findTool } from '../../device/agent/box.ts';
import { type Carrier, serveLink } from '../../device/agent/session.ts';
import { openStaging } from '../../device/agent/staging.ts';
import { seededRandom } from '../../device/virtual/damage.ts';
import { openCaller } from '../../electron/core/agent/caller.ts';
import type { CborValue } from '../../shared/cbor.ts';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { encodeAck } from '../../shared/wire/ack.ts';
import * as bodies from '../../shared/wire/bodies.ts';
import { bulkFraming } from '../../shared/wire/bulk-framing.ts';
import { type Channel, openChannel } from '../../shared/wire/channel.ts';
import { realEdge } from '../../shared/wire/edge.ts';
import { encodeFrame, type Frame, frameTypes, isMessage, parseFrame } from '../../shared/wire/frame.ts';
import { serialFraming } from '../../shared/wire/serial-framing.ts';

const id = (byte: number) => new Uint8Array(16).fill(byte);
const empty = new Uint8Array(0);

/** Good bodies of every type, and calls of every kind that a box may be asked without harm. */
const good: readonly (readonly [type: number, body: CborValue])[] = [
  [1, null],
  [2, { agent: 'a', release: '1', versions: [1], frame: 4096, window: 8, session: id(1).subarray(8) }],
  [3, { version: 1, session: id(1).subarray(8), frame: 4096, window: 8 }],
  [4, { session: id(1).subarray(8), calls: ['identity', 'file-begin'] }],
  [5, [8, Uint8Array.of(0x0a)]],
  [5, [0, empty]],
  [6, null],
  [7, ['protocol']],
  [16, [1, 'file-begin', { id: id(2), name: 'a.cpk', sizeBytes: 100, restart: false }]],
  [16, [2, 'file-end', { handle: 1, sha256: new Uint8Array(32) }]],
  [16, [3, 'file-probe', { name: 'a.cpk' }]],
  [16, [4, 'receipt-put', { name: 'r.json', receipt: Uint8Array.of(1, 2) }]],
  [16, [5, 'receipt-list', {}]],
  [16, [6, 'evidence', { format: 'psa', nonce: id(3) }]],
  [16, [7, 'make-coffee', {}]],
  [17, [1, 'ok', { names: ['a', 'b'] }]],
  [17, [2, 'not-supported', 'no']],
  [18, [1, id(4)]],
  [19, [1, 'no-space', 'full']],
];
const bombs = [
  '9bffffffffffffffff',
  '5affffffff',
  '81'.repeat(40),
  '9f01ff',
  'a201010102',
  'd9d9f7d9d9f700',
  'fb7ff8000000000000',
  'f7',
  'c249ffffffffffffffffff',
  'a1695f5f70726f746f5f5f01',
].map((hex) => new Uint8Array(Buffer.from(hex, 'hex')));
const interesting = [0x00, 0x01, 0x05, 0x15, 0x18, 0x1b, 0x5f, 0x7f, 0x80, 0x9f, 0xbf, 0xc2, 0xf6, 0xff];

/** A seeded source of bodies, frames and pieces of a line. */
export function openMutator(seed: number) {
  const random = seededRandom(seed);
  const below = (most: number) => Math.floor(random() * most);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  /** A few bytes overwritten, put in, cut out or doubled. */
  function mutate(bytes: Uint8Array): Uint8Array {
    let now = bytes;
    for (let edits = 1 + below(3); edits > 0; edits -= 1) {
      const at = below(now.length + 1);
      const cut = pick([0, 0, 1, 1, 2, below(40)]);
      const put = pick([
        empty,
        Uint8Array.of(pick(interesting)),
        Uint8Array.of(below(256), below(256)),
        now.subarray(at, at + below(20)),
      ]);
      const next = new Uint8Array(at + put.length + Math.max(0, now.length - at - cut));
      next.set(now.subarray(0, at));
      next.set(put, at);
      next.set(now.subarray(at + cut), at + put.length);
      now = next;
    }
    return now;
  }
  const encoded = good.map(([type, body]) => ({
    type,
    body: body === null ? empty : bodies.encodeBody(body),
  }));
  /** `wildness`: the share of what is mutated, and the share of what a peer in this direction never sends. */
  function frame(sequence: number, { wildness, types }: Wild = { wildness: 0.6 }): Frame {
    const isWild = () => random() < wildness;
    const usual = encoded.filter(({ type }) => !types || types.includes(type));
    const { type, body } = pick(isWild() ? encoded : usual);
    const said = isWild() ? (random() < 0.85 ? mutate(body) : pick(bombs)) : body;
    return { type: isWild() && random() < 0.1 ? below(256) : type, sequence, body: said };
  }
  return { random, below, pick, mutate, frame };
}

type Wild = { readonly wildness: number; readonly types?: readonly number[] };
/** From a peer that is nearly good to one that is nothing of the kind. */
const wildnesses = [0.01, 0.05, 0.3, 0.9];
type Mutator = ReturnType<typeof openMutator>;

/** How often each outcome came: a code, or what became of an input. */
export type Tally = Record<string, number>;
const counter = () => {
  const tally: Tally = {};
  const count = (what: string) => {
    tally[what] = (tally[what] ?? 0) + 1;
  };
  return { tally, count };
};

/** Whole, damaged and cut frames in any pieces, on both carriers; every frame that comes out has a good checksum. */
export function fuzzDeframers(mutator: Mutator, inputs: number): Tally {
  const { tally, count } = counter();
  const carriers = [serialFraming, bulkFraming].map((framing) => ({
    framing,
    deframer: framing.openDeframer(),
  }));
  let nowMs = 0;
  for (let at = 0; at < inputs; at += 1) {
    const { framing, deframer } = mutator.pick(carriers);
    const line = framing.encode(mutator.frame(mutator.below(2 ** 32)));
    const bytes = mutator.random() < 0.5 ? line : mutator.mutate(line);
    nowMs += mutator.pick([0, 1, 400]);
    for (let from = 0; from < bytes.length; ) {
      const end = from + 1 + mutator.below(bytes.length);
      for (const frame of deframer.push(bytes.subarray(from, end), nowMs))
        count(parseFrame(encodeFrame(frame)) === null ? 'bad frame' : 'frame');
      from = end;
    }
  }
  return tally;
}

const schemas: readonly z.ZodType[] = [
  bodies.helloSchema,
  bodies.openSchema,
  bodies.acceptSchema,
  bodies.ackSchema,
  bodies.closeSchema,
  bodies.callSchema,
  bodies.answerSchema,
  bodies.dataSchema,
  bodies.noticeSchema,
];

/** Bodies of every kind against every schema: what is read, or null. */
export function fuzzDecoder(mutator: Mutator, inputs: number): Tally {
  const { tally, count } = counter();
  for (let at = 0; at < inputs; at += 1) {
    const { body } = mutator.frame(0);
    count(bodies.parseBody(mutator.pick(schemas), body) === null ? 'refused' : 'read');
  }
  return tally;
}

/** Inputs between two looks at what else waits to be done. */
const batch = 64;
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The number that a peer would use next, or any. */
const numberOf = (mutator: Mutator, next: number, wildness: number) =>
  mutator.random() > wildness / 4 ? next : mutator.pick([next + 1, next + 9, mutator.below(2 ** 32)]);

/** Frames of a hostile device at the station's sessions, each with calls that are open. */
export async function fuzzStation(mutator: Mutator, inputs: number): Promise<Tally> {
  const { tally, count } = counter();
  let end: () => void = () => undefined;
  let isLeft = false;
  let next = 0;
  function openOne(): Channel {
    const caller = openCaller();
    [next, isLeft] = [0, false];
    const channel = openChannel({
      terms: { window: 8, frameBytes: 4096, bytesPerSecond: null },
      edge: realEdge,
      transmit: () => count('sent'),
      deliver: caller.deliver,
      onEnd(error) {
        count(error.code);
        isLeft = true;
        caller.end(error);
      },
    });
    caller.attach(channel);
    for (let calls = 0; calls < 2; calls += 1)
      caller.call('receipt-list', {}).then(
        () => count('answered'),
        (error: unknown) =>
          count(error instanceof ProvisionerError ? error.code : `thrown: ${String(error)}`),
      );
    caller.onNotice(1, () => count('noticed'));
    let isOver = false;
    end = () => {
      if (isOver) return;
      isOver = true;
      channel.end(new ProvisionerError('port.lost', 'the next one'));
      caller.end(new ProvisionerError('port.lost', 'the next one'));
    };
    return channel;
  }
  let channel = openOne();
  let wildness = 0;
  for (let at = 0; at < inputs; at += 1) {
    if (isLeft || at % batch === 0) {
      await breathe();
      end();
      channel = openOne();
      wildness = mutator.pick(wildnesses);
    }
    const frame = mutator.frame(numberOf(mutator, next, wildness), { wildness, types: [5, 6, 17, 19] });
    if (isMessage(frame.type) && frame.sequence === next) next += 1;
    const isGoodAck = frame.type === frameTypes.ack && mutator.random() > wildness;
    channel.receive([isGoodAck ? encodeAck(mutator.below(3), 8, []) : frame]);
  }
  end();
  return tally;
}

/**
 * Bytes of a hostile station (when a session is opened anew depends on when the agent left, so a seed repeats them only nearly) at
 * an agent whose folder is `dir` and whose line is emptied now and then. The process may have
 * no tools on its PATH: an agent does what it is told. @returns also the most bytes that ever waited for the line
 */
export async function fuzzAgent(
  mutator: Mutator,
  inputs: number,
  dir: string,
): Promise<{ tally: Tally; waitingBytes: number }> {
  if (findTool('reboot') !== null || findTool('cpk-tool') !== null)
    throw new Error('there are tools on the PATH');
  const { tally, count } = counter();
  let waiting = 0;
  let most = 0;
  let next = 0;
  let answers = 0;
  let isLeft = false;
  const replies = serialFraming.openDeframer();
  const carrier: Carrier = {
    framing: serialFraming,
    bytesPerSecond: null,
    write(bytes) {
      waiting += bytes.length;
      most = Math.max(most, waiting);
      for (const { type, sequence } of replies.push(bytes, 0)) {
        count(`sent ${type}`);
        isLeft ||= type === frameTypes.close;
        if (isMessage(type)) answers = Math.max(answers, sequence + 1);
      }
    },
    queuedBytes: () => waiting,
  };
  const place = { root: dir, stagingDir: dir, receiptsDir: dir, wrapSuites: [] };
  const terms = { release: 'TEST', frame: 4096, window: 8 };
  const link = serveLink(carrier, { place, staging: openStaging(dir), cpmSocket: null }, terms);
  let wildness = 0;
  let breatheEach = 1;
  for (let at = 0; at < inputs; at += 1) {
    if (isLeft || at % batch === 0) {
      [next, answers, isLeft] = [0, 0, false];
      [wildness, breatheEach] = [mutator.pick(wildnesses), mutator.pick([1, 8, batch])];
      const session = new Uint8Array(8).map(() => mutator.below(256));
      const open = bodies.encodeBody({ version: 1, session, frame: 4096, window: 8 });
      link.receive(serialFraming.encode({ type: frameTypes.open, sequence: 0, body: open }));
    }
    const frame = mutator.frame(numberOf(mutator, next, wildness), { wildness, types: [5, 6, 16, 18] });
    if (isMessage(frame.type) && frame.sequence === next) next += 1;
    const isGoodAck = frame.type === frameTypes.ack && mutator.random() > wildness;
    const line = serialFraming.encode(isGoodAck ? encodeAck(answers, 8, []) : frame);
    link.receive(mutator.random() > wildness / 4 ? line : mutator.mutate(line));
    if (at % breatheEach === 0) await breathe();
    if (mutator.random() < 0.001) waiting = 0;
  }
  link.end();
  // What was begun in the folder ends before the folder does.
  do await breathe();
  while (process.getActiveResourcesInfo().some((kind) => kind.startsWith('FSReq')));
  return { tally, waitingBytes: most };
}
