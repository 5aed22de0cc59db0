// A package file open for reading: frame and manifest parsed and checked, streams by index. Nothing is allocated by
// a size the file announces: a stream is read into memory only under a cap.
import { type FileHandle, open } from 'node:fs/promises';
import {
  type Frame,
  headerBytes,
  originOf,
  parseFrameHeader,
  parseStreamTable,
  type StreamSpan,
} from '../../../shared/cpk/frame.ts';
import {
  embeddedIndex,
  type Manifest,
  maxManifestBytes,
  parseManifest,
} from '../../../shared/cpk/manifest.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { readRange } from '../files.ts';
import { parseSigningCertificate, type SigningCertificate } from './signing.ts';

/** Ours: certificates, signatures and the like are far smaller. */
const maxSmallStreamBytes = 256 * 1024;

export type PackageFile = {
  readonly path: string;
  readonly file: FileHandle;
  readonly fileBytes: number;
  readonly frame: Frame;
  readonly manifest: Manifest;
};

/** The span of a stream that the manifest names. */
export function spanOf({ frame }: Pick<PackageFile, 'frame'>, index: number): StreamSpan {
  const span = frame.streams[index];
  if (!span)
    throw new ProvisionerError('package.manifest-invalid', `stream ${index} of ${frame.streams.length}`);
  return span;
}

/** A small stream as bytes. @throws package.bad-frame when it is too large to be what it claims */
export async function readSmallStream(from: PackageFile, index: number): Promise<Uint8Array> {
  const span = spanOf(from, index);
  if (span.sizeBytes > maxSmallStreamBytes) {
    throw new ProvisionerError(
      'package.bad-frame',
      `stream ${index} size: ${span.sizeBytes} bytes, at most ${maxSmallStreamBytes}`,
      {
        details: { field: `stream ${index} size`, offset: headerBytes + 16 * index + 8 },
      },
    );
  }
  return readRange(from.file, span);
}

/** The embedded signing certificate, or null when the manifest embeds none as PEM. @throws signing.* */
export async function readCertificate(from: PackageFile): Promise<SigningCertificate | null> {
  const { cert } = from.manifest.payload;
  const index = embeddedIndex(cert);
  if (index === null || cert === 'none' || !('embedded-x509-pem' in cert)) return null;
  return parseSigningCertificate(new TextDecoder().decode(await readSmallStream(from, index)));
}

/**
 * Opens a package, hands it over, closes it whatever happens.
 * @throws package.unreadable package.not-a-package package.unsupported package.truncated package.bad-frame package.overlap package.manifest-*
 */
export async function withPackageFile<T>(path: string, use: (opened: PackageFile) => Promise<T>): Promise<T> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new ProvisionerError('package.unreadable', `cannot open ${path}`, { cause });
  });
  try {
    return await use(await parseOpened(path, file));
  } catch (error) {
    if (isIoError(error))
      throw new ProvisionerError('package.unreadable', `${path}: ${error.message}`, { cause: error });
    throw error;
  } finally {
    await file.close();
  }
}

const isIoError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && 'errno' in error;

async function parseOpened(path: string, file: FileHandle): Promise<PackageFile> {
  const stat = await file.stat();
  if (!stat.isFile()) throw new ProvisionerError('package.unreadable', `${path} is not a regular file`);
  const header = parseFrameHeader(await readRange(file, { offset: 0, sizeBytes: headerBytes }));
  // The table is read only when the file is large enough to hold it: at most 1 MiB for 65535 streams.
  const tableBytes = Math.max(0, Math.min(originOf(header.streamCount), stat.size) - headerBytes);
  const table = await readRange(file, { offset: headerBytes, sizeBytes: tableBytes });
  const frame = parseStreamTable(header, table, stat.size);
  const span = spanOf({ frame }, frame.manifestIndex);
  if (span.sizeBytes > maxManifestBytes) {
    throw new ProvisionerError(
      'package.manifest-too-large',
      `manifest at offset ${span.offset}: ${span.sizeBytes} bytes announced, at most ${maxManifestBytes}`,
      {
        details: { field: 'manifest', offset: span.offset },
      },
    );
  }
  const manifest = parseManifest(await readRange(file, span), frame.streamCount);
  return { path, file, fileBytes: stat.size, frame, manifest };
}
