// The vault: class keys and the station's signing key, sealed at rest. A passphrase opens a random vault key (scrypt,
// AES-256-GCM), the vault key opens each entry. It lives in the station's database, so writes are whole or not there and
// several processes may add keys at once. Format: docs/formats/vault.md.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { z } from 'zod';
import { concatBytes, encodeUtf8, parseBase64, toBase64, toHex } from '../../../shared/bytes.ts';
import { parseStrictJson } from '../../../shared/cpk/strict-json.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Clock } from '../clock.ts';
import { idPattern } from '../package/manifest-for.ts';
import { appendJournal } from '../records/journal.ts';
import { type Database, isConstraintError } from '../store/database.ts';
import { type ClassKey, classKeyBytes, classKeyId } from './class-key.ts';

export type KeyInfo = { readonly name: string; readonly keyId: string; readonly createdAt: string };
export type StationKey = {
  readonly name: string;
  readonly publicKey: string;
  readonly secretKey: Uint8Array;
};

export type Vault = {
  /** @throws vault.exists key.name-invalid */
  createKey(name: string): Promise<KeyInfo>;
  /** @param secret 32 bytes @throws vault.exists key.name-invalid key.import-invalid */
  importKey(name: string, secret: Uint8Array): Promise<KeyInfo>;
  /** @throws vault.no-such-key vault.damaged */
  openKey(name: string): Promise<ClassKey>;
  /** Made at first use. */
  openStationKey(stationName: string): Promise<StationKey>;
};

const nonceBytes = 12;
const tagBytes = 16;
/** 64 MiB and about half a second here; in the header, so that it can grow. */
const kdf = { name: 'scrypt', N: 2 ** 16, r: 8, p: 1 } as const;
/** What a stored header may ask for: not so little that a guess is cheap, not more than 256 MiB. */
const [minN, maxN] = [2 ** 14, 2 ** 18];
const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

const headerSchema = z.strictObject({
  vault: z.literal(1),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z.number().int().min(minN).max(maxN).refine(isPowerOfTwo),
    r: z.literal(8),
    p: z.number().int().min(1).max(4),
    salt: z.base64(),
  }),
  sealedKey: z.base64(),
});

type Header = z.infer<typeof headerSchema>;

