import { execFileSync, spawnSync } from 'node:child_process';
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateEncrypt,
  sign,
} from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { TestSigner } from '../../../electron/cli/test-signer.ts';
import { systemClock as clock } from '../../../electron/core/clock.ts';
import { buildPackage } from '../../../electron/core/package/build.ts';
import { attachSignature, digestToSign } from '../../../electron/core/package/external-signing.ts';
import {
  encodeDigestInfo,
  isDigestSignature,
  openSigner,
  parseSigningCertificate,
  signDigest,
} from '../../../electron/core/package/signing.ts';
import { verifyPackage } from '../../../electron/core/package/verify.ts';
import { codeOf, codeOfAsync } from '../../helpers/errors.ts';
import { testSigner } from '../../helpers/station.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

let signer: TestSigner;
let dir: string;
const classKey = { name: 'test-app', secret: new Uint8Array(32).fill(7) };
const sha256 = (text: string) => new Uint8Array(createHash('sha256').update(text).digest());

beforeAll(async () => {
  signer = await testSigner();
  dir = await makeTempDir();
});

test('a signature over a digest equals the one over the message', () => {
  const key = createPrivateKey(signer.keyPem);
  const over = signDigest(key, sha256('hello'));
  expect(Buffer.from(over).equals(sign('sha256', Buffer.from('hello'), key))).toBe(true);
  expect(isDigestSignature(createPublicKey(signer.keyPem), sha256('hello'), over)).toBe(true);
  expect(isDigestSignature(createPublicKey(signer.keyPem), sha256('hallo'), over)).toBe(false);
});

test('a DigestInfo with something else behind the padding does not pass', () => {
  const key = createPrivateKey(signer.keyPem);
  const longer = Buffer.concat([encodeDigestInfo(sha256('x')), Buffer.from([0])]);
  const forged = privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, longer);
  expect(isDigestSignature(createPublicKey(signer.keyPem), sha256('x'), forged)).toBe(false);
});

test('Wycheproof RSA 2048 SHA-256 signatures are judged as published', (ctx) => {
  const path = resolve('../shared/vectors/wycheproof/rsa_signature_2048_sha256_test.json');
  if (!existsSync(path)) return ctx.skip('the shared vectors are not beside this project');
  type Group = { publicKeyDer: string; tests: { tcId: number; msg: string; sig: string; result: string }[] };
  const { testGroups } = JSON.parse(readFileSync(path, 'utf8')) as { testGroups: Group[] };
  let count = 0;
  for (const group of testGroups) {
    const key = createPublicKey({ key: Buffer.from(group.publicKeyDer, 'hex'), format: 'der', type: 'spki' });
    for (const { msg, sig, result, tcId } of group.tests) {
      const digest = new Uint8Array(createHash('sha256').update(Buffer.from(msg, 'hex')).digest());
      const good = isDigestSignature(key, digest, Buffer.from(sig, 'hex'));
      if (result !== 'acceptable') expect(good, `case ${tcId}`).toBe(result === 'valid');
      count += 1;
    }
  }
  expect(count).toBe(259);
});

test('a protected key opens with its passphrase and not without', () => {
  const key = createPrivateKey(signer.keyPem)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' })
    .toString();
  const open = (passphrase?: string) =>
    openSigner({ certificatePem: signer.certificatePem, keyPem: key, passphrase }, new Date());
  expect(open('right').sign).not.toBeNull();
  expect(codeOf(() => open())).toBe('signing.passphrase-needed');
  expect(codeOf(() => open('wrong'))).toBe('signing.passphrase-needed');
});

test('keys that cannot sign packages are refused: too small, wrong kind', () => {
  const pem = (pair: ReturnType<typeof generateKeyPairSync>) =>
    (pair.privateKey as ReturnType<typeof createPrivateKey>)
      .export({ type: 'pkcs8', format: 'pem' })
      .toString();
  const small = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }) as never);
  const ec = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }) as never);
  for (const keyPem of [small, ec]) {
    expect(codeOf(() => openSigner({ certificatePem: signer.certificatePem, keyPem }, new Date()))).toBe(
      'signing.key-unsuitable',
    );
  }
});

/** cpk-tool's own self-signed demo certificate (ConfidentialPackageTools, builder.rs, MIT): data, public, expired 2022. */
const demoCertificate = readFileSync(
  join(import.meta.dirname, '..', '..', 'fixtures', 'cpk-tool-demo.crt'),
  'utf8',
);

test("cpk-tool's published demo key is recognised and refused outside demo mode", () => {
  expect(parseSigningCertificate(demoCertificate).publishedAs).toContain('demo');
  expect(codeOf(() => openSigner({ certificatePem: demoCertificate }, new Date()))).toBe('signing.demo-key');
  expect(
    openSigner({ certificatePem: demoCertificate, allowPublishedKey: true }, new Date()).sign,
  ).toBeNull();
});

async function buildUnsigned(): Promise<string> {
  await writeFile(join(dir, 'payload'), 'payload');
  const outPath = join(dir, 'external.cpk');
  const request = {
    payloadPath: join(dir, 'payload'),
    outPath,
    id: 'test-app',
    name: 'T',
    vendor: 'T',
    version: { maj: 1, min: 0, rev: 0 },
    classKey,
    signing: { certificatePem: signer.certificatePem },
  };
  const built = await buildPackage(request, { ledger: { claim: async () => undefined }, clock });
  expect(built.signed).toBe(false);
  return outPath;
}

test('external signing: the digest out, the signature in, twice, and the package is sound', async () => {
  const path = await buildUnsigned();
  expect((await verifyPackage(path, { clock })).ok).toBe(false);
  const key = createPrivateKey(signer.keyPem);
  for (const part of ['payload', 'package'] as const) {
    const due = await digestToSign(path);
    expect(due.due).toBe(part);
    expect(await attachSignature(path, signDigest(key, due.digest), path)).toEqual({ attached: part });
  }
  expect(await codeOfAsync(digestToSign(path))).toBe('signing.nothing-due');
  const result = await verifyPackage(path, { clock, classKey, anchors: [signer.certificatePem] });
  expect(result.checks.filter(({ ok }) => ok !== true)).toEqual([]);
});

test('openssl signs what package digest wrote', async (ctx) => {
  if (spawnSync('openssl', ['version']).status !== 0) return ctx.skip('openssl is not installed');
  const path = await buildUnsigned();
  await writeFile(join(dir, 'key.pem'), signer.keyPem);
  for (let round = 0; round < 2; round += 1) {
    await writeFile(join(dir, 'digest.bin'), (await digestToSign(path)).digest);
    const signature = execFileSync('openssl', [
      'pkeyutl',
      '-sign',
      '-inkey',
      join(dir, 'key.pem'),
      '-pkeyopt',
      'digest:sha256',
      '-in',
      join(dir, 'digest.bin'),
    ]);
    await attachSignature(path, signature, path);
  }
  expect((await verifyPackage(path, { clock, classKey })).ok).toBe(true);
});

test('a signature by another key, or over something else, is refused and changes nothing', async () => {
  const path = await buildUnsigned();
  const before = readFileSync(path);
  const key = createPrivateKey(signer.keyPem);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { digest } = await digestToSign(path);
  for (const bad of [signDigest(privateKey, digest), signDigest(key, sha256('else')), new Uint8Array(3)]) {
    expect(await codeOfAsync(attachSignature(path, bad, path))).toBe('signing.signature-invalid');
  }
  expect(readFileSync(path).equals(before)).toBe(true);
});
