// A package in the layout of `cpk-tool build`, made with node:crypto alone and by no code of ours, and everything to
// wrap its key. Keys and certificate are made per run; nothing here is secret.

import { execFileSync } from 'node:child_process';
import {
  type BinaryLike,
  constants,
  createCipheriv,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
  sign,
} from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Signer = { readonly keyPem: string; readonly certificatePem: Uint8Array };

/** An RSA-2048 key and a self-signed certificate for it, by openssl. */
export function makeSigner(): Signer {
  const dir = mkdtempSync(join(tmpdir(), 'trustbox-signer-'));
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  try {
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=TEST virtual box signer'];
    execFileSync('openssl', [...args, '-days', '30', '-keyout', key, '-out', certificate], {
      stdio: 'ignore',
    });
    return { keyPem: readFileSync(key, 'utf8'), certificatePem: readFileSync(certificate) };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export type PackageParts = {
  readonly id: string;
  readonly classKey: Uint8Array;
  readonly payload: Uint8Array;
  readonly signer: Signer;
  /** Fields of the payload section to replace. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly change?: Partial<Record<'sealed' | 'nonce' | 'tag' | 'digest' | 'signature', Uint8Array>>;
};

/** Bytes of a .cpk, seven streams, the manifest last. */
export function makePackage({ id, classKey, payload, signer, manifest, change }: PackageParts): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', classKey, nonce);
  const sealed = Buffer.concat([cipher.update(payload), cipher.final()]);
  const made = {
    sealed,
    nonce,
    tag: cipher.getAuthTag(),
    digest: createHash('sha256').update(payload).digest(),
    signature: sign('sha256', payload, signer.keyPem),
    ...change,
  };
  const document = {
    'cp-id': id,
    'cp-name': 'Test application',
    'cp-vendor': 'TrustBox tests',
    payload: {
      data: 0,
      target: { arch: 'aarch64', os: 'OP-TEE' },
      ver: { maj: 1, min: 2, rev: 3, date: '2026-11-23 09:00:00 UTC' },
      enc: { 'aes-gcm': { key_name: id, key_strength: 256, nonce: 1, tag: 2 } },
      dig: { sha256: { data: 3 } },
      sig: { 'rsa-pkcs1v15': { key_strength: 2048, data: 4 } },
      cert: { 'embedded-x509-pem': { data: 5 } },
      ...manifest,
    },
    package: { map: [0, 1, 2, 3, 4, 5, 6], dig: 'none', sig: 'none', cert: 'none' },
  };
  const { nonce: iv, tag, digest, signature } = made;
  const json = Buffer.from(JSON.stringify(document));
  return frame([made.sealed, iv, tag, digest, signature, signer.certificatePem, json]);
}

function frame(streams: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(16 + 16 * streams.length);
  header.writeUInt32LE(0x0eccf00d, 0);
  [1, 0, streams.length, streams.length - 1, 1, 1].forEach((word, at) => {
    header.writeUInt16LE(word, 4 + 2 * at);
  });
  let offset = 0n;
  streams.forEach((stream, at) => {
    header.writeBigUInt64LE(offset, 16 + 16 * at);
    header.writeBigUInt64LE(BigInt(stream.length), 24 + 16 * at);
    offset += BigInt(stream.length);
  });
  return Buffer.concat([header, ...streams]);
}

/** RSAES-PKCS1-v1_5 of a key for the public key that pub-key printed; base64. */
export function wrapFor(publicKeyBase64: string, secret: Uint8Array): string {
  const key = createPublicKey({ key: Buffer.from(publicKeyBase64, 'base64'), format: 'der', type: 'spki' });
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, secret).toString('base64');
}

/** A key pair that no box holds; SubjectPublicKeyInfo, base64. */
export const foreignPublicKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .publicKey.export({ type: 'spki', format: 'der' })
    .toString('base64');

export const sha256Hex = (bytes: BinaryLike): string => createHash('sha256').update(bytes).digest('hex');
