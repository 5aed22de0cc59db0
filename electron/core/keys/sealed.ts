// A secret at rest: AES-256-GCM under a 32-byte key, tied to its place by its purpose.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { concatBytes, encodeUtf8 } from '../../../shared/bytes.ts';

const nonceBytes = 12;
const tagBytes = 16;

/** nonce || ciphertext || tag, with the purpose as additional data. */
export function seal(key: Uint8Array, purpose: string, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(encodeUtf8(purpose));
  return concatBytes(nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** The plaintext, or null when key, purpose or bytes are not those it was sealed with. */
export function openSealed(key: Uint8Array, purpose: string, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < nonceBytes + tagBytes) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(encodeUtf8(purpose)).setAuthTag(sealed.subarray(sealed.length - tagBytes));
    return concatBytes(
      decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes)),
      decipher.final(),
    );
  } catch {
    return null;
  }
}
