import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, headerBytes, parseFrameHeader, parseStreamTable } from '../../../shared/cpk/frame.ts';
import {
  canonicalMap,
  type LayoutInput,
  listLayoutFaults,
  maxPayloadBytes,
  planLayout,
  roleIndex,
  roleOf,
  roles,
} from '../../../shared/cpk/layout.ts';
import type { Manifest } from '../../../shared/cpk/manifest.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { codeOf, detailsOf } from '../../helpers/errors.ts';

const input = (over: Partial<LayoutInput> = {}): LayoutInput => ({
  payloadBytes: 1000,
  certificateBytes: 1200,
  manifestBytes: 580,
  signatureBytes: 256,
  ...over,
});

const parse = (bytes: Uint8Array, fileBytes: number) =>
  parseStreamTable(parseFrameHeader(bytes), bytes.subarray(headerBytes), fileBytes);

const rsa = (data: number, bits = 2048) => ({ 'rsa-pkcs1v15': { key_strength: bits, data } });
const cert = { 'embedded-x509-pem': { data: 5 } };

/** The manifest of a package in the canonical layout. */
const canonical: Manifest = {
  'cp-id': 'test-app',
  'cp-name': 'TEST',
  'cp-vendor': 'TEST',
  payload: {
    data: 0,
    target: { arch: 'aarch64', os: 'OP-TEE' },
    ver: { maj: 1, min: 0, rev: 0, date: '' },
    enc: { 'aes-gcm': { key_name: 'test-app', key_strength: 256, nonce: 1, tag: 2 } },
    dig: { sha256: { data: 3 } },
    sig: rsa(4),
    cert,
  },
  package: { map: [0, 1, 2, 3, 4, 5, 6], dig: { sha256: { data: 7 } }, sig: rsa(8), cert },
};

