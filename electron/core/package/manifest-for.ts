// The manifest that our builder writes: cpk-tool's seven streams, and the package's own digest and signature.
import { canonicalMap, roleIndex } from '../../../shared/cpk/layout.ts';
import type { Manifest } from '../../../shared/cpk/manifest.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';

export type PackageVersion = { readonly maj: number; readonly min: number; readonly rev: number };

export const renderVersion = ({ maj, min, rev }: PackageVersion): string => `${maj}.${min}.${rev}`;

/** "1.2.3" with each part a u32. @throws package.input-invalid */
export function parseVersion(text: string): PackageVersion {
  const parts = /^(\d{1,10})\.(\d{1,10})\.(\d{1,10})$/.exec(text)?.slice(1).map(Number) ?? [];
  const [maj, min, rev] = parts;
  if (
    maj === undefined ||
    min === undefined ||
    rev === undefined ||
    parts.some((part) => part > 0xffff_ffff)
  ) {
    throw new ProvisionerError(
      'package.input-invalid',
      `version "${text.slice(0, 40)}": three numbers like 1.2.3`,
      {
        details: { field: 'version' },
      },
    );
  }
  return { maj, min, rev };
}

/** Ids cross a shell on the device and name keys in the vault and the cloud. */
export const idPattern: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

type Wanted = {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly version: PackageVersion;
  readonly target?: { readonly arch: string; readonly os: string } | undefined;
  readonly classKey: { readonly name: string };
};

/** @throws package.input-invalid */
export function manifestFor(wanted: Wanted, keyBits: number, date: string): Manifest {
  if (!idPattern.test(wanted.id)) {
    throw new ProvisionerError(
      'package.input-invalid',
      'id: letters, digits, dot, dash and underscore, 1 to 64 of them',
      {
        details: { field: 'id' },
      },
    );
  }
  const cert = { 'embedded-x509-pem': { data: roleIndex.certificate } };
  const rsa = (data: number) => ({ 'rsa-pkcs1v15': { key_strength: keyBits, data } });
  return {
    'cp-id': wanted.id,
    'cp-name': wanted.name,
    'cp-vendor': wanted.vendor,
    payload: {
      data: roleIndex.payload,
      target: wanted.target ?? { arch: 'aarch64', os: 'OP-TEE' },
      ver: { ...wanted.version, date },
      enc: {
        'aes-gcm': {
          key_name: wanted.classKey.name,
          key_strength: 256,
          nonce: roleIndex.nonce,
          tag: roleIndex.tag,
        },
      },
      dig: { sha256: { data: roleIndex.digest } },
      sig: rsa(roleIndex.signature),
      cert,
    },
    package: {
      map: [...canonicalMap],
      dig: { sha256: { data: roleIndex['package-digest'] } },
      sig: rsa(roleIndex['package-signature']),
      cert,
    },
  };
}
