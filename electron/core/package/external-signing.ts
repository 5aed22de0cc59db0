// External signing: the key lives in an HSM. `digestToSign` says what to sign next, `attachSignature` checks the
// answer and puts it in. The payload signature comes first, because the package signature covers it.
import { constants } from 'node:fs';
import { copyFile, type FileHandle, open } from 'node:fs/promises';
import { equalBytes, toHex } from '../../../shared/bytes.ts';
import { listLayoutFaults } from '../../../shared/cpk/layout.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { hashRanges, writeAtomically } from '../files.ts';
import {
  type PackageFile,
  readCertificate,
  readSmallStream,
  spanOf,
  withPackageFile,
} from './package-file.ts';
import { encodeDigestInfo, isDigestSignature, type SigningCertificate } from './signing.ts';

export type DueSignature = {
  readonly due: 'payload' | 'package';
  /** What to sign: SHA-256, 32 bytes. */
  readonly digest: Uint8Array;
  /** The same as DER DigestInfo, for signers that pad but do not wrap. */
  readonly digestInfo: Uint8Array;
  readonly signatureBytes: number;
  /** Fingerprint of the key that must sign (SHA-256 of its SPKI, hex). */
  readonly signerFingerprint: string;
};

type Streams = {
  readonly payloadSig: number;
  readonly packageSig: number;
  readonly packageDigest: number;
  readonly payloadDigest: number;
};
type Due = DueSignature & { readonly certificate: SigningCertificate; readonly streams: Streams };

/** @throws signing.nothing-due package.* */
export const digestToSign = (path: string): Promise<DueSignature> =>
  withPackageFile(path, async (opened) => {
    const { certificate: _certificate, streams: _streams, ...due } = await findDue(opened);
    return due;
  });

async function findDue(opened: PackageFile): Promise<Due> {
  const streams = streamsOf(opened);
  const certificate = await readCertificate(opened);
  if (
    !streams ||
    !certificate ||
    listLayoutFaults(opened.frame, opened.manifest, opened.fileBytes).length > 0
  ) {
    throw new ProvisionerError(
      'package.not-sound',
      'not a package of ours: only those can be signed externally',
    );
  }
  const isEmpty = async (index: number) => (await readSmallStream(opened, index)).every((byte) => byte === 0);
  const common = {
    certificate,
    streams,
    signatureBytes: certificate.keyBits / 8,
    signerFingerprint: certificate.fingerprint,
  };
  const dueOf = (due: Due['due'], digest: Uint8Array) => ({
    ...common,
    due,
    digest,
    digestInfo: encodeDigestInfo(digest),
  });
  if (await isEmpty(streams.payloadSig))
    return dueOf('payload', await readSmallStream(opened, streams.payloadDigest));
  if (await isEmpty(streams.packageSig)) return dueOf('package', await hashCovered(opened));
  throw new ProvisionerError('signing.nothing-due', 'both signatures are there');
}

function streamsOf({ manifest }: PackageFile): Streams | null {
  const { payload, package: whole } = manifest;
  if (payload.sig === 'none' || payload.dig === 'none' || whole.sig === 'none' || whole.dig === 'none')
    return null;
  return {
    payloadSig: payload.sig['rsa-pkcs1v15'].data,
    payloadDigest: payload.dig.sha256.data,
    packageSig: whole.sig['rsa-pkcs1v15'].data,
    packageDigest: whole.dig.sha256.data,
  };
}

const hashCovered = (opened: PackageFile, file: FileHandle = opened.file) =>
  hashRanges(
    file,
    opened.manifest.package.map.map((index) => spanOf(opened, index)),
  );

/**
 * Checks a signature and writes the package with it, whole or not at all.
 * @param outPath may be the package itself
 * @throws signing.signature-invalid signing.nothing-due package.*
 */
export function attachSignature(
  path: string,
  signature: Uint8Array,
  outPath: string,
): Promise<{ attached: 'payload' | 'package' }> {
  return withPackageFile(path, async (opened) => {
    const { due, digest, certificate, streams } = await findDue(opened);
    if (!isDigestSignature(certificate.leaf.publicKey, digest, signature)) {
      throw new ProvisionerError(
        'signing.signature-invalid',
        `${signature.length} bytes that do not verify over the ${due} digest ${toHex(digest)}`,
      );
    }
    await writeAtomically(outPath, async (out, temp) => {
      await copyFile(path, temp, constants.COPYFILE_FICLONE);
      const signatureIndex = due === 'payload' ? streams.payloadSig : streams.packageSig;
      await writeSpan(out, opened, signatureIndex, signature);
      if (due === 'payload')
        await writeSpan(out, opened, streams.packageDigest, await hashCovered(opened, out));
      await out.sync();
      await refuseDamaged(temp, opened, { index: signatureIndex, signature });
    });
    return { attached: due };
  });
}

async function writeSpan(
  out: FileHandle,
  opened: PackageFile,
  index: number,
  bytes: Uint8Array,
): Promise<void> {
  const span = spanOf(opened, index);
  await out.write(bytes, 0, bytes.length, span.offset);
}

async function refuseDamaged(
  temp: string,
  opened: PackageFile,
  wrote: { index: number; signature: Uint8Array },
): Promise<void> {
  const again = await open(temp, 'r');
  try {
    const copy = { ...opened, file: again };
    const { payload } = opened.manifest;
    const same =
      equalBytes(await readSmallStream(copy, wrote.index), wrote.signature) &&
      equalBytes(
        await hashRanges(again, [spanOf(opened, payload.data)]),
        await hashRanges(opened.file, [spanOf(opened, payload.data)]),
      );
    if (!same) throw new ProvisionerError('package.readback-failed', 'the copy differs from the package');
  } finally {
    await again.close();
  }
}
