// The layout our writer uses, planned before a byte is written, and the check that a file has exactly this layout.
// The package digest and signature are over a bare concatenation, so boundaries between streams are not themselves
// signed: only in this canonical layout does the signature say what each byte means (facts, package-and-device 1).
import { ProvisionerError } from '../errors/error.ts';
import { say } from '../sentences/sentence.ts';
import { encodeFrame, type Frame, originOf } from './frame.ts';
import { embeddedIndex, type Manifest } from './manifest.ts';

/** Streams in index order: cpk-tool's seven, then the package's own digest and signature. */
export const roles = [
  'payload',
  'nonce',
  'tag',
  'digest',
  'signature',
  'certificate',
  'manifest',
  'package-digest',
  'package-signature',
] as const;

export type Role = (typeof roles)[number];

export const roleIndex = Object.fromEntries(roles.map((role, at) => [role, at])) as Readonly<
  Record<Role, number>
>;

export const nonceBytes = 12;
export const tagBytes = 16;
export const digestBytes = 32;

/** Every stream but the package's own digest and signature, in index order. */
export const canonicalMap: readonly number[] = roles.slice(0, roleIndex['package-digest']).map((_, at) => at);

export type LayoutInput = {
  readonly payloadBytes: number;
  readonly certificateBytes: number;
  readonly manifestBytes: number;
  /** Modulus size of the signing key, in bytes. */
  readonly signatureBytes: number;
};

export type Layout = {
  /** Header and stream table, ready to write at offset 0. */
  readonly frame: Uint8Array;
  readonly offsets: Readonly<Record<Role, number>>;
  readonly fileBytes: number;
};

/** What AES-GCM seals under one nonce: 2^39 - 256 bits (NIST SP 800-38D section 5.2.1.1). */
export const maxPayloadBytes: number = 2 ** 36 - 32;

/**
 * All sizes and offsets of a package, in bytes, from the sizes that vary.
 * @throws package.input-invalid when a size is not one, or the payload is more than one nonce can seal
 */
export function planLayout(input: LayoutInput): Layout {
  const sizes: Readonly<Record<Role, number>> = {
    payload: input.payloadBytes,
    nonce: nonceBytes,
    tag: tagBytes,
    digest: digestBytes,
    signature: input.signatureBytes,
    certificate: input.certificateBytes,
    manifest: input.manifestBytes,
    'package-digest': digestBytes,
    'package-signature': input.signatureBytes,
  };
  refuseBadSizes(sizes);
  const sizesBytes = roles.map((role) => sizes[role]);
  let offset = originOf(roles.length);
  const offsets = {} as Record<Role, number>;
  for (const role of roles) {
    offsets[role] = offset;
    offset += sizes[role];
  }
  return { frame: encodeFrame(sizesBytes, roleIndex.manifest), offsets, fileBytes: offset };
}

/** With these bounds every offset is a safe integer. */
function refuseBadSizes(sizes: Readonly<Record<Role, number>>): void {
  for (const role of roles) {
    const size = sizes[role];
    if (Number.isSafeInteger(size) && size >= 0 && size <= maxPayloadBytes) continue;
    throw new ProvisionerError(
      'package.input-invalid',
      `${role}: ${size} bytes, at most ${maxPayloadBytes}`,
      {
        details: { field: role },
      },
    );
  }
}

/** What the stream with this index is for, from the manifest; null when nothing refers to it. */
export function roleOf(index: number, frame: Frame, manifest: Manifest): Role | null {
  if (index === frame.manifestIndex) return 'manifest';
  const { payload, package: whole } = manifest;
  const enc = payload.enc === 'none' ? null : payload.enc['aes-gcm'];
  const table: readonly (readonly [number | null, Role])[] = [
    [payload.data, 'payload'],
    [enc?.nonce ?? null, 'nonce'],
    [enc?.tag ?? null, 'tag'],
    [payload.dig === 'none' ? null : payload.dig.sha256.data, 'digest'],
    [payload.sig === 'none' ? null : payload.sig['rsa-pkcs1v15'].data, 'signature'],
    [embeddedIndex(payload.cert), 'certificate'],
    [whole.dig === 'none' ? null : whole.dig.sha256.data, 'package-digest'],
    [whole.sig === 'none' ? null : whole.sig['rsa-pkcs1v15'].data, 'package-signature'],
  ];
  return table.find(([at]) => at === index)?.[1] ?? null;
}

const exactBytes: Partial<Record<Role, number>> = {
  nonce: nonceBytes,
  tag: tagBytes,
  digest: digestBytes,
  'package-digest': digestBytes,
};

/**
 * Why a file is not in the canonical layout, in words; empty when it is.
 * @param fileBytes size of the whole file
 */
export function listLayoutFaults(frame: Frame, manifest: Manifest, fileBytes: number): string[] {
  const faults: string[] = [];
  if (frame.streams.length !== roles.length)
    faults.push(say('layout.stream-count', { count: frame.streams.length, wantedCount: roles.length }));
  let end = frame.originOffset;
  for (const stream of frame.streams) {
    if (stream.offset !== end) faults.push(say('layout.not-adjacent', { index: stream.index }));
    end = stream.offset + stream.sizeBytes;
    const role = roleOf(stream.index, frame, manifest);
    if (role !== roles[stream.index]) {
      const wanted = roles[stream.index] ?? 'expected';
      faults.push(say('layout.other-role', { index: stream.index, role: role ?? 'unused', wanted }));
    }
    const exact = role ? exactBytes[role] : undefined;
    if (exact !== undefined && stream.sizeBytes !== exact)
      faults.push(
        say('layout.other-size', { role: role ?? '', bytes: stream.sizeBytes, wantedBytes: exact }),
      );
  }
  if (end !== fileBytes) faults.push(say('layout.trailing'));
  return [...faults, ...listSignatureFaults(frame, manifest)];
}

function listSignatureFaults(frame: Frame, { payload, package: whole }: Manifest): string[] {
  const faults: string[] = [];
  for (const [name, sig] of [
    ['signature', payload.sig],
    ['package-signature', whole.sig],
  ] as const) {
    if (sig === 'none') continue;
    const { data, key_strength: bits } = sig['rsa-pkcs1v15'];
    const size = frame.streams[data]?.sizeBytes;
    if (size !== bits / 8) faults.push(say('layout.signature-size', { role: name, bytes: size ?? 0, bits }));
  }
  if (embeddedIndex(whole.cert) !== embeddedIndex(payload.cert)) faults.push(say('layout.two-certificates'));
  if (whole.map.length !== canonicalMap.length || whole.map.some((index, at) => index !== canonicalMap[at])) {
    faults.push(say('layout.map'));
  }
  return faults;
}
