// The receipt: what was done to one device, signed with the station's Ed25519 key. Verifies offline with the station's
// public key alone (RFC 8032, pure Ed25519, over a labelled canonical JSON).
import { ed25519 } from '@noble/curves/ed25519.js';
import { z } from 'zod';
import { encodeUtf8, parseHex, toHex } from './bytes.ts';
import { encodeCanonical } from './canonical-json.ts';
import { ProvisionerError } from './errors/error.ts';

const text = z.string().max(2048);
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

export const receiptSchema = z.strictObject({
  receipt: z.literal(1),
  id: text,
  device: z.strictObject({
    serial: text.nullable(),
    model: text.nullable(),
    bootId: text.nullable(),
    port: text,
  }),
  key: z.strictObject({
    fingerprint: hex64,
    level: z.string(),
    notProven: z.array(text),
    reading: text,
    /** What the level rests on, by the SHA-256 of the kept record; absent: the device gave none. */
    evidence: z
      .strictObject({ id: hex64, format: text.nullable(), level: text, findings: z.array(text) })
      .optional(),
  }),
  policyHash: hex64,
  package: z
    .strictObject({
      id: text,
      name: text,
      vendor: text,
      version: text,
      digest: hex64,
      fileSha256: hex64,
      signer: hex64,
    })
    .nullable(),
  classKey: z.strictObject({ name: text, id: hex64, wrap: text }).nullable(),
  operator: z.strictObject({ name: text, reason: text }).nullable(),
  station: z.strictObject({ name: text, publicKey: hex64 }),
  startedAt: text,
  endedAt: text,
  outcome: z.strictObject({
    state: text,
    summary: text,
    confirmed: z.array(text),
    notConfirmed: z.array(text),
  }),
  journal: z.strictObject({ seq: z.number().int(), hash: hex64 }),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});

export type Receipt = z.infer<typeof receiptSchema>;
export type ReceiptBody = Omit<Receipt, 'journal' | 'signature'>;

const signedBytes = (unsigned: Omit<Receipt, 'signature'>): Uint8Array =>
  encodeUtf8(`trustbox/receipt/1\n${encodeCanonical(unsigned)}`);

/** @param secretKey 32-byte Ed25519 seed */
export function signReceipt(unsigned: Omit<Receipt, 'signature'>, secretKey: Uint8Array): Receipt {
  return { ...unsigned, signature: toHex(ed25519.sign(signedBytes(unsigned), secretKey)) };
}

/** RFC 8032 verification, strict about encodings (no small-order or non-canonical points). */
export function isEd25519Signature(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

/**
 * @param publicKey the station's, 64 hex digits, from a source you trust: the one inside the receipt proves nothing
 * @throws record.invalid
 */
export function verifyReceipt(value: unknown, publicKey: string): Receipt {
  const parsed = receiptSchema.safeParse(value);
  if (!parsed.success)
    throw new ProvisionerError(
      'record.invalid',
      `receipt: ${parsed.error.issues[0]?.path.join('.') ?? 'not understood'}`,
    );
  const { signature, ...unsigned } = parsed.data;
  const key = parseHex(publicKey);
  const bytes = parseHex(signature);
  if (
    !key ||
    !bytes ||
    unsigned.station.publicKey !== publicKey ||
    !isEd25519Signature(bytes, signedBytes(unsigned), key)
  ) {
    throw new ProvisionerError('record.invalid', `receipt ${unsigned.id}: the signature does not verify`);
  }
  return parsed.data;
}
