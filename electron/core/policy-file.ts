// Policies and the keys that sign them, from files.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { toHex } from '../../shared/bytes.ts';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { type LoadedPolicy, parsePolicy } from '../../shared/policy.ts';

/** A policy from a file, whoever signed it. @throws policy.invalid */
export async function readPolicyFile(path: string): Promise<LoadedPolicy> {
  const json = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ProvisionerError('policy.invalid', `${path} cannot be read`, { cause });
  });
  return parsePolicy(json);
}

const invalid = (said: string, cause?: unknown) =>
  new ProvisionerError('policy.key-invalid', said, cause === undefined ? {} : { cause });

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw invalid(`${path} cannot be read`, cause);
  });

/** The raw 32 bytes at the end of an Ed25519 key in PKCS#8 or SPKI (RFC 8410 sections 4 and 7). */
function rawOf(key: KeyObject, path: string): Uint8Array {
  if (key.asymmetricKeyType !== 'ed25519')
    throw invalid(`${path} is an ${key.asymmetricKeyType} key, not Ed25519`);
  const der =
    key.type === 'private'
      ? key.export({ type: 'pkcs8', format: 'der' })
      : key.export({ type: 'spki', format: 'der' });
  return new Uint8Array(der.subarray(-32));
}

/** Makes an Ed25519 key and writes it to a new file that only its owner reads. @returns the public half, 64 hex digits */
export async function makeLeadKey(path: string, passphrase: string | undefined): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const protection = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem', ...protection });
  await writeFile(path, pem, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
    throw invalid(`${path} cannot be written, or is there already`, cause);
  });
  return toHex(rawOf(publicKey, path));
}

/**
 * The line lead's secret key.
 * @returns 32-byte seed, whose memory the caller clears
 * @throws policy.key-invalid
 */
export async function readLeadKey(path: string, passphrase: string | undefined): Promise<Uint8Array> {
  const pem = await readText(path);
  try {
    const key = createPrivateKey({
      key: pem,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase }),
    });
    return rawOf(key, path);
  } catch (cause) {
    if (cause instanceof ProvisionerError) throw cause;
    throw invalid(`${path} holds no private key, or its passphrase is missing or wrong`, cause);
  }
}

/** The line lead's public key: 64 hex digits, or a file with it as PEM. @throws policy.key-invalid */
export async function readLeadPublicKey(given: string): Promise<string> {
  if (/^[0-9a-fA-F]{64}$/.test(given)) return given.toLowerCase();
  const pem = await readText(given);
  if (pem.includes('PRIVATE KEY'))
    throw invalid(`${given} holds the private key: it stays with the line lead`);
  try {
    return toHex(rawOf(createPublicKey(pem), given));
  } catch (cause) {
    if (cause instanceof ProvisionerError) throw cause;
    throw invalid(`${given} holds no public key`, cause);
  }
}
