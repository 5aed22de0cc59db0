// Values that cross between screen and engine, as schemas. Nothing here is a path, a key or a raw frame: a file is a
// token that the engine gave out.
import { z } from 'zod';
import { keyReadings } from '../key-timeline.ts';
import { linkChoices } from '../link.ts';
import { levels, policyActions, rejections } from '../verdict.ts';

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>) => Object.keys(record) as [K, ...K[]];

export const text = z.string().max(2048);
export const name = z.string().min(1).max(200);
export const nothing = z.strictObject({});
export const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
export const baudRate = z.number().int().min(300).max(4_000_000);

export const passphrase = z.string().max(1024);
export const recoveryCode = z.string().max(100);

/** Stands for a file that the user chose or the engine made; good for this session only. */
export const fileToken = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand<'FileToken'>();
export type FileToken = z.infer<typeof fileToken>;

export const fileInfo = z.object({ token: fileToken, name: text, sizeBytes: z.number().int().min(0) });
export type FileInfo = z.infer<typeof fileInfo>;

export const errorData = z.object({
  code: z.string(),
  message: z.string(),
  title: z.string(),
  advice: z.string(),
  retryable: z.boolean(),
  details: z.record(z.string(), z.unknown()),
});
export type ErrorData = z.infer<typeof errorData>;

export const level = z.enum(levels);
export const credentials = z.strictObject({ user: name, password: z.string().max(1024) });
export const operator = z.strictObject({ name, reason: name });

export const verdict = z.object({
  level,
  deviceSerial: text.nullable(),
  fingerprint: hex64,
  keyBits: z.number().int(),
  proven: z.array(text),
  notProven: z.array(text),
  rejections: z.array(z.object({ reason: z.enum(keysOf(rejections)), text })),
  reading: z.object({ kind: text, text, isAlarm: z.boolean() }),
  policyHash: hex64,
  decisions: z.record(z.enum(policyActions), z.object({ allowed: z.boolean(), why: text })),
  at: text,
});
export type VerdictView = z.infer<typeof verdict>;

/** A level, and what it rests on, what is missing, or what speaks against it. */
export const ladderRung = z.object({
  level,
  isReached: z.boolean(),
  reasons: z.array(z.object({ kind: z.enum(['proven', 'not-proven', 'rejected']), text })),
});

export type LadderRungView = z.infer<typeof ladderRung>;

/** Sightings of a key in a row that differ in nothing; see shared/key-timeline.ts. */
export const keyPeriod = z.object({
  fingerprint: hex64,
  bootId: text.nullable(),
  port: text,
  level: text.nullable(),
  from: text,
  to: text,
  count: z.number().int(),
  reading: z.enum(keyReadings),
  signs: z.array(text),
});
export type KeyPeriodView = z.infer<typeof keyPeriod>;

/** What kept evidence says, in words, with the raw value behind. */
export const evidenceView = z.object({
  id: hex64,
  format: text.nullable(),
  at: text,
  /** Something in it was refused: nothing that it says is believed. */
  isRefused: z.boolean(),
  /** Who enrolled the key that signed; null: nobody did. */
  signedBy: text.nullable(),
  claims: z.array(z.object({ name: text, words: text, raw: z.string().max(8192) })),
});
export type EvidenceView = z.infer<typeof evidenceView>;

export const portInfo = z.object({
  port: text,
  manufacturer: text.nullable(),
  serialNumber: text.nullable(),
  vendorId: text.nullable(),
  productId: text.nullable(),
  location: text.nullable(),
  virtual: z.boolean(),
  gadget: z.enum(['serial', 'bulk']).nullable(),
});

export const identity = z.object({
  model: text.nullable(),
  serialNumber: text.nullable(),
  hostname: text.nullable(),
  kernel: text.nullable(),
  bootId: text.nullable(),
  teeDevice: z.boolean(),
  optee: text.nullable(),
  cpkTool: text.nullable(),
  cpmModel: text,
  freeBytes: z.number().nullable(),
  clockOffsetMs: z.number().nullable(),
});

/** What the operating system can hold a secret with. `basic_text`: a keychain in name only, whose key everybody knows. */
export const keychainKind = z.enum(['none', 'basic_text', 'os']);
export type KeychainKind = z.infer<typeof keychainKind>;