describe('the plan', () => {
  test('has every stream behind the one before it, from the origin to the end of the file', () => {
    const { offsets, fileBytes, frame } = planLayout(input());
    expect(frame.length).toBe(160);
    expect(offsets).toEqual({
      payload: 160,
      nonce: 1160,
      tag: 1172,
      digest: 1188,
      signature: 1220,
      certificate: 1476,
      manifest: 2676,
      'package-digest': 3256,
      'package-signature': 3288,
    });
    expect(fileBytes).toBe(3544);
  });

  test('begins as the worked example of docs/formats/cpk.md', () => {
    const { frame } = planLayout(input({ payloadBytes: 262_144 }));
    expect(Buffer.from(frame.subarray(0, 32)).toString('hex')).toBe(
      '0df0cc0e0100000009000600010001000000000000000000' + '0000040000000000',
    );
  });

  const size = fc.oneof(fc.nat(5000), fc.integer({ min: 0, max: maxPayloadBytes }));
  test('is what our own reader finds, and canonical, for any sizes', () => {
    fc.assert(
      fc.property(
        size,
        fc.nat(300_000),
        fc.nat(1024 * 1024),
        (payloadBytes, certificateBytes, manifestBytes) => {
          const plan = planLayout(input({ payloadBytes, certificateBytes, manifestBytes }));
          const frame = parse(plan.frame, plan.fileBytes);
          expect(frame.streams.map(({ offset }) => offset)).toEqual(roles.map((role) => plan.offsets[role]));
          expect(frame.streams.map(({ index }) => roleOf(index, frame, canonical))).toEqual(roles);
          expect(listLayoutFaults(frame, canonical, plan.fileBytes)).toEqual([]);
        },
      ),
    );
  });

  test.each([0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, maxPayloadBytes])(
    'holds for a payload of %i bytes',
    (payloadBytes) => {
      const plan = planLayout(input({ payloadBytes }));
      expect(plan.offsets.nonce).toBe(160 + payloadBytes);
      expect(plan.fileBytes).toBe(payloadBytes + 2544);
      expect(parse(plan.frame, plan.fileBytes).streams[0]).toEqual({
        index: 0,
        offset: 160,
        sizeBytes: payloadBytes,
      });
    },
  );

  test.each([
    ['a payload larger than one nonce can seal', 'payload', { payloadBytes: maxPayloadBytes + 1 }],
    ['a payload of 2^53 - 1 bytes', 'payload', { payloadBytes: Number.MAX_SAFE_INTEGER }],
    ['a payload of 2^53 bytes', 'payload', { payloadBytes: 2 ** 53 }],
    ['a payload of 2^64 bytes', 'payload', { payloadBytes: 2 ** 64 }],
    ['a payload without end', 'payload', { payloadBytes: Number.POSITIVE_INFINITY }],
    ['a payload that is no number', 'payload', { payloadBytes: Number.NaN }],
    ['a negative payload', 'payload', { payloadBytes: -1 }],
    ['half a byte', 'payload', { payloadBytes: 0.5 }],
    ['a signature of a key that is no whole bytes', 'signature', { signatureBytes: 2047 / 8 }],
    ['a certificate of 2^53 bytes', 'certificate', { certificateBytes: 2 ** 53 }],
    ['a negative manifest', 'manifest', { manifestBytes: -580 }],
  ] as const)('is refused for %s', (_title, field, over) => {
    const attempt = () => planLayout(input(over));
    expect(codeOf(attempt)).toBe('package.input-invalid');
    expect(detailsOf(attempt)).toEqual({ field });
  });

  test('is refused or right for any numbers at all', () => {
    const any = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger());
    fc.assert(
      fc.property(any, any, any, any, (payloadBytes, certificateBytes, manifestBytes, signatureBytes) => {
        try {
          const plan = planLayout({ payloadBytes, certificateBytes, manifestBytes, signatureBytes });
          expect(Number.isSafeInteger(plan.fileBytes)).toBe(true);
          expect(parse(plan.frame, plan.fileBytes).streams).toHaveLength(9);
        } catch (error) {
          expect(error).toBeInstanceOf(ProvisionerError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a stream table near the ends of its numbers', () => {
  const fileBytes = Number.MAX_SAFE_INTEGER;
  const room = BigInt(fileBytes - 32);
  /** One stream at an offset from the origin, in the largest file that a number can measure. */
  const one = (offset: bigint, sizeBytes: bigint) => {
    const bytes = encodeFrame([0], 0);
    new DataView(bytes.buffer).setBigUint64(16, offset, true);
    new DataView(bytes.buffer).setBigUint64(24, sizeBytes, true);
    return () => parse(bytes, fileBytes);
  };

  test.each([
    [0n, room],
    [room, 0n],
    [room - 1n, 1n],
    [1n, room - 1n],
  ])('%i and %i bytes fit exactly', (offset, sizeBytes) => {
    const [stream] = one(offset, sizeBytes)().streams;
    expect(stream).toEqual({ index: 0, offset: 32 + Number(offset), sizeBytes: Number(sizeBytes) });
    expect((stream?.offset ?? 0) + (stream?.sizeBytes ?? 0)).toBeLessThanOrEqual(fileBytes);
  });

  test.each([
    ['offset', 16, room + 1n, 0n],
    ['offset', 16, 2n ** 53n, 0n],
    ['offset', 16, 2n ** 63n, 0n],
    ['offset', 16, 2n ** 64n - 1n, 0n],
    ['offset', 16, 2n ** 64n - 1n, 1n],
    ['size', 24, 0n, room + 1n],
    ['size', 24, 1n, room],
    ['size', 24, room, 1n],
    ['size', 24, 0n, 2n ** 53n],
    ['size', 24, 0n, 2n ** 63n],
    ['size', 24, 0n, 2n ** 64n - 1n],
    ['size', 24, 32n, 2n ** 64n - 32n],
  ] as const)('%s at %i: offset %i with size %i lies outside', (field, offset, at, sizeBytes) => {
    expect(codeOf(one(at, sizeBytes))).toBe('package.truncated');
    expect(detailsOf(one(at, sizeBytes))).toEqual({ field: `stream 0 ${field}`, offset });
  });

  test('offset and size that add up to 0 in 64 bits are seen as they are', () => {
    const sizes = encodeFrame([8, 8], 0);
    new DataView(sizes.buffer).setBigUint64(32, 8n, true);
    new DataView(sizes.buffer).setBigUint64(40, 2n ** 64n - 8n, true);
    expect(codeOf(() => parse(sizes, 48 + 16))).toBe('package.truncated');
  });
});

describe('what is not canonical is said', () => {
  const sizes = [1000, 12, 16, 32, 256, 1200, 580, 32, 256];
  const total = (all: readonly number[]) =>
    headerBytes + 16 * all.length + all.reduce((sum, size) => sum + size, 0);
  const faultsOf = ({
    all = sizes,
    manifest = canonical,
    behind = 0,
    manifestIndex = 6,
    move = [] as readonly (readonly [index: number, by: bigint])[],
  }): string[] => {
    const bytes = encodeFrame(all, manifestIndex);
    const view = new DataView(bytes.buffer);
    for (const [index, by] of move) {
      const at = headerBytes + 16 * index;
      view.setBigUint64(at, view.getBigUint64(at, true) + by, true);
    }
    const fileBytes = total(all) + behind;
    return listLayoutFaults(parse(bytes, fileBytes), manifest, fileBytes);
  };
  const resized = (index: number, size: number) => sizes.map((old, at) => (at === index ? size : old));
  const payload = (change: Partial<Manifest['payload']>): Manifest => ({
    ...canonical,
    payload: { ...canonical.payload, ...change },
  });
  const whole = (change: Partial<Manifest['package']>): Manifest => ({
    ...canonical,
    package: { ...canonical.package, ...change },
  });

  test('nothing of the canonical layout', () => {
    expect(faultsOf({})).toEqual([]);
    expect(canonicalMap).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(roleIndex['package-signature']).toBe(8);
  });

  test.each<[string, () => string[]]>([
    ['10 streams instead of 9', () => faultsOf({ all: [...sizes, 5] })],
    ['stream 9 is unused, not expected', () => faultsOf({ all: [...sizes, 5] })],
    ['nonce has 13 bytes instead of 12', () => faultsOf({ all: resized(1, 13) })],
    ['tag has 12 bytes instead of 16', () => faultsOf({ all: resized(2, 12) })],
    ['digest has 31 bytes instead of 32', () => faultsOf({ all: resized(3, 31) })],
    ['package-digest has 64 bytes instead of 32', () => faultsOf({ all: resized(7, 64) })],
    ['signature has 255 bytes for a key of 2048 bits', () => faultsOf({ all: resized(4, 255) })],
    ['package-signature has 384 bytes for a key of 2048 bits', () => faultsOf({ all: resized(8, 384) })],
    [
      'signature has 256 bytes for a key of 4096 bits',
      () => faultsOf({ manifest: payload({ sig: rsa(4, 4096) }) }),
    ],
    ['bytes follow the last stream', () => faultsOf({ behind: 1 })],
    ['stream 8 does not follow the one before it directly', () => faultsOf({ behind: 1, move: [[8, 1n]] })],
    [
      'stream 2 does not follow the one before it directly',
      () =>
        faultsOf({
          move: [
            [1, 16n],
            [2, -12n],
          ],
        }),
    ],
    [
      'stream 3 is package-digest, not digest',
      () =>
        faultsOf({
          manifest: {
            ...payload({ dig: { sha256: { data: 7 } } }),
            package: { ...canonical.package, dig: { sha256: { data: 3 } } },
          },
        }),
    ],
    ['stream 1 is unused, not nonce', () => faultsOf({ manifest: payload({ enc: 'none' }) })],
    ['stream 6 is unused, not manifest', () => faultsOf({ manifestIndex: 5 })],
    [
      'package and payload name different certificates',
      () => faultsOf({ manifest: whole({ cert: { 'embedded-x509-pem': { data: 0 } } }) }),
    ],
    [
      'package.map is not every other stream in ascending order',
      () => faultsOf({ manifest: whole({ map: [0, 1, 2, 3, 4, 6, 5] }) }),
    ],
    [
      'package.map is not every other stream in ascending order',
      () => faultsOf({ manifest: whole({ map: [0, 1, 2, 3, 4, 5] }) }),
    ],
  ])('%s', (fault, faults) => {
    expect(faults()).toContain(fault);
  });
});
