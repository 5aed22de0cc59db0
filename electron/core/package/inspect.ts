// What is in a package, without any key: every stream with its role, gaps, manifest, certificate, canonical or not.
import { listLayoutFaults, type Role, roleOf } from '../../../shared/cpk/layout.ts';
import type { Manifest } from '../../../shared/cpk/manifest.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { say } from '../../../shared/sentences/sentence.ts';
import { renderVersion } from './manifest-for.ts';
import { type PackageFile, readCertificate, readSmallStream, withPackageFile } from './package-file.ts';
import { describeCertificate } from './signing.ts';

export type StreamInfo = {
  readonly index: number;
  readonly role: Role | null;
  readonly offset: number;
  readonly sizeBytes: number;
};

export type Inspection = {
  readonly path: string;
  readonly fileBytes: number;
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly version: string;
  readonly keyName: string | null;
  readonly manifestStream: number;
  readonly streams: readonly StreamInfo[];
  /** Bytes between or behind streams that belong to none. */
  readonly gaps: readonly { readonly offset: number; readonly sizeBytes: number }[];
  /** Why the layout is not canonical; empty when it is. */
  readonly layoutFaults: readonly string[];
  readonly signed: { readonly payload: boolean; readonly package: boolean };
  readonly certificate: ReturnType<typeof describeCertificate> | null;
  readonly certificateFault: string | null;
  readonly manifest: Manifest;
};

/** @throws package.* when frame or manifest cannot be read */
export const inspectPackage = (path: string): Promise<Inspection> => withPackageFile(path, inspectOpened);

export async function inspectOpened(opened: PackageFile): Promise<Inspection> {
  const { manifest, frame, fileBytes, path } = opened;
  const enc = manifest.payload.enc === 'none' ? null : manifest.payload.enc['aes-gcm'];
  const { certificate, fault } = await describeEmbedded(opened);
  return {
    path,
    fileBytes,
    id: manifest['cp-id'],
    name: manifest['cp-name'],
    vendor: manifest['cp-vendor'],
    version: renderVersion(manifest.payload.ver),
    keyName: enc?.key_name ?? null,
    manifestStream: frame.manifestIndex,
    streams: frame.streams.map((stream) => ({ ...stream, role: roleOf(stream.index, frame, manifest) })),
    gaps: listGaps(opened),
    layoutFaults: listLayoutFaults(frame, manifest, fileBytes),
    signed: {
      payload: await isSigned(opened, manifest.payload.sig),
      package: await isSigned(opened, manifest.package.sig),
    },
    certificate,
    certificateFault: fault,
    manifest,
  };
}

async function describeEmbedded(opened: PackageFile) {
  try {
    const certificate = await readCertificate(opened);
    return {
      certificate: certificate && describeCertificate(certificate),
      fault: certificate ? null : say('check.no-embedded'),
    };
  } catch (error) {
    if (!(error instanceof ProvisionerError)) throw error;
    return { certificate: null, fault: error.message };
  }
}

/** A signature stream of zeros is a place kept free for an external signature. */
async function isSigned(opened: PackageFile, sig: Manifest['payload']['sig']): Promise<boolean> {
  if (sig === 'none') return false;
  return (await readSmallStream(opened, sig['rsa-pkcs1v15'].data)).some((byte) => byte !== 0);
}

function listGaps({ frame, fileBytes }: PackageFile): { offset: number; sizeBytes: number }[] {
  const gaps: { offset: number; sizeBytes: number }[] = [];
  let end = frame.originOffset;
  for (const { offset, sizeBytes } of frame.streams.toSorted((a, b) => a.offset - b.offset)) {
    if (offset > end) gaps.push({ offset: end, sizeBytes: offset - end });
    end = Math.max(end, offset + sizeBytes);
  }
  if (fileBytes > end) gaps.push({ offset: end, sizeBytes: fileBytes - end });
  return gaps;
}
