import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeTestSigner, type TestSigner } from '../../../electron/cli/test-signer.ts';
import { systemClock } from '../../../electron/core/clock.ts';
import { type BuildRequest, buildPackage } from '../../../electron/core/package/build.ts';
import { inspectPackage } from '../../../electron/core/package/inspect.ts';
import { lintPackage } from '../../../electron/core/package/lint.ts';
import type { SealEntry, SealLedger } from '../../../electron/core/package/seal-ledger.ts';
import { verifyPackage } from '../../../electron/core/package/verify.ts';
import { maxPayloadBytes } from '../../../shared/cpk/layout.ts';
import { findProfile } from '../../../shared/device-profile.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import { testSigner } from '../../helpers/station.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

let signer: TestSigner;
let dir: string;
const clock = systemClock;
const classKey = { name: 'test-app', secret: new Uint8Array(32).fill(7) };

beforeAll(async () => {
  signer = await testSigner();
  dir = await makeTempDir();
});

function ledger(): SealLedger & { entries: SealEntry[] } {
  const entries: SealEntry[] = [];
  return { entries, claim: async (entry) => void entries.push(entry) };
}

const request = (over: Partial<BuildRequest> = {}): BuildRequest => ({
  payloadPath: join(dir, 'payload'),
  outPath: join(dir, 'out.cpk'),
  id: 'test-app',
  name: 'Test',
  vendor: 'TEST',
  version: { maj: 1, min: 2, rev: 3 },
  classKey,
  signing: { certificatePem: signer.certificatePem, keyPem: signer.keyPem },
  ...over,
});

async function build(payload: Uint8Array, over: Partial<BuildRequest> = {}) {
  await writeFile(join(dir, 'payload'), payload);
  return buildPackage(request(over), { ledger: ledger(), clock });
}

const verify = (path = join(dir, 'out.cpk'), key = classKey) =>
  verifyPackage(path, { clock, classKey: key, anchors: [signer.certificatePem] });

describe('round trip at boundary sizes', () => {
  const chunk = 1024 * 1024;
  test.each([0, 1, 15, 16, 17, chunk - 1, chunk, chunk + 1, 3 * chunk + 5, 17 * chunk])(
    '%i bytes',
    async (size) => {
      const built = await build(randomBytes(size));
      expect((await stat(built.path)).size).toBe(built.fileBytes);
      const result = await verify();
      expect(result.checks.filter(({ ok }) => ok !== true)).toEqual([]);
      expect(result.package?.payloadBytes).toBe(size);
    },
  );
});

test('streams lie in the canonical order and an old tool finds its seven', async () => {
  await build(randomBytes(100));
  const found = await inspectPackage(join(dir, 'out.cpk'));
  expect(found.streams.map(({ role }) => role)).toEqual([
    'payload',
    'nonce',
    'tag',
    'digest',
    'signature',
    'certificate',
    'manifest',
    'package-digest',
    'package-signature',
  ]);
  expect(found.layoutFaults).toEqual([]);
  expect(found.gaps).toEqual([]);
  expect(
    lintPackage(found, findProfile('trustbox-edge-201'), new Date()).filter(
      ({ severity }) => severity === 'error',
    ),
  ).toEqual([]);
});

test('every build claims a new nonce before anything is written', async () => {
  const book = ledger();
  await writeFile(join(dir, 'payload'), 'x');
  for (let at = 0; at < 3; at += 1) await buildPackage(request(), { ledger: book, clock });
  const nonces = new Set(book.entries.map(({ nonce }) => Buffer.from(nonce).toString('hex')));
  expect(nonces.size).toBe(3);
});

test('a refused claim writes nothing', async () => {
  await writeFile(join(dir, 'payload'), 'x');
  const refusing: SealLedger = {
    claim: () => Promise.reject(new ProvisionerError('key.nonce-reused', 'seen')),
  };
  const outPath = join(dir, 'refused.cpk');
  expect(await codeOfAsync(buildPackage(request({ outPath }), { ledger: refusing, clock }))).toBe(
    'key.nonce-reused',
  );
  expect((await readdir(dir)).filter((name) => name.includes('refused'))).toEqual([]);
});

test('a payload larger than one nonce can seal is refused before a nonce is claimed', async () => {
  const payloadPath = join(dir, 'huge');
  await writeFile(payloadPath, '');
  await truncate(payloadPath, maxPayloadBytes + 1);
  const book = ledger();
  expect(await codeOfAsync(buildPackage(request({ payloadPath }), { ledger: book, clock }))).toBe(
    'package.input-invalid',
  );
  expect(book.entries).toEqual([]);
});