/** nonce || ciphertext || tag under AES-256-GCM, with the purpose as additional data. */
function seal(key: Uint8Array, purpose: string, plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(encodeUtf8(purpose));
  return concatBytes(nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** The plaintext, or null when key, purpose or bytes are not those it was sealed with. */
function openSealed(key: Uint8Array, purpose: string, sealed: Uint8Array): Uint8Array | null {
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

const headerPurpose = 'trustbox/vault/1';
const keyPurpose = (name: string) => `trustbox/vault/1/class-key/${name}`;
const stationPurpose = 'trustbox/vault/1/station-key';

const deriveKey = (passphrase: string, { N, r, p, salt }: Header['kdf']): Promise<Uint8Array> =>
  scryptAsync(encodeUtf8(passphrase.normalize('NFKC')), parseBase64(salt) ?? new Uint8Array(), {
    N,
    r,
    p,
    dkLen: 32,
  });

async function makeHeader(passphrase: string): Promise<{ header: Header; vaultKey: Uint8Array }> {
  const settings = { ...kdf, salt: toBase64(randomBytes(16)) };
  const vaultKey = new Uint8Array(randomBytes(32));
  const sealedKey = toBase64(seal(await deriveKey(passphrase, settings), headerPurpose, vaultKey));
  return { header: { vault: 1, kdf: settings, sealedKey }, vaultKey };
}

async function openHeader(text: string, passphrase: string): Promise<Uint8Array> {
  const parsed = headerSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new ProvisionerError('vault.damaged', 'the header of the vault is not understood');
  const sealed = parseBase64(parsed.data.sealedKey) ?? new Uint8Array();
  const vaultKey = openSealed(await deriveKey(passphrase, parsed.data.kdf), headerPurpose, sealed);
  if (!vaultKey) throw new ProvisionerError('vault.locked', 'wrong passphrase, or a damaged vault header');
  return vaultKey;
}

/** Metadata of all keys; needs no passphrase. */
export async function listKeys(db: Database): Promise<KeyInfo[]> {
  const rows = await db.selectFrom('keys').select(['name', 'key_id', 'created_at']).orderBy('name').execute();
  return rows.map((row) => ({ name: row.name, keyId: row.key_id, createdAt: row.created_at }));
}

/**
 * Opens the vault, making it with this passphrase when there is none.
 * @throws vault.locked vault.damaged
 */
export async function openVault(db: Database, clock: Clock, passphrase: string): Promise<Vault> {
  const vaultKey = await openOrMake(db, passphrase);

  const add = async (name: string, secret: Uint8Array, how: 'created' | 'imported'): Promise<KeyInfo> => {
    if (!idPattern.test(name)) throw new ProvisionerError('key.name-invalid', `"${name.slice(0, 80)}"`);
    const info = { name, keyId: classKeyId({ name, secret }), createdAt: clock.now().toISOString() };
    const row = {
      name,
      key_id: info.keyId,
      sealed: seal(vaultKey, keyPurpose(name), secret),
      created_at: info.createdAt,
    };
    await db
      .transaction()
      .execute(async (tx) => {
        await tx.insertInto('keys').values(row).execute();
        await appendJournal(tx, clock, { kind: `class-key-${how}`, body: { name, keyId: info.keyId } });
      })
      .catch((error: unknown) => {
        if (isConstraintError(error)) throw new ProvisionerError('vault.exists', `a key "${name}" exists`);
        throw error;
      });
    return info;
  };

  return {
    createKey: (name) => add(name, new Uint8Array(randomBytes(classKeyBytes)), 'created'),
    importKey(name, secret) {
      if (secret.length !== classKeyBytes)
        throw new ProvisionerError(
          'key.import-invalid',
          `${secret.length} bytes instead of ${classKeyBytes}`,
        );
      return add(name, secret, 'imported');
    },
    async openKey(name) {
      const row = await db.selectFrom('keys').select('sealed').where('name', '=', name).executeTakeFirst();
      if (!row) throw new ProvisionerError('vault.no-such-key', `no key "${name.slice(0, 80)}"`);
      const secret = openSealed(vaultKey, keyPurpose(name), row.sealed);
      if (secret?.length !== classKeyBytes)
        throw new ProvisionerError('vault.damaged', `key "${name}" does not open`);
      return { name, secret };
    },
    async openStationKey(stationName) {
      const row = (await readStation(db)) ?? (await makeStation(db, { vaultKey, stationName }));
      const secretKey = openSealed(vaultKey, stationPurpose, row.sealed_key);
      if (!secretKey) throw new ProvisionerError('vault.damaged', "the station's signing key does not open");
      return { name: row.name, publicKey: row.public_key, secretKey };
    },
  };
}

async function openOrMake(db: Database, passphrase: string): Promise<Uint8Array> {
  const readHeader = () => db.selectFrom('vault').select('header').executeTakeFirst();
  const existing = await readHeader();
  if (existing) return openHeader(existing.header, passphrase);
  if (passphrase.length < 8)
    throw new ProvisionerError('vault.locked', 'a new vault needs a passphrase of at least 8 characters');
  const { header, vaultKey } = await makeHeader(passphrase);
  await db
    .insertInto('vault')
    .values({ id: 1, header: JSON.stringify(header) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const stored = await readHeader();
  // Another process may have been first: then its vault is the vault.
  return stored && stored.header !== JSON.stringify(header)
    ? openHeader(stored.header, passphrase)
    : vaultKey;
}

const readStation = (db: Database) => db.selectFrom('station').selectAll().executeTakeFirst();

async function makeStation(
  db: Database,
  { vaultKey, stationName }: { vaultKey: Uint8Array; stationName: string },
) {
  const { secretKey, publicKey } = ed25519.keygen();
  const row = {
    id: 1,
    name: stationName,
    public_key: toHex(publicKey),
    sealed_key: seal(vaultKey, stationPurpose, secretKey),
  };
  await db
    .insertInto('station')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await readStation(db)) ?? row;
}

/** A class key from text: canonical base64 of 32 bytes. @throws key.import-invalid, which never quotes the text */
export function parseClassKey(base64: string): Uint8Array {
  const secret = parseBase64(base64.trim());
  if (secret?.length === classKeyBytes) return secret;
  throw new ProvisionerError(
    'key.import-invalid',
    `${secret ? `${secret.length} bytes` : 'not base64'}; 32 bytes are needed`,
  );
}

const maxStoreKeys = 10_000;

/**
 * cpk-tool's file key store: {"APP_ID": "base64"}.
 * @throws key.import-invalid naming the entry, never quoting a key
 */
export function parseKeyStore(json: string): Map<string, Uint8Array> {
  const parsed = z.record(z.string(), z.string()).safeParse(parseJson(json));
  if (!parsed.success)
    throw new ProvisionerError('key.import-invalid', 'not a JSON object of names and base64 keys');
  const entries = Object.entries(parsed.data);
  if (entries.length > maxStoreKeys)
    throw new ProvisionerError('key.import-invalid', `more than ${maxStoreKeys} keys`);
  return new Map(entries.map(([name, base64]) => [name, parseNamedKey(name, base64)]));
}

function parseNamedKey(name: string, base64: string): Uint8Array {
  try {
    return parseClassKey(base64);
  } catch (error) {
    if (!(error instanceof ProvisionerError)) throw error;
    throw new ProvisionerError(error.code, `"${name.slice(0, 80)}": ${error.message}`);
  }
}

/** The value, or undefined for what is not JSON or states a key twice. The parser's own error would quote the text. */
function parseJson(json: string): unknown {
  try {
    return parseStrictJson(json);
  } catch {
    return undefined;
  }
}
