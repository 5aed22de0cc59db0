// The signature algorithms that evidence may use, and the one kind of key that each takes. Source: RFC 9053 section 2,
// RFC 8230 section 2. What is not here is refused: there is no default algorithm.

export type CoseAlgorithm = {
  /** COSE algorithm identifier. */
  readonly id: number;
  readonly name: 'ES256' | 'ES384' | 'ES512' | 'EdDSA' | 'PS256' | 'PS384' | 'PS512';
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
  readonly key: 'P-256' | 'P-384' | 'P-521' | 'Ed25519' | 'RSA';
  /** Of r||s or of the EdDSA signature; null for RSA, where it is the modulus. */
  readonly signatureBytes: number | null;
};

export const coseAlgorithms: readonly CoseAlgorithm[] = [
  { id: -7, name: 'ES256', hash: 'sha256', key: 'P-256', signatureBytes: 64 },
  { id: -35, name: 'ES384', hash: 'sha384', key: 'P-384', signatureBytes: 96 },
  { id: -36, name: 'ES512', hash: 'sha512', key: 'P-521', signatureBytes: 132 },
  { id: -8, name: 'EdDSA', hash: null, key: 'Ed25519', signatureBytes: 64 },
  { id: -37, name: 'PS256', hash: 'sha256', key: 'RSA', signatureBytes: null },
  { id: -38, name: 'PS384', hash: 'sha384', key: 'RSA', signatureBytes: null },
  { id: -39, name: 'PS512', hash: 'sha512', key: 'RSA', signatureBytes: null },
];

export const algorithmNames = ['ES256', 'ES384', 'ES512', 'EdDSA', 'PS256', 'PS384', 'PS512'] as const;

/** By its name, which is one of the table. */
export const algorithmNamed = (name: CoseAlgorithm['name']): CoseAlgorithm =>
  coseAlgorithms.find((algorithm) => algorithm.name === name) as CoseAlgorithm;

/** Salt of RSASSA-PSS in bytes: that of the hash (RFC 8230 section 2). */
export const pssSaltBytes = { sha256: 32, sha384: 48, sha512: 64 } as const;
