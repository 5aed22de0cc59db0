// The vault: class keys and the station's signing key, sealed at rest. A passphrase, and a second lock where there is
// one, open a random vault key (vault-header.ts), the vault key opens each entry. It lives in the station's database, so writes are whole or not there and
// several processes may add keys at once. Format: docs/formats/vault.md.
import { randomBytes } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { z } from 'zod';
import { parseBase64, toHex } from '../../../shared/bytes.ts';
import { parseStrictJson } from '../../../shared/cpk/strict-json.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Clock } from '../clock.ts';
import { idPattern } from '../package/manifest-for.ts';
import { appendJournal } from '../records/journal.ts';
import { type Database, isConstraintError } from '../store/database.ts';
import { type ClassKey, classKeyBytes, classKeyId } from './class-key.ts';
import { openSealed, seal } from './sealed.ts';
import { makeHeader, openHeader, parseHeader, type SecretFinder } from './vault-header.ts';

export type KeyInfo = { readonly name: string; readonly keyId: string; readonly createdAt: string };
export type StationKey = {
  readonly name: string;
  readonly publicKey: string;
  readonly secretKey: Uint8Array;
};

export type VaultOpening = { readonly passphrase: string; readonly findSecret?: SecretFinder | undefined };

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

const keyPurpose = (name: string) => `trustbox/vault/1/class-key/${name}`;
const stationPurpose = 'trustbox/vault/1/station-key';

/** Metadata of all keys; needs no passphrase. */
export async function listKeys(db: Database): Promise<KeyInfo[]> {
  const rows = await db.selectFrom('keys').select(['name', 'key_id', 'created_at']).orderBy('name').execute();
  return rows.map((row) => ({ name: row.name, keyId: row.key_id, createdAt: row.created_at }));
}

const noSecret: SecretFinder = () => {
  throw new ProvisionerError('vault.second-lock-needed', 'only the passphrase was given');
};

/**
 * Opens the vault, making it with this passphrase when there is none.
 * @param findSecret gives the secret of the second lock, where the vault has one
 * @throws vault.locked vault.damaged vault.second-lock-needed vault.recovery-code-invalid
 */
export async function openVault(
  db: Database,
  clock: Clock,
  { passphrase, findSecret = noSecret }: VaultOpening,
): Promise<Vault> {
  const vaultKey = await openOrMake(db, passphrase, findSecret);

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

async function openOrMake(db: Database, passphrase: string, findSecret: SecretFinder): Promise<Uint8Array> {
  const readHeader = () => db.selectFrom('vault').select('header').executeTakeFirst();
  const existing = await readHeader();
  if (existing) return openHeader(parseHeader(existing.header), passphrase, findSecret);
  if (passphrase.length < 8)
    throw new ProvisionerError('vault.locked', 'a new vault needs a passphrase of at least 8 characters');
  const vaultKey = new Uint8Array(randomBytes(32));
  const header = JSON.stringify(await makeHeader(passphrase, vaultKey));
  await db
    .insertInto('vault')
    .values({ id: 1, header })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const stored = await readHeader();
  // Another process may have been first: then its vault is the vault.
  return stored && stored.header !== header
    ? openHeader(parseHeader(stored.header), passphrase, findSecret)
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
