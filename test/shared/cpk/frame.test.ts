import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, headerBytes, parseFrameHeader, parseStreamTable } from '../../../shared/cpk/frame.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { codeOf, detailsOf } from '../../helpers/errors.ts';

const parse = (bytes: Uint8Array, fileBytes: number) => {
  const header = parseFrameHeader(bytes);
  return parseStreamTable(header, bytes.subarray(headerBytes), fileBytes);
};

/** A frame of three streams (10, 20, 30 bytes) and the size of its file. */
const good = () => ({ bytes: encodeFrame([10, 20, 30], 2), fileBytes: 16 + 48 + 60 });

const patched = (change: (view: DataView) => void) => {
  const { bytes, fileBytes } = good();
  change(new DataView(bytes.buffer));
  return () => parse(bytes, fileBytes);
};

test('the first bytes are those of the specification', () => {
  expect([...good().bytes.subarray(0, 16)]).toEqual([
    0x0d, 0xf0, 0xcc, 0x0e, 1, 0, 0, 0, 3, 0, 2, 0, 1, 0, 1, 0,
  ]);
});

test('what is encoded is parsed back, for any sizes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 20 }), (sizes) => {
      const total = 16 + 16 * sizes.length + sizes.reduce((sum, size) => sum + size, 0);
      const frame = parse(encodeFrame(sizes, sizes.length - 1), total);
      expect(frame.streams.map((stream) => stream.sizeBytes)).toEqual(sizes);
      expect(frame.manifestIndex).toBe(sizes.length - 1);
    }),
  );
});

describe('refusals name field and offset', () => {
  test.each([
    ['magic', 0, 'package.not-a-package', (v: DataView) => v.setUint32(0, 1, true)],
    ['frame version', 4, 'package.unsupported', (v: DataView) => v.setUint16(4, 2, true)],
    ['flag', 6, 'package.unsupported', (v: DataView) => v.setUint16(6, 1, true)],
    ['stream count', 8, 'package.bad-frame', (v: DataView) => v.setUint16(8, 0, true)],
    ['manifest stream index', 10, 'package.bad-frame', (v: DataView) => v.setUint16(10, 3, true)],
    ['manifest type', 12, 'package.unsupported', (v: DataView) => v.setUint16(12, 2, true)],
    ['manifest version', 14, 'package.unsupported', (v: DataView) => v.setUint16(14, 9, true)],
    ['stream table', 16, 'package.truncated', (v: DataView) => v.setUint16(8, 65_535, true)],
    ['stream 1 offset', 32, 'package.truncated', (v: DataView) => v.setBigUint64(32, 2n ** 64n - 1n, true)],
    ['stream 1 size', 40, 'package.truncated', (v: DataView) => v.setBigUint64(40, 2n ** 64n - 5n, true)],
    ['stream 1 offset', 32, 'package.overlap', (v: DataView) => v.setBigUint64(32, 5n, true)],
  ] as const)('%s at %i is %s', (field, offset, code, change) => {
    const attempt = patched(change);
    expect(codeOf(attempt)).toBe(code);
    expect(detailsOf(attempt)).toMatchObject({ field, offset });
  });
});

test('a header cut anywhere is truncated', () => {
  for (let length = 0; length < headerBytes; length += 1) {
    expect(codeOf(() => parseFrameHeader(good().bytes.subarray(0, length)))).toBe('package.truncated');
  }
});

test('garbage yields only typed errors', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (garbage, withMagic) => {
      if (withMagic && garbage.length >= 16) garbage.set(good().bytes.subarray(0, 8));
      try {
        parse(garbage, garbage.length);
      } catch (error) {
        expect(error).toBeInstanceOf(ProvisionerError);
      }
    }),
    { numRuns: 2000 },
  );
});