test('an abort in the middle leaves neither package nor temp file', async () => {
  await writeFile(join(dir, 'payload'), randomBytes(4 * 1024 * 1024));
  const controller = new AbortController();
  const outPath = join(dir, 'aborted.cpk');
  const building = buildPackage(request({ outPath }), {
    ledger: ledger(),
    clock,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(building).rejects.toThrow(/abort/i);
  expect((await readdir(dir)).filter((name) => name.includes('aborted'))).toEqual([]);
});

test('a payload that shrinks while it is read is refused', async () => {
  const path = join(dir, 'payload');
  await writeFile(path, randomBytes(3 * 1024 * 1024));
  const building = buildPackage(request(), {
    ledger: ledger(),
    clock,
    onProgress: ({ doneBytes }) => void (doneBytes < 2e6 && truncate(path, 10)),
  });
  expect(await codeOfAsync(building)).toBe('package.payload-changed');
});

test('what a killed process left beside the target is removed by the next build', async () => {
  const leftover = join(dir, '.out.cpk.999999999-deadbeef.trustbox-part');
  await writeFile(leftover, 'half');
  await build(randomBytes(10));
  expect((await readdir(dir)).filter((name) => name.endsWith('.trustbox-part'))).toEqual([]);
});

test('what another build is still writing beside the target is left alone', async () => {
  const theirs = join(dir, `.out.cpk.${process.pid}-deadbeef.trustbox-part`);
  await writeFile(theirs, 'half');
  await build(randomBytes(10));
  expect((await readdir(dir)).filter((name) => name.endsWith('.trustbox-part'))).toEqual([basename(theirs)]);
  await rm(theirs);
});

describe('inputs that are refused', () => {
  test.each([
    ['an id a shell could misread', { id: 'a b; rm' }, 'package.input-invalid'],
    ['a name with control characters', { name: 'a\u0007' }, 'package.input-invalid'],
    ['a payload that is not there', { payloadPath: '/nonexistent/payload' }, 'package.unreadable'],
    ['a payload that is a folder', { payloadPath: '/tmp' }, 'package.input-invalid'],
    ['a target folder that is not there', { outPath: '/nonexistent/out.cpk' }, 'package.write-failed'],
  ] as const)('%s', async (_title, over, code) => {
    expect(await codeOfAsync(build(new Uint8Array(1), over))).toBe(code);
  });

  test('an expired and a not yet valid certificate', async () => {
    const dayMs = 86_400_000;
    const old = await makeTestSigner('TEST old', {
      notBefore: new Date(Date.now() - 9 * dayMs),
      notAfter: new Date(Date.now() - dayMs),
    });
    const future = await makeTestSigner('TEST future', {
      notBefore: new Date(Date.now() + dayMs),
      notAfter: new Date(Date.now() + 9 * dayMs),
    });
    for (const { keyPem, certificatePem } of [old, future]) {
      expect(await codeOfAsync(build(new Uint8Array(1), { signing: { keyPem, certificatePem } }))).toBe(
        'signing.certificate-not-valid',
      );
    }
    const keyPem = old.keyPem;
    expect(
      await codeOfAsync(
        build(new Uint8Array(1), { signing: { keyPem, certificatePem: signer.certificatePem } }),
      ),
    ).toBe('signing.key-mismatch');
  });

  test('texts that are no key and no certificate', async () => {
    const { keyPem, certificatePem } = signer;
    expect(
      await codeOfAsync(build(new Uint8Array(1), { signing: { keyPem, certificatePem: 'hello' } })),
    ).toBe('signing.certificate-unreadable');
    expect(
      await codeOfAsync(build(new Uint8Array(1), { signing: { keyPem: certificatePem, certificatePem } })),
    ).toBe('signing.key-unreadable');
  });
});

describe('a changed package is not sound', () => {
  test.each([
    'payload',
    'nonce',
    'tag',
    'digest',
    'signature',
    'certificate',
    'manifest',
    'package-digest',
    'package-signature',
  ] as const)('one bit in %s', async (role) => {
    await build(randomBytes(1000));
    const path = join(dir, 'out.cpk');
    const bytes = await readFile(path);
    const stream = (await inspectPackage(path)).streams.find((found) => found.role === role);
    const at = (stream?.offset ?? 0) + Math.floor((stream?.sizeBytes ?? 0) / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(join(dir, 'flipped.cpk'), bytes);
    const result = await verify(join(dir, 'flipped.cpk'));
    expect(result.ok).toBe(false);
    expect(result.package).toBeNull();
  });

  test('a byte behind the last stream', async () => {
    await build(randomBytes(10));
    const path = join(dir, 'padded.cpk');
    await writeFile(path, Buffer.concat([await readFile(join(dir, 'out.cpk')), Buffer.from([0])]));
    const result = await verify(path);
    expect(result.checks.find(({ name }) => name === 'layout')).toMatchObject({ ok: false });
  });

  test('another class key, another anchor', async () => {
    await build(randomBytes(10));
    const wrongKey = await verify(join(dir, 'out.cpk'), { name: 'test-app', secret: new Uint8Array(32) });
    expect(wrongKey.checks.find(({ name }) => name === 'decrypt')).toMatchObject({ ok: false });
    const other = await makeTestSigner('TEST other');
    const wrongAnchor = await verifyPackage(join(dir, 'out.cpk'), { clock, anchors: [other.certificatePem] });
    expect(wrongAnchor.checks.find(({ name }) => name === 'chain')).toMatchObject({ ok: false });
    const noAnchor = await verifyPackage(join(dir, 'out.cpk'), { clock });
    expect(noAnchor).toMatchObject({ ok: true });
    expect(noAnchor.checks.find(({ name }) => name === 'chain')).toMatchObject({ ok: null });
  });

  test('cut anywhere, bits flipped anywhere: never sound, never anything but a result', {
    timeout: 120_000,
  }, async () => {
    await build(randomBytes(600));
    const bytes = await readFile(join(dir, 'out.cpk'));
    const path = join(dir, 'mutant.cpk');
    let count = 0;
    for (let round = 0; round < 400; round += 1) {
      const copy = Buffer.from(bytes);
      const at = Math.floor((round / 400) * copy.length);
      if (round % 4 === 0) await writeFile(path, copy.subarray(0, at));
      else {
        copy[at] = (copy[at] ?? 0) ^ (1 << (round % 8));
        await writeFile(path, copy);
      }
      expect((await verify(path)).ok).toBe(false);
      count += 1;
    }
    expect(count).toBe(400);
  });
});