export const linkChoice = z.enum(linkChoices);
export const forcedLink = z.strictObject({ port: name, link: linkChoice.exclude(['auto']) });

/** How well a link does since it was opened; see shared/link.ts. */
export const quality = z.object({
  roundTripMs: z.number().nullable(),
  sentCount: z.number().int(),
  resentCount: z.number().int(),
  damagedCount: z.number().int(),
});

/** What is known of the link at a port: what the operator chose, and the link that is open there or was last. */
export const linkView = z.object({
  port: text,
  choice: linkChoice,
  state: z
    .object({
      kind: z.enum(['console', 'agent']),
      isOpen: z.boolean(),
      agent: text.nullable(),
      baudRate: z.number().nullable(),
      quality: quality.nullable(),
      transfer: z.object({ bytesPerSecond: z.number().nullable(), retries: z.number().int() }).nullable(),
    })
    .nullable(),
});
export type LinkView = z.infer<typeof linkView>;

/** A device this station has read before. */
export const knownDevice = z.object({
  serial: text,
  model: text.nullable(),
  fingerprint: hex64,
  level,
  port: text,
  /** The kind of link that it was read by; null where that was not kept yet. */
  link: z.enum(['console', 'agent']).nullable(),
  firstSeen: text,
  lastSeen: text,
  isPinned: z.boolean(),
});
export type KnownDevice = z.infer<typeof knownDevice>;

/** What is plugged in now, with what was read of it during this session. */
export const deviceCard = portInfo.extend({
  serial: text.nullable(),
  model: text.nullable(),
  verdict: verdict.nullable(),
  /** The job that runs on this port now. */
  jobId: text.nullable(),
});
export type DeviceCard = z.infer<typeof deviceCard>;

export const jobView = z.object({
  id: text,
  kind: text,
  state: z.enum(['pending', 'running', 'done', 'failed', 'cancelled', 'interrupted']),
  port: text,
  serial: text.nullable(),
  error: z.object({ code: text, message: z.string(), title: z.string(), advice: z.string() }).nullable(),
  createdAt: text,
  updatedAt: text,
});
export type JobView = z.infer<typeof jobView>;

export const checkView = z.object({ name: text, ok: z.boolean().nullable(), detail: z.string() });
export const finding = z.object({
  rule: text,
  severity: z.enum(['error', 'warning', 'info']),
  detail: z.string(),
});
export const diagnosisFinding = z.object({
  point: text,
  ok: z.boolean().nullable(),
  saw: z.string(),
  advice: z.string().nullable(),
});

/** A certificate that is, or may become, a trust anchor. */
export const anchorCertificate = z.object({
  /** SHA-256 of the DER, hex. */
  fingerprint: hex64,
  subject: z.string(),
  issuer: z.string(),
  notBefore: text,
  notAfter: text,
});
export type AnchorCertificate = z.infer<typeof anchorCertificate>;

export const anchorView = z.discriminatedUnion('state', [
  anchorCertificate.extend({
    state: z.enum(['good', 'not-valid']),
    name: text,
    addedBy: text,
    addedAt: text,
    reason: text,
    note: text,
  }),
  /** Changed behind the vault's back: nothing more can be said of it. */
  z.object({ state: z.literal('damaged'), name: z.string(), fingerprint: z.string() }),
]);
export type AnchorView = z.infer<typeof anchorView>;

export const logLine = z.object({
  at: text,
  level: z.enum(['debug', 'info', 'warn', 'error']),
  text: z.string(),
  /** Names and plain values beside the text. */
  about: z.string(),
});
export type LogLine = z.infer<typeof logLine>;

export const inspection = z.object({
  fileBytes: z.number(),
  id: text,
  name: text,
  vendor: text,
  version: text,
  keyName: text.nullable(),
  streams: z.array(
    z.object({ index: z.number(), role: text.nullable(), offset: z.number(), sizeBytes: z.number() }),
  ),
  gaps: z.array(z.object({ offset: z.number(), sizeBytes: z.number() })),
  layoutFaults: z.array(z.string()),
  signed: z.object({ payload: z.boolean(), package: z.boolean() }),
  certificate: z
    .object({ subject: z.string(), keyBits: z.number(), notAfter: z.string(), fingerprint: text })
    .nullable(),
  certificateFault: z.string().nullable(),
});
export type InspectionView = z.infer<typeof inspection>;
