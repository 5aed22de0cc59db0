// The golden packages (test/fixtures): what they open to is written here once and never changes.
import { createCipheriv, createHash, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectPackage } from '../../../electron/core/package/inspect.ts';
import { manifestFor } from '../../../electron/core/package/manifest-for.ts';
import { verifyPackage } from '../../../electron/core/package/verify.ts';
import { concatBytes } from '../../../shared/bytes.ts';
import { planLayout } from '../../../shared/cpk/layout.ts';
import { encodeManifest, renderBuildDate } from '../../../shared/cpk/manifest.ts';
import { fixturesDir, golden } from '../../helpers/golden.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const path = (name: string) => join(fixturesDir, name);
const ours = path('golden-1-TEST.cpk');
const cpkTools = path('golden-cpk-tool-1-TEST.cpk');
const certificatePem = readFileSync(path('golden-1-TEST.crt'), 'utf8');

const certificate = {
  subject: 'CN=TEST golden signer',
  issuer: 'CN=TEST golden signer',
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2046-01-01T00:00:00.000Z',
  keyBits: 2048,
  fingerprint: 'b892b220dc595397413879c58dfd05d8480fb126cd785e2c2d943c1ba92269b5',
  certificateSha256: 'd359447fd82a55777033dbed013c7bfed583917356b7a47adf706313121b56fb',
  publishedAs: null,
};

const rsa = (data: number) => ({ 'rsa-pkcs1v15': { key_strength: 2048, data } });
const payloadManifest = (date: string) => ({
  data: 0,
  target: { arch: 'aarch64', os: 'OP-TEE' },
  ver: { maj: 1, min: 2, rev: 3, date },
  enc: { 'aes-gcm': { key_name: 'test-golden', key_strength: 256, nonce: 1, tag: 2 } },
  dig: { sha256: { data: 3 } },
  sig: rsa(4),
  cert: { 'embedded-x509-pem': { data: 5 } },
});

const judge = async (file: string, at = golden.clock) => {
  const result = await verifyPackage(file, {
    clock: at,
    classKey: golden.classKey,
    anchors: [certificatePem],
  });
  return { ...result, checks: Object.fromEntries(result.checks.map(({ name, ok }) => [name, ok])) };
};

test('inspect of golden package 1 says what it has always said', async () => {
  expect(await inspectPackage(ours)).toEqual({
    path: ours,
    fileBytes: 3134,
    id: 'test-golden',
    name: 'TEST golden application',
    vendor: 'TEST vendor',
    version: '1.2.3',
    keyName: 'test-golden',
    manifestStream: 6,
    streams: [
      { index: 0, role: 'payload', offset: 160, sizeBytes: 744 },
      { index: 1, role: 'nonce', offset: 904, sizeBytes: 12 },
      { index: 2, role: 'tag', offset: 916, sizeBytes: 16 },
      { index: 3, role: 'digest', offset: 932, sizeBytes: 32 },
      { index: 4, role: 'signature', offset: 964, sizeBytes: 256 },
      { index: 5, role: 'certificate', offset: 1220, sizeBytes: 1046 },
      { index: 6, role: 'manifest', offset: 2266, sizeBytes: 580 },
      { index: 7, role: 'package-digest', offset: 2846, sizeBytes: 32 },
      { index: 8, role: 'package-signature', offset: 2878, sizeBytes: 256 },
    ],
    gaps: [],
    layoutFaults: [],
    signed: { payload: true, package: true },
    certificate,
    certificateFault: null,
    manifest: {
      'cp-id': 'test-golden',
      'cp-name': 'TEST golden application',
      'cp-vendor': 'TEST vendor',
      payload: payloadManifest('2026-11-23 12:00:00.000000 UTC'),
      package: {
        map: [0, 1, 2, 3, 4, 5, 6],
        dig: { sha256: { data: 7 } },
        sig: rsa(8),
        cert: { 'embedded-x509-pem': { data: 5 } },
      },
    },
  });
});

