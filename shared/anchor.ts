// What was decided of a trust anchor: who keeps or removes which certificate, and why. Signed with the station's Ed25519
// key (RFC 8032, over a labelled canonical JSON), which only an open vault gives: a row that somebody else wrote into the
// database is no anchor.
import { ed25519 } from '@noble/curves/ed25519.js';
import { z } from 'zod';
import { encodeUtf8, parseHex, toHex } from './bytes.ts';
import { encodeCanonical } from './canonical-json.ts';
import { ProvisionerError } from './errors/error.ts';
import { isEd25519Signature } from './receipt.ts';

const words = z.string().trim().min(1).max(200);

/** Of an anchor that is added. */
export const anchorName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._()+-]{0,63}$/u);

export const anchorActSchema = z.strictObject({
  anchorAct: z.literal(1),
  act: z.enum(['added', 'removed']),
  /** When something is removed, whatever stood in the row: that it was not right may be why. */
  name: z.string().max(200),
  /** SHA-256 of the certificate's DER, hex. */
  fingerprint: z.string().max(200),
  operator: words,
  reason: words,
  note: z.string().max(1000),
  at: z.iso.datetime(),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});

export type AnchorAct = z.infer<typeof anchorActSchema>;
type Unsigned = Omit<AnchorAct, 'signature'>;

const signedBytes = (unsigned: Unsigned): Uint8Array =>
  encodeUtf8(`trustbox/anchor-act/1\n${encodeCanonical(unsigned)}`);

/**
 * @param secretKey 32-byte Ed25519 seed of the station
 * @throws anchor.invalid when a field is empty, too long or of the wrong shape
 */
export function signAnchorAct(unsigned: Unsigned, secretKey: Uint8Array): AnchorAct {
  const act = { ...unsigned, operator: unsigned.operator.trim(), reason: unsigned.reason.trim() };
  const parsed = anchorActSchema.omit({ signature: true }).safeParse(act);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ProvisionerError('anchor.invalid', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  return { ...parsed.data, signature: toHex(ed25519.sign(signedBytes(parsed.data), secretKey)) };
}

/**
 * The act, or null when it is none of this station's.
 * @param publicKey the station's, 64 hex digits
 */
export function verifyAnchorAct(value: unknown, publicKey: string): AnchorAct | null {
  const parsed = anchorActSchema.safeParse(value);
  const key = parseHex(publicKey);
  if (!parsed.success || !key) return null;
  const { signature, ...unsigned } = parsed.data;
  const bytes = parseHex(signature);
  return bytes && isEd25519Signature(bytes, signedBytes(unsigned), key) ? parsed.data : null;
}
