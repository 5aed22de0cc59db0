// Remembers what was sealed under which class key, so that a nonce is never used twice and a key not silently
// for two package versions. Implemented by the store; in tests by an array.

export type SealEntry = {
  readonly keyName: string;
  /** SHA-256 (hex) of the class key under a domain label, so that a re-imported key under another name is still known. */
  readonly keyId: string;
  /** 12 bytes. */
  readonly nonce: Uint8Array;
  readonly packageId: string;
  /** "maj.min.rev" */
  readonly packageVersion: string;
  /** The operator asked for a second version under this key in so many words; written to the journal. */
  readonly allowKeyReuse: boolean;
};

export interface SealLedger {
  /**
   * Durably records the entry before anything is sealed with it.
   * @throws key.nonce-reused when (keyId, nonce) was seen before
   * @throws key.version-reused when the key already sealed another version and allowKeyReuse is false
   */
  claim(entry: SealEntry): Promise<void>;
}
