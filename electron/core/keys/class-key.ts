// Key roles as types: who may see a plain class key is visible in the signature.

/** A class key in the clear: AES-256, 32 bytes. Only the vault makes one; only seal, open and wrap read it. */
export type ClassKey = {
  /** Key name = application id (`cp-id`). */
  readonly name: string;
  readonly secret: Uint8Array;
};
