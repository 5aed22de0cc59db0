// Wraps a class key for a device. Takes a verdict, not a key: what no policy released cannot be wrapped.
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { concatBytes, encodeUtf8, parseHex } from '../../../shared/bytes.ts';
import type { WrapSuite } from '../../../shared/device-profile.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Verdict } from '../../../shared/verdict.ts';
import { type ClassKey, classKeyBytes, classKeyId } from './class-key.ts';

export type WrappedKey = {
  readonly suite: WrapSuite;
  readonly keyName: string;
  readonly keyId: string;
  /** As long as the device key's modulus, in bytes. */
  readonly bytes: Uint8Array;
  /** The key it was wrapped for: SHA-256(SPKI), hex. */
  readonly fingerprint: string;
};

/** OAEP label of facts keys-and-cloud section 3: what the key is for cannot be exchanged. */
export const oaepLabel = (keyId: string): Uint8Array =>
  concatBytes(encodeUtf8('trustbox/cpk-key/1'), parseHex(keyId) ?? new Uint8Array());

/**
 * @throws policy.refused with the policy's words when the verdict does not release the key
 */
export function wrapClassKey(key: ClassKey, verdict: Verdict, suite: WrapSuite): WrappedKey {
  const decision = verdict.decisions['release-class-key'];
  if (!decision.allowed) throw new ProvisionerError('policy.refused', `release-class-key: ${decision.why}`);
  if (key.secret.length !== classKeyBytes)
    throw new ProvisionerError('key.import-invalid', `class key of ${key.secret.length} bytes`);
  const keyId = classKeyId(key);
  const publicKey = createPublicKey({
    key: Buffer.from(verdict.publicKey.spki),
    format: 'der',
    type: 'spki',
  });
  const padding =
    suite === 'rsaes-pkcs1-v1_5'
      ? { padding: constants.RSA_PKCS1_PADDING }
      : { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel: oaepLabel(keyId) };
  const bytes = new Uint8Array(publicEncrypt({ key: publicKey, ...padding }, key.secret));
  return { suite, keyName: key.name, keyId, bytes, fingerprint: verdict.publicKey.fingerprint };
}
