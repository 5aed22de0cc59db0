// What a station may ask of an agent: one list for both sides. An agent names those it knows when a session opens; every
// other is answered with "not-supported".
import { z } from 'zod';

const bytes = (most: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= most);
const bytesOf = (size: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === size);
const digest = bytesOf(32);
const text = (most: number) => z.string().max(most);
const count = z.number().int().nonnegative();
const maybe = text(200).nullable();
const none = z.object({});

/** Bare file name on the device: no path, nothing hidden. */
export const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
/** The application id as manifests have it. */
const applicationId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

const transcript = z.object({
  stdout: text(16_384),
  stderr: text(16_384),
  exitStatus: z.number().int().min(0).max(255),
});

/** The enclave calls of the Confidential Package Manager, by their names there. Bytes as the enclave takes them. */
export const cpmOperations = [
  'ping',
  'is-supported',
  'key-size',
  'export-key',
  'install-key',
  'begin',
  'init',
  'add',
  'verify',
  'end',
] as const;

const cpmRequest = z.object({
  op: z.enum(cpmOperations),
  name: text(128).optional(),
  totalBytes: count.optional(),
  applicationId: applicationId.optional(),
  wrapped: bytes(512).optional(),
  strengthBits: count.optional(),
  iv: bytes(64).optional(),
  tag: bytes(64).optional(),
  data: bytes(65_536).optional(),
  digest: bytes(64).optional(),
  signature: bytes(1024).optional(),
  publicKey: bytes(2048).optional(),
});
export type CpmCall = z.infer<typeof cpmRequest>;

/** `result` is what the enclave call returned; 0 is good. */
const cpmReply = z.object({
  result: z.number().int(),
  version: z.number().int().optional(),
  sizeBytes: count.optional(),
  isSupported: z.boolean().optional(),
  publicKey: bytes(2048).optional(),
  digestMatch: z.boolean().optional(),
  signatureMatch: z.boolean().optional(),
});
export type CpmAnswer = z.infer<typeof cpmReply>;

/** How long a station waits for an answer: for what only looks, for a digest of a large file, for what the TEE does. */
const soon = 20_000;
const afterReading = 120_000;
const afterWork = 130_000;

export const agentCalls = {
  /** Claims about the box, as Linux tells them; null: it does not. */
  identity: {
    deadlineMs: soon,
    request: none,
    answer: z.object({
      model: maybe,
      serialNumber: maybe,
      hostname: maybe,
      kernel: maybe,
      bootId: maybe,
      teeDevice: z.boolean(),
      optee: maybe,
      cpkTool: maybe,
      freeBytes: count.nullable(),
      /** Milliseconds since 1970 by the box's clock. */
      clockMs: count,
    }),
  },
  /** `cpk-tool pub-key`: SubjectPublicKeyInfo or PKCS#1, DER, unchecked. */
  'public-key': { deadlineMs: afterWork, request: none, answer: z.object({ der: bytes(4096) }) },
  /** `cpk-tool sync -m commandline`: hands the wrapped class key to the CPM. */
  'install-key': {
    deadlineMs: afterWork,
    request: z.object({ applicationId, wrapped: bytes(512) }),
    answer: transcript,
  },
  /** `cpk-tool install` of a staged file. */
  'install-package': { deadlineMs: afterWork, request: z.object({ name: fileName }), answer: transcript },
  /** SHA-256 over what the TEE's secure storage looks like from Linux; null: not readable. */
  'storage-snapshot': { deadlineMs: soon, request: none, answer: z.object({ digest: digest.nullable() }) },
  /** One enclave call of the CPM, where the box lets the agent make it. */
  cpm: { deadlineMs: soon, request: cpmRequest, answer: cpmReply },
  /** How a class key may be wrapped for this box's CPM. */
  'wrap-suites': { deadlineMs: soon, request: none, answer: z.object({ suites: z.array(text(64)).max(16) }) },
  /** Fresh evidence over the challenge `nonce`, in this format or, when it is empty, in what the box has first. */
  evidence: {
    deadlineMs: soon,
    request: z.object({ format: text(64), nonce: bytes(64) }),
    answer: z.object({ format: text(64), evidence: bytes(65_536 - 1024) }),
  },
  /** SHA-256 of a staged file; null: it is not there. */
  'file-probe': {
    deadlineMs: afterReading,
    request: z.object({ name: fileName }),
    answer: z.object({ sha256: digest.nullable() }),
  },
  /** Begins a transfer, or goes on with one: `offset` bytes with digest `prefix` are here. `restart` forgets them. */
  'file-begin': {
    deadlineMs: afterReading,
    request: z.object({
      id: bytesOf(16),
      name: fileName,
      sizeBytes: count.max(2 ** 40),
      restart: z.boolean(),
    }),
    answer: z.object({ handle: count, offset: count, prefix: digest }),
  },
  /** All data was sent: the whole is compared with `sha256`, flushed and takes its name; else nothing is kept. */
  'file-end': {
    deadlineMs: afterReading,
    request: z.object({ handle: count, sha256: digest }),
    answer: none,
  },
  'file-remove': { deadlineMs: soon, request: z.object({ name: fileName }), answer: none },
  /** Leaves a receipt with the box, for whoever opens it next. */
  'receipt-put': {
    deadlineMs: soon,
    request: z.object({ name: fileName, receipt: bytes(32_768) }),
    answer: none,
  },
  'receipt-list': {
    deadlineMs: soon,
    request: none,
    answer: z.object({ names: z.array(fileName).max(1000) }),
  },
  /** Restarts the box; the answer comes before it does. */
  reboot: { deadlineMs: soon, request: none, answer: none },
  /** The newest lines of the box's log. */
  'log-tail': {
    deadlineMs: soon,
    request: z.object({ lines: count.max(500) }),
    answer: z.object({ text: text(60_000) }),
  },
} as const satisfies Record<string, { deadlineMs: number; request: z.ZodType; answer: z.ZodType }>;

export type AgentCalls = typeof agentCalls;
export type AgentCall = keyof AgentCalls;
export type CallRequest<N extends AgentCall> = z.infer<AgentCalls[N]['request']>;
export type CallAnswer<N extends AgentCall> = z.infer<AgentCalls[N]['answer']>;

export const isAgentCall = (name: string): name is AgentCall => Object.hasOwn(agentCalls, name);
