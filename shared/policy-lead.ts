// Who may sign policies for this station: the line lead's Ed25519 key, as an operator decided it. Signed with the station's
// key, which only an open vault gives.
import { ed25519 } from '@noble/curves/ed25519.js';
import { z } from 'zod';
import { encodeUtf8, parseHex, toHex } from './bytes.ts';
import { encodeCanonical } from './canonical-json.ts';
import { ProvisionerError } from './errors/error.ts';
import { isEd25519Signature } from './receipt.ts';

const words = z.string().trim().min(1).max(200);

const leadSchema = z.strictObject({
  policyLead: z.literal(1),
  /** Ed25519, hex. */
  publicKey: z.string().regex(/^[0-9a-f]{64}$/),
  operator: words,
  reason: words,
  at: z.iso.datetime(),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});

export type PolicyLead = z.infer<typeof leadSchema>;
type Unsigned = Omit<PolicyLead, 'signature'>;

const signedBytes = (unsigned: Unsigned): Uint8Array =>
  encodeUtf8(`trustbox/policy-lead/1\n${encodeCanonical(unsigned)}`);

/**
 * @param secretKey 32-byte Ed25519 seed of the station
 * @throws policy.key-invalid when a field is empty, too long or of the wrong shape
 */
export function signLead(unsigned: Unsigned, secretKey: Uint8Array): PolicyLead {
  const parsed = leadSchema.omit({ signature: true }).safeParse(unsigned);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ProvisionerError('policy.key-invalid', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  return { ...parsed.data, signature: toHex(ed25519.sign(signedBytes(parsed.data), secretKey)) };
}

/** The decision, or null when it is none of this station's. @param publicKey the station's, 64 hex digits */
export function verifyLead(value: unknown, publicKey: string): PolicyLead | null {
  const parsed = leadSchema.safeParse(value);
  const key = parseHex(publicKey);
  if (!parsed.success || !key) return null;
  const { signature, ...unsigned } = parsed.data;
  const bytes = parseHex(signature);
  return bytes && isEd25519Signature(bytes, signedBytes(unsigned), key) ? parsed.data : null;
}
