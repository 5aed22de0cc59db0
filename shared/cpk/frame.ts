// The frame of a confidential package, version 1: fixed header and stream table. All integers little-endian.
// Rejects: another magic, version, flag or manifest type; counts and indexes out of range; offsets outside the
// file; overlapping streams. Source: facts package-and-device section 1 (cpk crate, frame v1).
//
//   offset    size  field
//   0         4     magic 0x0ECCF00D (bytes 0D F0 CC 0E)
//   4         2     frame version = 1
//   6         2     flag = 0
//   8         2     stream count N >= 1
//   10        2     manifest stream index < N
//   12        2     manifest type = 1
//   14        2     manifest version = 1
//   16        16N   stream table: N x (u64 offset from the origin, u64 size)
//   16 + 16N        origin
import { ProvisionerError } from '../errors/error.ts';

export const magic = 0x0eccf00d;
export const headerBytes = 16;
export const tableEntryBytes = 16;

export type FrameHeader = { readonly streamCount: number; readonly manifestIndex: number };

/** Where a stream lies in the file: absolute zero-based offset and size, in bytes. */
export type StreamSpan = { readonly index: number; readonly offset: number; readonly sizeBytes: number };

export type Frame = FrameHeader & { readonly originOffset: number; readonly streams: readonly StreamSpan[] };

export const originOf = (streamCount: number): number => headerBytes + tableEntryBytes * streamCount;

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const refuse = (
  code: 'package.bad-frame' | 'package.unsupported',
  field: string,
  offset: number,
  said: string,
) => new ProvisionerError(code, `${field} at offset ${offset}: ${said}`, { details: { field, offset } });

const truncated = (field: string, offset: number, said: string) =>
  new ProvisionerError('package.truncated', `${field} at offset ${offset}: ${said}`, {
    details: { field, offset },
  });

/** The fixed fields: offset, the only value we know, and its name. */
const fixedFields = [
  [4, 1, 'frame version'],
  [6, 0, 'flag'],
  [12, 1, 'manifest type'],
  [14, 1, 'manifest version'],
] as const;

/**
 * The header from the first 16 bytes of a file.
 * @throws package.truncated package.not-a-package package.unsupported package.bad-frame
 */
export function parseFrameHeader(bytes: Uint8Array): FrameHeader {
  if (bytes.length < headerBytes) throw truncated('header', 0, `${bytes.length} of ${headerBytes} bytes`);
  const view = viewOf(bytes);
  if (view.getUint32(0, true) !== magic) {
    throw new ProvisionerError('package.not-a-package', 'magic at offset 0: not 0D F0 CC 0E', {
      details: { field: 'magic', offset: 0 },
    });
  }
  for (const [offset, known, field] of fixedFields) {
    const value = view.getUint16(offset, true);
    if (value !== known) throw refuse('package.unsupported', field, offset, `${value}, we know ${known}`);
  }
  const streamCount = view.getUint16(8, true);
  if (streamCount === 0) throw refuse('package.bad-frame', 'stream count', 8, 'no streams');
  const manifestIndex = view.getUint16(10, true);
  if (manifestIndex >= streamCount) {
    throw refuse(
      'package.bad-frame',
      'manifest stream index',
      10,
      `${manifestIndex} of ${streamCount} streams`,
    );
  }
  return { streamCount, manifestIndex };
}

/**
 * The stream table, checked against the size of the file.
 * @param table 16 x streamCount bytes that follow the header
 * @throws package.truncated package.bad-frame package.overlap
 */
export function parseStreamTable(header: FrameHeader, table: Uint8Array, fileSizeBytes: number): Frame {
  const originOffset = originOf(header.streamCount);
  if (fileSizeBytes < originOffset || table.length < originOffset - headerBytes) {
    throw truncated(
      'stream table',
      headerBytes,
      `${header.streamCount} streams announced, the file ends inside the table`,
    );
  }
  const view = viewOf(table);
  const streams = Array.from({ length: header.streamCount }, (_, index) =>
    parseEntry(view, index, { originOffset, fileSizeBytes }),
  );
  refuseOverlap(streams);
  return { ...header, originOffset, streams };
}

function parseEntry(
  view: DataView,
  index: number,
  file: { originOffset: number; fileSizeBytes: number },
): StreamSpan {
  const at = index * tableEntryBytes;
  const offset = view.getBigUint64(at, true);
  const size = view.getBigUint64(at + 8, true);
  const room = BigInt(file.fileSizeBytes - file.originOffset);
  // Compared as unsigned 64-bit numbers that cannot wrap; only what lies inside the file becomes a number.
  if (offset > room)
    throw truncated(`stream ${index} offset`, headerBytes + at, `${offset} lies behind the end of the file`);
  if (size > room - offset)
    throw truncated(`stream ${index} size`, headerBytes + at + 8, `${size} bytes do not fit in the file`);
  return { index, offset: file.originOffset + Number(offset), sizeBytes: Number(size) };
}

function refuseOverlap(streams: readonly StreamSpan[]): void {
  const filled = streams.filter((stream) => stream.sizeBytes > 0).toSorted((a, b) => a.offset - b.offset);
  for (const [at, stream] of filled.entries()) {
    const next = filled[at + 1];
    if (next && stream.offset + stream.sizeBytes > next.offset) {
      throw new ProvisionerError(
        'package.overlap',
        `streams ${stream.index} and ${next.index} overlap at offset ${next.offset}`,
        {
          details: {
            field: `stream ${next.index} offset`,
            offset: headerBytes + next.index * tableEntryBytes,
          },
        },
      );
    }
  }
}

/** Header and table of a file whose streams lie one after the other in index order. */
export function encodeFrame(sizesBytes: readonly number[], manifestIndex: number): Uint8Array {
  const bytes = new Uint8Array(originOf(sizesBytes.length));
  const view = viewOf(bytes);
  view.setUint32(0, magic, true);
  for (const [at, value] of [1, 0, sizesBytes.length, manifestIndex, 1, 1].entries())
    view.setUint16(4 + 2 * at, value, true);
  let offset = 0;
  for (const [index, sizeBytes] of sizesBytes.entries()) {
    view.setBigUint64(headerBytes + index * tableEntryBytes, BigInt(offset), true);
    view.setBigUint64(headerBytes + index * tableEntryBytes + 8, BigInt(sizeBytes), true);
    offset += sizeBytes;
  }
  return bytes;
}
