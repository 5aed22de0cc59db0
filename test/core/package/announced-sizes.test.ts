// Sizes that a package only announces: nothing is allocated or read by them. The files are sparse, so the sizes are
// real and the disk stays empty; what is read is seen at node's own file handle.
import { open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { systemClock as clock } from '../../../electron/core/clock.ts';
import { inspectPackage } from '../../../electron/core/package/inspect.ts';
import { verifyPackage } from '../../../electron/core/package/verify.ts';
import { maxManifestBytes } from '../../../shared/cpk/manifest.ts';
import type { ProvisionerError } from '../../../shared/errors/error.ts';
import { refusalOfAsync } from '../../helpers/errors.ts';
import { testSigner } from '../../helpers/station.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { makePackage } from '../../helpers/test-package.ts';

const gigabyte = 1024 ** 3;
const originOffset = 16 + 16 * 7;
let dir: string;
let made: Buffer;

beforeAll(async () => {
  dir = await makeTempDir();
  const { keyPem, certificatePem } = await testSigner();
  const signer = { keyPem, certificatePem: Buffer.from(certificatePem) };
  made = makePackage({ id: 'test-app', classKey: new Uint8Array(32), payload: new Uint8Array(10), signer });
});

/** A package whose stream announces a size; moved behind the others, where the file has that many zeros. */
async function announce(index: number, sizeBytes: number, fileBytes = made.length + sizeBytes) {
  const bytes = Buffer.from(made);
  bytes.writeBigUInt64LE(BigInt(made.length - originOffset), 16 + 16 * index);
  bytes.writeBigUInt64LE(BigInt(sizeBytes), 24 + 16 * index);
  const path = join(dir, 'announced.cpk');
  await writeFile(path, bytes);
  await truncate(path, fileBytes);
  return path;
}

/** Sizes of the buffers that files were read into meanwhile, in order. */
async function readsOf(run: () => Promise<unknown>): Promise<number[]> {
  const handle = await open(join(dir, 'announced.cpk'));
  const spied = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'read');
  await handle.close();
  try {
    await run();
    return spied.mock.calls.map(([into]) => (into as unknown as Uint8Array).buffer.byteLength);
  } finally {
    spied.mockRestore();
  }
}

test('a manifest of 1 GB is refused by name and offset, and no byte of it is read or made room for', async () => {
  const path = await announce(6, gigabyte);
  let error: ProvisionerError | null = null;
  const before = process.memoryUsage().arrayBuffers;
  const reads = await readsOf(async () => {
    error = await refusalOfAsync(inspectPackage(path));
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * maxManifestBytes);
  expect(error).toMatchObject({
    code: 'package.manifest-too-large',
    message: `manifest at offset ${made.length}: 1073741824 bytes announced, at most 1048576`,
    details: { field: 'manifest', offset: made.length },
  });
  // The header and the table of seven streams, nothing else.
  expect(reads).toEqual([16, 16 * 7]);
});

test('verify makes a failed check of it', async () => {
  const result = await verifyPackage(await announce(6, gigabyte), { clock });
  expect(result).toMatchObject({ ok: false, package: null });
  expect(result.checks).toEqual([
    { name: 'frame', ok: false, detail: expect.stringContaining('package.manifest-too-large') },
  ]);
});

test('a manifest of one byte over the cap is refused, one of exactly the cap is read', async () => {
  const code = async (sizeBytes: number) => {
    const path = await announce(6, sizeBytes);
    return (await refusalOfAsync(inspectPackage(path))).code;
  };
  expect(await code(maxManifestBytes + 1)).toBe('package.manifest-too-large');
  // Zeros: read, and not a manifest.
  expect(await code(maxManifestBytes)).toBe('package.manifest-invalid');
});

test('a manifest of 1 GB in a file that is not as large is cut short, by field and offset', async () => {
  const path = await announce(6, gigabyte, made.length);
  const reads = await readsOf(async () => {
    expect(await refusalOfAsync(inspectPackage(path))).toMatchObject({
      code: 'package.truncated',
      details: { field: 'stream 6 size', offset: 16 + 16 * 6 + 8 },
    });
  });
  expect(reads).toEqual([16, 16 * 7]);
});

test.each([
  ['nonce', 1],
  ['tag', 2],
  ['digest', 3],
  ['signature', 4],
  ['certificate', 5],
])('a %s of 1 GB fails verification, and no more is read at once than for a chunk', async (_role, index) => {
  const path = await announce(index, gigabyte);
  const bytes = Buffer.from(made.toString('latin1').replace('[0,1,2,3,4,5,6]', '[             ]'), 'latin1');
  const file = await open(path, 'r+');
  await file
    .write(bytes, originOffset, bytes.length - originOffset, originOffset)
    .finally(() => file.close());
  const reads = await readsOf(async () => {
    const classKey = { name: 'test-app', secret: new Uint8Array(32) };
    const { checks } = await verifyPackage(path, { clock, classKey });
    const said = checks.map(({ detail }) => detail).join('\n');
    expect(said).toContain(`stream ${index} size: 1073741824 bytes, at most 262144 (package.bad-frame)`);
  });
  expect(Math.max(...reads)).toBeLessThanOrEqual(maxManifestBytes);
});

test('65535 announced streams in a short file are not made room for', async () => {
  const bytes = Buffer.from(made);
  bytes.writeUInt16LE(65_535, 8);
  const path = join(dir, 'announced.cpk');
  await writeFile(path, bytes);
  const reads = await readsOf(async () => {
    expect(await refusalOfAsync(inspectPackage(path))).toMatchObject({
      code: 'package.truncated',
      details: { field: 'stream table', offset: 16 },
    });
  });
  expect(reads).toEqual([16, made.length - 16]);
});
