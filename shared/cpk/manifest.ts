// The manifest, version 1: a JSON document in one stream. Types mirror the JSON as cpk-tool writes it: kebab-case
// but `key_name` and `key_strength`, schemes as "none" or an object with one key. Unknown fields are refused.
// Source: facts package-and-device section 1 (cpk crate, manifest v1).
import { z } from 'zod';
import { encodeUtf8 } from '../bytes.ts';
import { ProvisionerError } from '../errors/error.ts';
import { parseStrictJson } from './strict-json.ts';

/** Ours; a real manifest has under 2 KiB. */
export const maxManifestBytes = 1024 * 1024;

const index = z.number().int().min(0).max(65_535);
const u16 = index;
const u32 = z.number().int().min(0).max(0xffff_ffff);
/** Shown on terminals and screens: no control characters. */
const words = z
  .string()
  .max(256)
  .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'control characters');
const none = z.literal('none');
const stream = z.strictObject({ data: index });

const encryption = z.union([
  none,
  z.strictObject({
    'aes-gcm': z.strictObject({ key_name: words, key_strength: u16, nonce: index, tag: index }),
  }),
]);
const digest = z.union([none, z.strictObject({ sha256: stream })]);
const signature = z.union([
  none,
  z.strictObject({ 'rsa-pkcs1v15': z.strictObject({ key_strength: u16, data: index }) }),
]);
const certification = z.union([
  none,
  z.strictObject({ target: z.strictObject({ domain: words }) }),
  z.strictObject({ url: z.strictObject({ url: words }) }),
  z.strictObject({ 'embedded-x509-pem': stream }),
  z.strictObject({ 'embedded-x509-der': stream }),
  z.strictObject({ 'embedded-public-key-pem': stream }),
  z.strictObject({ 'embedded-public-key-der': stream }),
]);

const manifestSchema = z.strictObject({
  'cp-id': words.min(1),
  'cp-name': words,
  'cp-vendor': words,
  payload: z.strictObject({
    data: index,
    target: z.strictObject({ arch: words, os: words }),
    ver: z.strictObject({ maj: u32, min: u32, rev: u32, date: words }),
    enc: encryption,
    dig: digest,
    sig: signature,
    cert: certification,
  }),
  package: z.strictObject({
    map: z.array(index).max(65_535),
    dig: digest,
    sig: signature,
    cert: certification,
  }),
});

export type Manifest = z.infer<typeof manifestSchema>;

const invalid = (field: string, said: string) =>
  new ProvisionerError('package.manifest-invalid', `manifest ${field}: ${said}`, { details: { field } });

/** The path of the first thing wrong; inside a union, of the first branch that got further than its outermost key. */
function firstIssue(issue: z.core.$ZodIssue): { path: string; message: string } {
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.map((branch) => branch[0]).find((found) => found && found.path.length > 1);
    if (inner) return { path: [...issue.path, ...inner.path].join('.'), message: inner.message };
    return { path: issue.path.join('.'), message: 'not a known scheme' };
  }
  return { path: issue.path.join('.') || '(root)', message: issue.message };
}

/**
 * @param bytes the whole manifest stream, UTF-8
 * @throws package.manifest-too-large package.manifest-invalid naming the field
 */
export function parseManifest(bytes: Uint8Array, streamCount: number): Manifest {
  if (bytes.length > maxManifestBytes) {
    throw new ProvisionerError(
      'package.manifest-too-large',
      `${bytes.length} bytes, at most ${maxManifestBytes}`,
    );
  }
  const parsed = manifestSchema.safeParse(parseStrictJson(decodeUtf8(bytes)));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const { path, message } = issue ? firstIssue(issue) : { path: '(root)', message: 'not understood' };
    throw invalid(path, message);
  }
  refuseBadIndexes(parsed.data, streamCount);
  return parsed.data;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ProvisionerError('package.manifest-invalid', 'manifest: not UTF-8', {
      details: { field: 'manifest' },
      cause,
    });
  }
}

/** Streams the manifest refers to, by the field that names them. */
export function referencesOf(manifest: Manifest): readonly (readonly [field: string, index: number])[] {
  const { payload, package: whole } = manifest;
  const enc = payload.enc === 'none' ? null : payload.enc['aes-gcm'];
  return [
    ['payload.data', payload.data] as const,
    ...(enc ? [['payload.enc.nonce', enc.nonce] as const, ['payload.enc.tag', enc.tag] as const] : []),
    ...schemeReferences('payload', payload),
    ...schemeReferences('package', whole),
  ];
}

type Schemes = Pick<Manifest['package'], 'dig' | 'sig' | 'cert'>;

function schemeReferences(part: string, { dig, sig, cert }: Schemes): (readonly [string, number])[] {
  const embedded = embeddedIndex(cert);
  return [
    ...(dig === 'none' ? [] : [[`${part}.dig.data`, dig.sha256.data] as const]),
    ...(sig === 'none' ? [] : [[`${part}.sig.data`, sig['rsa-pkcs1v15'].data] as const]),
    ...(embedded === null ? [] : [[`${part}.cert.data`, embedded] as const]),
  ];
}

/** Stream that holds the certificate or key, or null when it is not in the package. */
export function embeddedIndex(cert: Schemes['cert']): number | null {
  if (cert === 'none' || 'target' in cert || 'url' in cert) return null;
  return Object.values(cert)[0]?.data ?? null;
}

function refuseBadIndexes(manifest: Manifest, streamCount: number): void {
  for (const [field, index] of referencesOf(manifest)) {
    if (index >= streamCount) throw invalid(field, `stream ${index} of ${streamCount}`);
  }
  const { map, dig, sig } = manifest.package;
  const beyond = map.find((index) => index >= streamCount);
  if (beyond !== undefined) throw invalid('package.map', `stream ${beyond} of ${streamCount}`);
  if (new Set(map).size !== map.length) throw invalid('package.map', 'names a stream twice');
  // cpk-tool writes a map of all streams with "none": a map can only cover itself where there is something to cover.
  const own = [dig === 'none' ? -1 : dig.sha256.data, sig === 'none' ? -1 : sig['rsa-pkcs1v15'].data];
  if (own.some((index) => map.includes(index)))
    throw invalid('package.map', "covers the package's own digest or signature");
}

/** The manifest as cpk-tool's serializer writes it: no white space, fields in its order. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const { payload, package: whole } = manifest;
  const ordered: Manifest = {
    'cp-id': manifest['cp-id'],
    'cp-name': manifest['cp-name'],
    'cp-vendor': manifest['cp-vendor'],
    payload: {
      data: payload.data,
      target: { arch: payload.target.arch, os: payload.target.os },
      ver: { maj: payload.ver.maj, min: payload.ver.min, rev: payload.ver.rev, date: payload.ver.date },
      enc: payload.enc,
      dig: payload.dig,
      sig: payload.sig,
      cert: payload.cert,
    },
    package: { map: whole.map, dig: whole.dig, sig: whole.sig, cert: whole.cert },
  };
  return encodeUtf8(JSON.stringify(ordered));
}

/** "2021-10-05 12:52:37.489525 UTC", as cpk-tool writes a date. */
export const renderBuildDate = (date: Date): string =>
  `${date.toISOString().replace('T', ' ').replace('Z', '')}000 UTC`;
