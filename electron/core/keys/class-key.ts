// Key roles as types: who may see a plain class key is visible in the signature.
import { createHash } from 'node:crypto';

/** A class key in the clear: AES-256, 32 bytes. Only the vault makes one; only seal, open and wrap read it. */
export type ClassKey = {
  /** Key name = application id (`cp-id`). */
  readonly name: string;
  readonly secret: Uint8Array;
};

export const classKeyBytes = 32;

/** Names the key without giving it away: SHA-256 under a label, hex. The same for the same key under another name. */
export const classKeyId = (key: ClassKey): string =>
  createHash('sha256').update('trustbox/class-key-id/1\0').update(key.secret).digest('hex');
