// The vault's second lock: a random secret beside the passphrase, held by the keychain of the operating system. A vault
// that was copied without that account does not open, even with the passphrase; with the recovery code it does.
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import { parseBase64, toBase64 } from '../../../shared/bytes.ts';
import type { KeychainKind } from '../../../shared/contract/values.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { encodeRecoveryCode, parseRecoveryCode, recoveryCodeBytes } from '../../../shared/recovery-code.ts';
import type { Clock } from '../clock.ts';
import { writeAtomically } from '../files.ts';
import { appendJournal } from '../records/journal.ts';
import type { Database } from '../store/database.ts';
import {
  type Header,
  type HeaderLock,
  lockOf,
  makeHeader,
  makeLock,
  openHeader,
  parseHeader,
  recoverSecret,
  type SecretFinder,
  secretBytes,
} from './vault-header.ts';

/** The keychain of the operating system, as the desktop app reaches it; station and command line have none. */
export interface Keychain {
  kind(): Promise<KeychainKind>;
  /** @param secret 32 bytes */
  seal(secret: Uint8Array): Promise<Uint8Array>;
  /** `resealed`: what to keep instead from now on, when the system's key has changed. */
  open(sealed: Uint8Array): Promise<{ secret: Uint8Array; resealed: Uint8Array | null }>;
}

const needed = (message: string, cause?: unknown) =>
  new ProvisionerError('vault.second-lock-needed', message, cause === undefined ? {} : { cause });
const unavailable = (message: string) => new ProvisionerError('vault.second-lock-unavailable', message);

export const noKeychain: Keychain = {
  kind: async () => 'none',
  seal: () => Promise.reject(unavailable('no keychain is reached from here')),
  open: () => Promise.reject(needed('no keychain is reached from here')),
};

const holdingSchema = z.strictObject({
  secondLock: z.literal(1),
  id: z.string().regex(/^[0-9a-f]{64}$/),
  sealed: z.base64(),
});

/** What the home folder holds for this lock, sealed by the keychain; null: nothing, or for another lock. */
async function readHolding(path: string, { id }: HeaderLock): Promise<Uint8Array | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    const holding = holdingSchema.parse(JSON.parse(text));
    return holding.id === id ? parseBase64(holding.sealed) : null;
  } catch {
    return null;
  }
}

const writeHolding = (path: string, { id }: HeaderLock, sealed: Uint8Array): Promise<void> =>
  writeAtomically(
    path,
    async (file) =>
      void (await file.write(`${JSON.stringify({ secondLock: 1, id, sealed: toBase64(sealed) })}\n`)),
    0o600,
  );

export type Place = {
  readonly keychain: Keychain;
  /** Of the file that holds the sealed secret. */
  readonly path: string;
};

/** Asks the keychain of this account. */
export const byKeychain =
  ({ keychain, path }: Place): SecretFinder =>
  async (lock) => {
    const sealed = await readHolding(path, lock);
    if (!sealed) throw needed('this account does not hold it');
    if ((await keychain.kind()) !== 'os')
      throw needed('the keychain of this account is not reached from here');
    const { secret, resealed } = await keychain.open(sealed).catch((cause: unknown) => {
      throw cause instanceof ProvisionerError ? cause : needed('this account does not open it', cause);
    });
    if (resealed) await writeHolding(path, lock, resealed);
    return secret;
  };

/** @throws vault.recovery-code-invalid when it is asked */
export const byRecoveryCode =
  (text: string): SecretFinder =>
  async (lock) =>
    recoverSecret(lock, parseRecoveryCode(text));

/** The same, and the keychain of this account holds the secret from then on. */
export const byRecoveryCodeAndHold =
  (text: string, place: Place): SecretFinder =>
  async (lock) => {
    const secret = recoverSecret(lock, parseRecoveryCode(text));
    await hold(place, lock, secret);
    return secret;
  };

