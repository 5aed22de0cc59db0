// The bodies of frames that steer the link and of the messages on it. Unknown keys are ignored and lists may grow at
// their end: a newer peer is understood as far as this one goes.
import { z } from 'zod';
import { type CborValue, encodeCbor, parseCbor } from '../cbor.ts';
import { maxFrameBytes } from './frame.ts';

export const protocolVersion = 1;
/** Bytes that may wait for a line on one side; what comes on top of them is dropped, as the line itself might do. */
export const maxQueuedBytes = 1024 * 1024;
/** The most messages on their way that either side may announce. */
export const maxWindow = 64;

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const count = z.number().int().nonnegative();
const word = z.string().min(1).max(64);
const frameSize = z.number().int().min(256).max(maxFrameBytes);
const window = z.number().int().min(1).max(maxWindow);

/**
 * Agent: who it is and what it offers; sent when knocked, and when a frame comes outside of a session. `session`: the one
 * it has open, so that a station knows whether the agent still has its own.
 */
export const helloSchema = z.object({
  agent: word,
  release: word,
  versions: z.array(count).min(1).max(16),
  frame: frameSize,
  window,
  session: bytes.nullish(),
});
export type Hello = z.infer<typeof helloSchema>;

/** Station: begins a session under terms that both sides can keep. `session`: 8 random bytes. */
export const openSchema = z.object({
  version: count,
  session: bytes.refine((value) => value.length === 8),
  frame: frameSize,
  window,
});
export type Open = z.infer<typeof openSchema>;

/** Agent: the session is open, and these calls are known. */
export const acceptSchema = z.object({ session: bytes, calls: z.array(word).max(64) });
export type Accept = z.infer<typeof acceptSchema>;

/** How many messages from the next expected on are welcome, and which of them are here: bit i of byte j is next + 8 j + i. */
export const ackSchema = z
  .tuple([count.max(maxWindow), bytes.refine((value) => value.length <= maxWindow / 8)])
  .rest(z.unknown());

/** Why a side leaves the session. */
export const closeSchema = z.tuple([word]).rest(z.unknown());

/** id, name, arguments. */
export const callSchema = z.tuple([count, word, z.unknown()]).rest(z.unknown());

export const failures = [
  'not-supported',
  'bad-request',
  'failed',
  'refused',
  'no-space',
  'not-found',
  'timeout',
] as const;
export type Failure = (typeof failures)[number];

/** id, "ok" or what failed, the value or a sentence about it. */
export const answerSchema = z.tuple([count, z.string().max(64), z.unknown()]).rest(z.unknown());

/** Transfer handle, bytes of the file from where the last data message ended. */
export const dataSchema = z.tuple([count, bytes]).rest(z.unknown());

/** Transfer handle, what failed, a sentence about it: the agent gave the transfer up. */
export const noticeSchema = z.tuple([count, z.string().max(64), z.string()]).rest(z.unknown());

export const encodeBody = (value: CborValue): Uint8Array => encodeCbor(value);

/** The body as its schema has it, or null when it is not that. */
export function parseBody<T>(schema: z.ZodType<T>, body: Uint8Array): T | null {
  const item = parseCbor(body, maxFrameBytes);
  const parsed = item && schema.safeParse(item.value);
  return parsed?.success ? parsed.data : null;
}
