// The evidence record: raw evidence with the question it answers, kept as it came so that it can be judged again years
// later. JSON, at most 256 KiB, unknown fields and duplicate keys refused. Bare tokens, bundles and chains are read too: a
// record in which nothing is known of the question.
import { z } from 'zod';
import { parseBase64, parseHex, toBase64, toHex } from '../bytes.ts';
import { asMap, parseCbor } from '../cbor.ts';
import { parseStrictJson } from '../cpk/strict-json.ts';
import { ProvisionerError } from '../errors/error.ts';
import { maxTokenBytes } from './cose.ts';
import { ptaCommands } from './optee-pta.ts';

export const maxEvidenceBytes = 256 * 1024;

const base64 = z
  .string()
  .max(100_000)
  .transform((text, context) => {
    const bytes = parseBase64(text);
    if (bytes) return bytes;
    context.addIssue({ code: 'custom', message: 'not base64' });
    return z.NEVER;
  });
const hex32 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((text) => parseHex(text) as Uint8Array);
const uuid = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

const ptaPart = z.strictObject({
  command: z.enum(Object.keys(ptaCommands) as [keyof typeof ptaCommands, ...(keyof typeof ptaCommands)[]]),
  /** The TA; null for the TEE's own memory. */
  uuid: uuid.nullable(),
  nonce: hex32,
  output: base64,
});

const question = {
  evidence: z.literal(1),
  serial: z.string().min(1).max(200).nullable(),
  /** 32 bytes that the station drew. */
  challenge: hex32.nullable(),
  /** SubjectPublicKeyInfo of the CPM key, DER. */
  key: base64.nullable(),
  challengedAt: z.iso.datetime().nullable(),
  collectedAt: z.iso.datetime().nullable(),
};

const recordSchema = z.discriminatedUnion('format', [
  z.strictObject({ ...question, format: z.literal('psa'), token: base64 }),
  z.strictObject({ ...question, format: z.literal('kat'), bundle: base64 }),
  z.strictObject({ ...question, format: z.literal('optee-pta'), parts: z.array(ptaPart).min(1).max(16) }),
  z.strictObject({
    ...question,
    format: z.literal('dice'),
    /** PEM, leaf first. */
    chain: z.string().max(65_536),
    /** Of the leaf's key over challenge || SPKI of the CPM key (nothing where none was given), r||s. */
    signature: base64.nullable(),
  }),
]);

export type EvidenceRecord = z.infer<typeof recordSchema>;
export type PtaPart = z.infer<typeof ptaPart>;

const unreadable = (said: string, cause?: unknown) =>
  new ProvisionerError('evidence.unreadable', said, cause === undefined ? {} : { cause });

function parseJson(text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : 'not JSON', cause);
  }
}

/** One command asked twice of one TA would leave open which answer counts; a TA command names its TA. */
function checkParts(record: EvidenceRecord): EvidenceRecord {
  if (record.format !== 'optee-pta') return record;
  const names = record.parts.map(({ command, uuid: ta }) => `${command} ${ta}`);
  if (new Set(names).size < names.length) throw unreadable('a command is there twice for one TA');
  if (record.parts.some(({ command, uuid: ta }) => (ta === null) !== (command === 'tee-memory')))
    throw unreadable('parts: a TA command names its TA, the TEE command names none');
  return record;
}

/** @throws evidence.unreadable naming the field */
export function parseEvidenceRecord(json: string): EvidenceRecord {
  const parsed = recordSchema.safeParse(parseJson(json));
  if (parsed.success) return checkParts(parsed.data);
  const issue = parsed.error.issues[0];
  throw unreadable(`${issue?.path.join('.') || '(root)'}: ${issue?.message ?? 'not understood'}`);
}

function encodeBody(record: EvidenceRecord): object {
  switch (record.format) {
    case 'psa':
      return { token: toBase64(record.token) };
    case 'kat':
      return { bundle: toBase64(record.bundle) };
    case 'optee-pta':
      return {
        parts: record.parts.map(({ nonce, output, ...part }) => ({
          ...part,
          nonce: toHex(nonce),
          output: toBase64(output),
        })),
      };
    case 'dice':
      return { chain: record.chain, signature: record.signature && toBase64(record.signature) };
  }
}

/** The record as it is kept: one line of JSON, which parses to the same record. */
export function encodeEvidenceRecord(record: EvidenceRecord): string {
  const { evidence, format, serial, challenge, key, challengedAt, collectedAt } = record;
  const about = { serial, challenge: challenge && toHex(challenge), key: key && toBase64(key) };
  return JSON.stringify({ evidence, format, ...about, challengedAt, collectedAt, ...encodeBody(record) });
}

const nothingKnown = {
  evidence: 1,
  serial: null,
  challenge: null,
  key: null,
  challengedAt: null,
  collectedAt: null,
} as const;

const isBundle = (bytes: Uint8Array): boolean =>
  asMap(parseCbor(bytes, maxTokenBytes)?.value)?.has('kat') === true;

/**
 * A file of evidence: a record, a certificate chain as PEM, a key attestation bundle, or (anything else) a token.
 * @throws evidence.unreadable
 */
export function parseEvidenceFile(bytes: Uint8Array): EvidenceRecord {
  if (bytes.length === 0 || bytes.length > maxEvidenceBytes)
    throw unreadable(`${bytes.length} bytes; 1 to ${maxEvidenceBytes} are read`);
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (start.startsWith('{')) return parseEvidenceRecord(new TextDecoder().decode(bytes));
  if (start.startsWith('-----BEGIN CERTIFICATE'))
    return { ...nothingKnown, format: 'dice', chain: new TextDecoder().decode(bytes), signature: null };
  if (isBundle(bytes)) return { ...nothingKnown, format: 'kat', bundle: bytes };
  return { ...nothingKnown, format: 'psa', token: bytes };
}
