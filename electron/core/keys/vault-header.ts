// The vault's header: what opens the vault key. Version 1 wants the passphrase; version 2 wants the passphrase and the
// secret of the second lock. Format: docs/formats/vault.md.
import { createHash, randomBytes } from 'node:crypto';
import { hkdf } from '@noble/hashes/hkdf.js';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import { concatBytes, encodeUtf8, parseBase64, toBase64 } from '../../../shared/bytes.ts';
import { parseStrictJson } from '../../../shared/cpk/strict-json.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { openSealed, seal } from './sealed.ts';

/** 64 MiB and about half a second here; in the header, so that it can grow. */
const kdf = { name: 'scrypt', N: 2 ** 16, r: 8, p: 1 } as const;
/** What a stored header may ask for: not so little that a guess is cheap, not more than 256 MiB. */
const [minN, maxN] = [2 ** 14, 2 ** 18];
const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));
const keyBytes = 32;

const common = {
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z.number().int().min(minN).max(maxN).refine(isPowerOfTwo),
    r: z.literal(8),
    p: z.number().int().min(1).max(4),
    salt: z.base64(),
  }),
  sealedKey: z.base64(),
};

const lockSchema = z.strictObject({
  /** Names the secret without giving it away, hex. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  /** The secret, sealed under the recovery code. */
  recovery: z.base64(),
});

const headerSchema = z.discriminatedUnion('vault', [
  z.strictObject({ vault: z.literal(1), ...common }),
  z.strictObject({ vault: z.literal(2), ...common, secondLock: lockSchema }),
]);

export type Header = z.infer<typeof headerSchema>;
export type HeaderLock = z.infer<typeof lockSchema>;

/** Gives the 32-byte secret of a second lock. @throws vault.second-lock-needed vault.recovery-code-invalid */
export type SecretFinder = (lock: HeaderLock) => Promise<Uint8Array>;

export const secretBytes = keyBytes;

const secretId = (secret: Uint8Array): string =>
  createHash('sha256').update('trustbox/second-lock-id/1\0').update(secret).digest('hex');

const recoveryPurpose = (id: string) => `trustbox/vault/2/recovery/${id}`;
/** The code is random as a key is, so no work factor is needed. */
const recoveryKey = (code: Uint8Array): Uint8Array =>
  hkdf(sha256, code, undefined, encodeUtf8('trustbox/vault/2/recovery'), keyBytes);

const headerPurpose = (lock: HeaderLock | null): string =>
  lock === null ? 'trustbox/vault/1' : `trustbox/vault/2/${lock.id}`;

/** scrypt of the passphrase; with a second lock, HKDF (RFC 5869) over that and the secret, under the same salt. */
async function deriveKey(
  passphrase: string,
  { N, r, p, salt }: Header['kdf'],
  secret: Uint8Array | null,
): Promise<Uint8Array> {
  const saltBytes = parseBase64(salt) ?? new Uint8Array();
  const settings = { N, r, p, dkLen: keyBytes };
  const stretched = await scryptAsync(encodeUtf8(passphrase.normalize('NFKC')), saltBytes, settings);
  if (secret === null) return stretched;
  const info = encodeUtf8('trustbox/vault/2/second-lock');
  return hkdf(sha256, concatBytes(stretched, secret), saltBytes, info, keyBytes);
}

/**
 * What the header says of a second lock.
 * @param secret 32 random bytes, for the keychain to hold
 * @param code 16 random bytes, for the paper
 */
export function makeLock(secret: Uint8Array, code: Uint8Array): HeaderLock {
  const id = secretId(secret);
  return { id, recovery: toBase64(seal(recoveryKey(code), recoveryPurpose(id), secret)) };
}

/** A header for this vault key, 32 bytes, with a salt of its own. */
export async function makeHeader(
  passphrase: string,
  vaultKey: Uint8Array,
  second: { readonly lock: HeaderLock; readonly secret: Uint8Array } | null = null,
): Promise<Header> {
  const settings = { ...kdf, salt: toBase64(randomBytes(16)) };
  const key = await deriveKey(passphrase, settings, second?.secret ?? null);
  const sealedKey = toBase64(seal(key, headerPurpose(second?.lock ?? null), vaultKey));
  return second
    ? { vault: 2, kdf: settings, sealedKey, secondLock: second.lock }
    : { vault: 1, kdf: settings, sealedKey };
}

/** @throws vault.damaged */
export function parseHeader(text: string): Header {
  const parsed = headerSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new ProvisionerError('vault.damaged', 'the header of the vault is not understood');
}

export const lockOf = (header: Header): HeaderLock | null => (header.vault === 2 ? header.secondLock : null);

/**
 * The vault key.
 * @throws vault.locked vault.second-lock-needed vault.recovery-code-invalid
 */
export async function openHeader(
  header: Header,
  passphrase: string,
  findSecret: SecretFinder,
): Promise<Uint8Array> {
  const lock = lockOf(header);
  const secret = lock && (await findRightSecret(lock, findSecret));
  const sealed = parseBase64(header.sealedKey) ?? new Uint8Array();
  const key = await deriveKey(passphrase, header.kdf, secret);
  secret?.fill(0);
  const vaultKey = openSealed(key, headerPurpose(lock), sealed);
  if (vaultKey) return vaultKey;
  throw new ProvisionerError('vault.locked', 'wrong passphrase, or a damaged vault header');
}

async function findRightSecret(lock: HeaderLock, findSecret: SecretFinder): Promise<Uint8Array> {
  const secret = await findSecret(lock);
  if (secretId(secret) === lock.id) return secret;
  throw new ProvisionerError('vault.second-lock-needed', 'what is held here belongs to another vault');
}

/** The secret by its recovery code. @throws vault.recovery-code-invalid */
export function recoverSecret({ id, recovery }: HeaderLock, code: Uint8Array): Uint8Array {
  const secret = openSealed(
    recoveryKey(code),
    recoveryPurpose(id),
    parseBase64(recovery) ?? new Uint8Array(),
  );
  if (secret) return secret;
  throw new ProvisionerError('vault.recovery-code-invalid', 'it is the code of another lock');
}

/** The value, or undefined for what is not JSON or states a key twice. The parser's own error would quote the text. */
function parseJson(json: string): unknown {
  try {
    return parseStrictJson(json);
  } catch {
    return undefined;
  }
}