test('verify of golden package 1 says what it has always said', async () => {
  expect(await judge(ours)).toEqual({
    ok: true,
    checks: {
      frame: true,
      manifest: true,
      layout: true,
      certificate: true,
      'published-key': true,
      chain: true,
      'package-digest': true,
      'package-signature': true,
      'payload-signature': true,
      decrypt: true,
      'payload-digest': true,
    },
    package: {
      path: ours,
      fileBytes: 3134,
      fileSha256: '53bff0b47095db0e5227580abf188813510993eb6467da7fbfd61844bd954e31',
      packageDigest: '1c26e3ea9e0ac2c1ca2572a0f7db4796ac00b1b76d7d408df04848e2f84f10c9',
      id: 'test-golden',
      name: 'TEST golden application',
      vendor: 'TEST vendor',
      version: '1.2.3',
      keyName: 'test-golden',
      payloadBytes: 744,
      signerFingerprint: certificate.fingerprint,
    },
  });
});

test("inspect of the golden package in cpk-tool's layout says what it has always said", async () => {
  const found = await inspectPackage(cpkTools);
  expect(found).toMatchObject({
    fileBytes: 2721,
    version: '1.2.3',
    keyName: 'test-golden',
    manifestStream: 6,
    gaps: [],
    signed: { payload: true, package: false },
    certificate,
    manifest: {
      payload: payloadManifest('2026-11-23 09:00:00 UTC'),
      package: { map: [0, 1, 2, 3, 4, 5, 6], dig: 'none', sig: 'none', cert: 'none' },
    },
  });
  expect(found.streams).toEqual([
    { index: 0, role: 'payload', offset: 128, sizeBytes: 744 },
    { index: 1, role: 'nonce', offset: 872, sizeBytes: 12 },
    { index: 2, role: 'tag', offset: 884, sizeBytes: 16 },
    { index: 3, role: 'digest', offset: 900, sizeBytes: 32 },
    { index: 4, role: 'signature', offset: 932, sizeBytes: 256 },
    { index: 5, role: 'certificate', offset: 1188, sizeBytes: 1046 },
    { index: 6, role: 'manifest', offset: 2234, sizeBytes: 487 },
  ]);
});

test("verify of the golden package in cpk-tool's layout says what it has always said", async () => {
  expect(await judge(cpkTools)).toEqual({
    ok: false,
    checks: {
      frame: true,
      manifest: true,
      layout: false,
      certificate: true,
      'published-key': true,
      chain: true,
      'package-digest': false,
      'package-signature': false,
      'payload-signature': true,
      decrypt: true,
      'payload-digest': true,
    },
    package: null,
  });
});

test('the certificate runs out, the verdict on all else stays', async () => {
  const { ok, checks } = await judge(ours, { now: () => new Date('2046-01-01T00:00:01.000Z') });
  expect(ok).toBe(false);
  expect(Object.entries(checks).filter(([, good]) => good !== true)).toEqual([['certificate', false]]);
});

test('the name and place of the file are no part of it', async () => {
  const elsewhere = join(await makeTempDir(), 'renamed.bin');
  await copyFile(ours, elsewhere);
  expect((await judge(elsewhere)).ok).toBe(true);
});

test('every byte that needs neither the lost TEST key nor a new nonce is still written the same', async () => {
  const file = new Uint8Array(readFileSync(ours));
  const { streams } = await inspectPackage(ours);
  const stream = (index: number) => {
    const { offset = 0, sizeBytes = 0 } = streams[index] ?? {};
    return file.subarray(offset, offset + sizeBytes);
  };
  const { identity, classKey, clock, payload } = golden;
  const manifest = encodeManifest(manifestFor({ ...identity, classKey }, 2048, renderBuildDate(clock.now())));
  const { frame, fileBytes } = planLayout({
    payloadBytes: payload.length,
    certificateBytes: certificatePem.length,
    manifestBytes: manifest.length,
    signatureBytes: 256,
  });
  const cipher = createCipheriv('aes-256-gcm', classKey.secret, stream(1));
  const sealed = concatBytes(cipher.update(payload), cipher.final());
  const covered = concatBytes(
    sealed,
    stream(1),
    cipher.getAuthTag(),
    createHash('sha256').update(payload).digest(),
    stream(4),
    Buffer.from(certificatePem),
    manifest,
  );
  const digest = createHash('sha256').update(covered).digest();
  const again = concatBytes(frame, covered, digest, stream(8));
  expect(Buffer.from(again).equals(file)).toBe(true);
  expect(fileBytes).toBe(file.length);

  const { publicKey } = new X509Certificate(certificatePem);
  expect(verify('sha256', payload, publicKey, stream(4))).toBe(true);
  expect(verify('sha256', covered, publicKey, stream(8))).toBe(true);
});
