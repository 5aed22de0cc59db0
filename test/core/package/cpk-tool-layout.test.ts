// Packages as `cpk-tool build` makes them: seven streams, no digest or signature over the whole. Read and judged, and
// what they lack is said. Built by hand in test/helpers/test-package.ts, by no code of ours.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { systemClock as clock } from '../../../electron/core/clock.ts';
import { digestToSign } from '../../../electron/core/package/external-signing.ts';
import { inspectPackage } from '../../../electron/core/package/inspect.ts';
import { lintPackage } from '../../../electron/core/package/lint.ts';
import { verifyPackage } from '../../../electron/core/package/verify.ts';
import { findProfile } from '../../../shared/device-profile.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import { testSigner } from '../../helpers/station.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { makePackage, type Signer } from '../../helpers/test-package.ts';

const classKey = { name: 'test-app', secret: new Uint8Array(32).fill(7) };
const payload = new TextEncoder().encode('TEST payload\n'.repeat(50));
const originOffset = 16 + 16 * 7;
let signer: Signer;
let dir: string;

beforeAll(async () => {
  const { keyPem, certificatePem } = await testSigner();
  signer = { keyPem, certificatePem: Buffer.from(certificatePem) };
  dir = await makeTempDir();
});

const demoCertificate = join(import.meta.dirname, '..', '..', 'fixtures', 'cpk-tool-demo.crt');

async function write(bytes: Uint8Array, name = 'old.cpk'): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, bytes);
  return path;
}

const made = () => makePackage({ id: 'test-app', classKey: classKey.secret, payload, signer });

async function judge(path: string): Promise<Record<string, boolean | null>> {
  const anchors = [Buffer.from(signer.certificatePem).toString()];
  const { ok, package: found, checks } = await verifyPackage(path, { clock, classKey, anchors });
  expect({ ok, found }).toEqual({ ok: false, found: null });
  return Object.fromEntries(checks.map(({ name, ok: good }) => [name, good]));
}

const failedOf = (checks: Record<string, boolean | null>) =>
  Object.keys(checks).filter((name) => checks[name] === false);

test('all seven streams have their role, and the missing package signature is said', async () => {
  const found = await inspectPackage(await write(made()));
  expect(found.streams.map(({ role }) => role)).toEqual([
    'payload',
    'nonce',
    'tag',
    'digest',
    'signature',
    'certificate',
    'manifest',
  ]);
  expect(found).toMatchObject({ id: 'test-app', keyName: 'test-app', version: '1.2.3', manifestStream: 6 });
  expect(found.streams[0]).toMatchObject({ offset: originOffset, sizeBytes: payload.length });
  expect(found.signed).toEqual({ payload: true, package: false });
  expect(found.layoutFaults).toContain('7 streams instead of 9');
  expect(found.gaps).toEqual([]);
});

test('verify opens the payload, and fails for nothing but what covers the whole', async () => {
  const path = await write(made());
  expect(failedOf(await judge(path))).toEqual(['layout', 'package-digest', 'package-signature']);
  const { checks } = await verifyPackage(path, { clock, classKey });
  const detail = (name: string) => checks.find((check) => check.name === name)?.detail;
  expect(detail('package-signature')).toBe('the package is not signed as a whole');
  expect(detail('package-digest')).toMatch(/nothing protects header and manifest/);
  expect(checks.filter(({ ok }) => ok === true).map(({ name }) => name)).toEqual([
    'frame',
    'manifest',
    'certificate',
    'published-key',
    'payload-signature',
    'decrypt',
    'payload-digest',
  ]);
});

test('lint warns of the missing signature and calls nothing an error', async () => {
  const found = await inspectPackage(await write(made()));
  const findings = lintPackage(found, findProfile('checking-cpm'), new Date());
  expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
    'warning package-signature',
    'info layout',
  ]);
});

test('it cannot be signed externally: there is no stream to put a signature in', async () => {
  expect(await codeOfAsync(digestToSign(await write(made())))).toBe('package.not-sound');
});

test("a package with cpk-tool's published demo certificate is known for what it is", async () => {
  const demo = { keyPem: signer.keyPem, certificatePem: await readFile(demoCertificate) };
  const bytes = makePackage({ id: 'test-app', classKey: classKey.secret, payload, signer: demo });
  const path = await write(bytes);
  expect((await inspectPackage(path)).certificate?.publishedAs).toContain('demo');
  expect(failedOf(await judge(path))).toEqual(
    expect.arrayContaining(['certificate', 'published-key', 'payload-signature']),
  );
});

/** The same streams at other places: each stream's new offset from the origin. */
function relocate(bytes: Buffer, place: (index: number, offset: number) => number): Buffer {
  const copy = Buffer.alloc(bytes.length + 64);
  bytes.copy(copy, 0, 0, originOffset);
  for (let index = 0; index < 7; index += 1) {
    const at = 16 + 16 * index;
    const [offset, size] = [Number(bytes.readBigUInt64LE(at)), Number(bytes.readBigUInt64LE(at + 8))];
    const to = place(index, offset);
    copy.writeBigUInt64LE(BigInt(to), at);
    bytes.copy(copy, originOffset + to, originOffset + offset, originOffset + offset + size);
  }
  return copy;
}

test('padding between streams and behind them is found to the byte, and the payload still opens', async () => {
  const path = await write(relocate(made(), (index, offset) => offset + (index >= 3 ? 5 : 0)));
  const found = await inspectPackage(path);
  const digestOffset = found.streams[3]?.offset ?? 0;
  expect(found.gaps).toEqual([
    { offset: digestOffset - 5, sizeBytes: 5 },
    { offset: found.fileBytes - 59, sizeBytes: 59 },
  ]);
  expect(found.layoutFaults).toContain('stream 3 does not follow the one before it directly');
  expect(found.layoutFaults).toContain('bytes follow the last stream');
  expect(await judge(path)).toMatchObject({ layout: false, decrypt: true, 'payload-digest': true });
});

test('streams that do not lie in index order are read by the table', async () => {
  // Nonce behind tag: the two change places, 12 and 16 bytes.
  const swapped = relocate(made(), (index, offset) =>
    index === 1 ? offset + 16 : index === 2 ? offset - 12 : offset,
  );
  const path = await write(swapped.subarray(0, swapped.length - 64));
  const found = await inspectPackage(path);
  expect(found.gaps).toEqual([]);
  expect(lintPackage(found, findProfile('checking-cpm'), new Date())).toContainEqual(
    expect.objectContaining({ rule: 'stream-order', severity: 'warning' }),
  );
  expect(await judge(path)).toMatchObject({ layout: false, decrypt: true, 'payload-digest': true });
});
