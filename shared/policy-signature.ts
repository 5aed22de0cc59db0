// The line lead's signature on a policy: Ed25519 (RFC 8032) over a labelled canonical JSON of the policy's hash, who signed
// and when. It stands in the policy file as `signature`; the hash is that of the file without it.
import { ed25519 } from '@noble/curves/ed25519.js';
import { encodeUtf8, parseHex, toHex } from './bytes.ts';
import { encodeCanonical } from './canonical-json.ts';
import { ProvisionerError } from './errors/error.ts';
import { type LoadedPolicy, type PolicySignature, parsePolicy } from './policy.ts';
import { isEd25519Signature } from './receipt.ts';

type Unsigned = Omit<PolicySignature, 'value'>;

const signedBytes = (policyHash: string, { publicKey, signedBy, at }: Unsigned): Uint8Array =>
  encodeUtf8(`trustbox/policy-signature/1\n${encodeCanonical({ policyHash, publicKey, signedBy, at })}`);

/**
 * The policy file with the signature in it, in place of one that was there.
 * @param secretKey 32-byte Ed25519 seed of the line lead
 * @throws policy.invalid when name or time is not as it must be
 */
export function signPolicy(
  { hash, json }: LoadedPolicy,
  { secretKey, signedBy, at }: { secretKey: Uint8Array; signedBy: string; at: Date },
): LoadedPolicy {
  const unsigned = {
    publicKey: toHex(ed25519.getPublicKey(secretKey)),
    signedBy: signedBy.trim(),
    at: at.toISOString(),
  };
  const value = toHex(ed25519.sign(signedBytes(hash, unsigned), secretKey));
  const file = { ...(JSON.parse(json) as object), signature: { ...unsigned, value } };
  return parsePolicy(`${JSON.stringify(file, null, 2)}\n`);
}

/**
 * Whether this key signed the policy.
 * @param publicKey the line lead's, 64 hex digits, from a source you trust: the one in the file proves nothing
 */
export function isSignedBy({ hash, signature }: LoadedPolicy, publicKey: string): boolean {
  const key = parseHex(publicKey);
  const bytes = signature && parseHex(signature.value);
  if (!key || !bytes || !signature || signature.publicKey !== publicKey) return false;
  return isEd25519Signature(bytes, signedBytes(hash, signature), key);
}

/** @throws policy.unsigned */
export function refuseUnsigned(loaded: LoadedPolicy, publicKey: string): void {
  const { name, version } = loaded.policy;
  const about = `"${name}", version ${version}`;
  if (!loaded.signature) throw new ProvisionerError('policy.unsigned', `${about} carries no signature`);
  if (isSignedBy(loaded, publicKey)) return;
  const why =
    loaded.signature.publicKey === publicKey
      ? `was changed after ${loaded.signature.signedBy} signed it`
      : `is signed with ${loaded.signature.publicKey.slice(0, 16)}..., not with the line lead's key`;
  throw new ProvisionerError('policy.unsigned', `${about} ${why}`);
}