/** Seals, opens again to see that it works, then writes. @throws vault.second-lock-unavailable */
async function hold({ keychain, path }: Place, lock: HeaderLock, secret: Uint8Array): Promise<void> {
  if ((await keychain.kind()) !== 'os') throw unavailable('this system offers no keychain');
  const sealed = await keychain.seal(secret);
  const back = await keychain.open(sealed);
  if (toBase64(back.secret) !== toBase64(secret))
    throw unavailable('the keychain does not give back what it got');
  await writeHolding(path, lock, sealed);
}

export type SecondLockState = { readonly isOn: boolean; readonly isHeldHere: boolean };

/** A header that is not understood is told when the vault is opened, not here. */
function lockIn(text: string): HeaderLock | null {
  try {
    return lockOf(parseHeader(text));
  } catch (error) {
    if (error instanceof ProvisionerError) return null;
    throw error;
  }
}

export async function readSecondLock(db: Database, path: string): Promise<SecondLockState> {
  const row = await db.selectFrom('vault').select('header').executeTakeFirst();
  const lock = row ? lockIn(row.header) : null;
  return { isOn: lock !== null, isHeldHere: lock !== null && (await readHolding(path, lock)) !== null };
}

type Switching = {
  readonly db: Database;
  readonly clock: Clock;
  readonly place: Place;
  readonly passphrase: string;
  readonly operator: string;
};

async function readOwnHeader(db: Database): Promise<{ text: string; header: Header }> {
  const row = await db.selectFrom('vault').select('header').executeTakeFirst();
  if (!row) throw new ProvisionerError('settings.missing', 'there is no vault yet');
  return { text: row.header, header: parseHeader(row.header) };
}

/** Writes the header with its journal entry, unless somebody else was first, and leaves nothing of the old one behind. */
async function replaceHeader(
  { db, clock, operator }: Switching,
  change: { before: string; next: Header; kind: 'second-lock-on' | 'second-lock-off'; id: string },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const done = await tx
      .updateTable('vault')
      .set({ header: JSON.stringify(change.next) })
      .where('header', '=', change.before)
      .executeTakeFirst();
    if (done.numUpdatedRows === 0n)
      throw new ProvisionerError('store.busy', 'the vault was changed meanwhile');
    await appendJournal(tx, clock, { kind: change.kind, body: { id: change.id, operator } });
  });
  await sql`pragma wal_checkpoint(truncate)`.execute(db);
}

/**
 * Switches the second lock on.
 * @returns the recovery code, which is kept nowhere: show it once
 * @throws vault.locked vault.second-lock-unavailable
 */
export async function switchOn(switching: Switching): Promise<string> {
  const { db, place, passphrase } = switching;
  const { text, header } = await readOwnHeader(db);
  if (lockOf(header)) throw unavailable('it is on already');
  const vaultKey = await openHeader(header, passphrase, byKeychain(place));
  const [secret, code] = [randomBytes(secretBytes), randomBytes(recoveryCodeBytes)];
  const lock = makeLock(secret, code);
  const next = await makeHeader(passphrase, vaultKey, { lock, secret });
  vaultKey.fill(0);
  await hold(place, lock, secret);
  secret.fill(0);
  await replaceHeader(switching, { before: text, next, kind: 'second-lock-on', id: lock.id });
  return encodeRecoveryCode(code);
}

/**
 * Switches it off: from then on the passphrase alone opens the vault.
 * @throws vault.locked vault.second-lock-needed vault.recovery-code-invalid
 */
export async function switchOff(switching: Switching, findSecret: SecretFinder): Promise<void> {
  const { db, place, passphrase } = switching;
  const { text, header } = await readOwnHeader(db);
  const lock = lockOf(header);
  if (!lock) return;
  const vaultKey = await openHeader(header, passphrase, findSecret);
  const next = await makeHeader(passphrase, vaultKey);
  vaultKey.fill(0);
  await replaceHeader(switching, { before: text, next, kind: 'second-lock-off', id: lock.id });
  await rm(place.path, { force: true });
}
