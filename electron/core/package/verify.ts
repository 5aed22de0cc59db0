// Verifies a package: frame, manifest, layout, package digest and signature, certificate, chain; with the class key
// also tag, payload digest and payload signature. Plain payload bytes exist in memory only, a chunk at a time.
import { createDecipheriv, type X509Certificate } from 'node:crypto';
import { equalBytes, toHex } from '../../../shared/bytes.ts';
import {
  digestBytes,
  listLayoutFaults,
  maxPayloadBytes,
  nonceBytes,
  tagBytes,
} from '../../../shared/cpk/layout.ts';
import type { Manifest } from '../../../shared/cpk/manifest.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { say } from '../../../shared/sentences/sentence.ts';
import type { Clock } from '../clock.ts';
import { hashRanges, readChunks } from '../files.ts';
import type { ClassKey } from '../keys/class-key.ts';
import { feedLane, openLane } from './hash-lane.ts';
import { renderVersion } from './manifest-for.ts';
import {
  type PackageFile,
  readCertificate,
  readSmallStream,
  spanOf,
  withPackageFile,
} from './package-file.ts';
import {
  certificateFault,
  isDigestSignature,
  parseCertificates,
  type SigningCertificate,
} from './signing.ts';

/** `ok: null`: not checked, and `detail` says why. */
export type Check = { readonly name: string; readonly ok: boolean | null; readonly detail: string };

declare const verified: unique symbol;

/** A package that passed every check that was asked for. Only `verifyPackage` makes one; only this can be loaded. */
export type VerifiedPackage = {
  readonly [verified]: true;
  readonly path: string;
  readonly fileBytes: number;
  /** SHA-256 of the whole file, hex. */
  readonly fileSha256: string;
  /** SHA-256 over all streams but the package's own digest and signature, hex. */
  readonly packageDigest: string;
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly version: string;
  readonly keyName: string;
  readonly payloadBytes: number;
  readonly signerFingerprint: string;
};

export type VerifyResult = {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly package: VerifiedPackage | null;
};

export type VerifyOptions = {
  /** PEM texts; none: the chain is not checked. */
  readonly anchors?: readonly string[] | undefined;
  readonly classKey?: ClassKey | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Demo mode: a published signing key is accepted. */
  readonly allowPublishedKey?: boolean | undefined;
};

const check = (name: string, ok: boolean | null, detail: string): Check => ({ name, ok, detail });

/** A part that refuses with a typed error is a failed check of that name; the rest goes on. */
async function checked(name: string, run: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ProvisionerError) return [check(name, false, `${error.message} (${error.code})`)];
    throw error;
  }
}

/**
 * @returns every check by name; `ok` only when none failed
 * @throws package.unreadable when the file cannot be read at all
 */
export async function verifyPackage(path: string, options: VerifyOptions): Promise<VerifyResult> {
  try {
    return await withPackageFile(path, (opened) => verifyOpened(opened, options));
  } catch (error) {
    if (!(error instanceof ProvisionerError) || error.code === 'package.unreadable') throw error;
    return { ok: false, checks: [check('frame', false, `${error.message} (${error.code})`)], package: null };
  }
}

async function verifyOpened(opened: PackageFile, options: VerifyOptions): Promise<VerifyResult> {
  const { frame, manifest, fileBytes } = opened;
  const faults = listLayoutFaults(frame, manifest, fileBytes);
  const found: { certificate: SigningCertificate | null; digest: Uint8Array | null } = {
    certificate: null,
    digest: null,
  };
  const checks = [
    check('frame', true, say('check.frame', { count: frame.streamCount, bytes: fileBytes })),
    check('manifest', true, `${manifest['cp-id']} ${renderVersion(manifest.payload.ver)}`),
    check(
      'layout',
      faults.length === 0,
      faults.length === 0
        ? say('layout.canonical')
        : say('layout.not-canonical', { faults: faults.slice(0, 4).join('; ') }),
    ),
    ...(await checked('certificate', async () => {
      found.certificate = await readCertificate(opened);
      return checkCertificate(found.certificate, options);
    })),
    ...(await checked('package-digest', async () => {
      found.digest = await hashMapped(opened, options.signal);
      return checkPackageDigest(opened, found.digest);
    })),
    ...(await checked('package-signature', () =>
      checkPackageSignature(opened, found.digest, found.certificate),
    )),
    ...(await checked('payload', () => checkPayload(opened, found.certificate, options))),
  ];
  const ok = checks.every(({ ok }) => ok !== false);
  return { ok, checks, package: ok ? await describe(opened, found.digest, found.certificate) : null };
}

async function describe(
  opened: PackageFile,
  digest: Uint8Array | null,
  certificate: SigningCertificate | null,
): Promise<VerifiedPackage | null> {
  const { manifest, fileBytes, path, file } = opened;
  if (!digest || !certificate || manifest.payload.enc === 'none') return null;
  const fileSha256 = await hashRanges(file, [{ offset: 0, sizeBytes: fileBytes }]);
  return {
    path,
    fileBytes,
    fileSha256: toHex(fileSha256),
    packageDigest: toHex(digest),
    id: manifest['cp-id'],
    name: manifest['cp-name'],
    vendor: manifest['cp-vendor'],
    version: renderVersion(manifest.payload.ver),
    keyName: manifest.payload.enc['aes-gcm'].key_name,
    payloadBytes: spanOf(opened, manifest.payload.data).sizeBytes,
    signerFingerprint: certificate.fingerprint,
  } as VerifiedPackage;
}

function checkCertificate(certificate: SigningCertificate | null, options: VerifyOptions): Check[] {
  if (!certificate) return [check('certificate', false, say('check.no-certificate'))];
  const fault = certificateFault(certificate.leaf, options.clock.now());
  const demo = certificate.publishedAs !== null && options.allowPublishedKey === true;
  return [
    check(
      'certificate',
      fault === null || demo,
      fault ?? `${nameOf(certificate.leaf)}, RSA ${certificate.keyBits}`,
    ),
    check(
      'published-key',
      certificate.publishedAs === null || demo,
      certificate.publishedAs ?? say('check.not-published'),
    ),
    checkChain(certificate, options),
  ];
}

const maxChainLength = 8;

const nameOf = ({ subject }: X509Certificate): string => subject.replaceAll('\n', ', ');

function checkChain(
  { leaf, intermediates }: SigningCertificate,
  { anchors = [], clock }: VerifyOptions,
): Check {
  if (anchors.length === 0) return check('chain', null, say('check.no-anchor'));
  const trusted = anchors.flatMap(parseCertificates);
  const top = climb(leaf, { trusted, intermediates, at: clock.now() });
  return typeof top === 'string'
    ? check('chain', false, top)
    : check('chain', true, say('check.anchored', { subject: nameOf(top) }));
}

type Climb = { trusted: readonly X509Certificate[]; intermediates: readonly X509Certificate[]; at: Date };

/** From the leaf upwards to an anchor; the anchor reached, or why none was. */
export function climb(
  leaf: X509Certificate,
  { trusted, intermediates, at }: Climb,
): X509Certificate | string {
  const isSame = (a: X509Certificate, b: X509Certificate) => equalBytes(a.raw, b.raw);
  let current = leaf;
  for (let length = 0; length < maxChainLength; length += 1) {
    const anchor = trusted.find((candidate) => isSame(candidate, current));
    if (anchor) return anchor;
    const issuer = [...trusted, ...intermediates].find(
      (candidate) => !isSame(candidate, current) && issued(candidate, current),
    );
    if (!issuer) return say('check.not-anchored', { subject: nameOf(current) });
    const fault = certificateFault(issuer, at);
    if (fault) return say('check.issuer-fault', { subject: nameOf(issuer), why: fault });
    current = issuer;
  }
  return say('check.chain-length', { max: maxChainLength });
}

/** A certificate that cannot even be checked has not been issued by this one. */
function issued(issuer: X509Certificate, subject: X509Certificate): boolean {
  try {
    return issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

const mapOf = ({ package: whole }: Manifest): readonly number[] => whole.map;

/** SHA-256 over the streams that the map names, in its order. */
const hashMapped = (opened: PackageFile, signal?: AbortSignal): Promise<Uint8Array> =>
  hashRanges(
    opened.file,
    mapOf(opened.manifest).map((index) => spanOf(opened, index)),
    signal,
  );

async function checkPackageDigest(opened: PackageFile, actual: Uint8Array): Promise<Check[]> {
  const { dig } = opened.manifest.package;
  if (dig === 'none') return [check('package-digest', false, say('check.no-digest'))];
  const stated = await readSmallStream(opened, dig.sha256.data);
  const same = equalBytes(stated, actual);
  return [check('package-digest', same, same ? toHex(actual) : say('check.streams-differ'))];
}

async function checkPackageSignature(
  opened: PackageFile,
  digest: Uint8Array | null,
  certificate: SigningCertificate | null,
): Promise<Check[]> {
  const name = 'package-signature';
  const { sig } = opened.manifest.package;
  if (sig === 'none') return [check(name, false, say('check.package-unsigned'))];
  if (!digest || !certificate) return [check(name, false, say('check.not-checkable'))];
  const signature = await readSmallStream(opened, sig['rsa-pkcs1v15'].data);
  if (signature.every((byte) => byte === 0)) return [check(name, false, say('check.signature-due'))];
  const good = isDigestSignature(certificate.leaf.publicKey, digest, signature);
  return [
    check(
      name,
      good,
      good
        ? say('check.signed-by', { key: certificate.fingerprint.slice(0, 16) })
        : say('check.other-signature'),
    ),
  ];
}

async function checkPayload(
  opened: PackageFile,
  certificate: SigningCertificate | null,
  options: VerifyOptions,
): Promise<Check[]> {
  const { dig, sig, enc } = opened.manifest.payload;
  if (dig === 'none' || sig === 'none' || enc === 'none') {
    return [check('payload', false, say('check.payload-bare'))];
  }
  const stated = await readSmallStream(opened, dig.sha256.data);
  const signature = await readSmallStream(opened, sig['rsa-pkcs1v15'].data);
  const good =
    certificate !== null &&
    stated.length === digestBytes &&
    isDigestSignature(certificate.leaf.publicKey, stated, signature);
  const signed = check(
    'payload-signature',
    good,
    good ? say('check.payload-signed') : say('check.payload-signature-bad'),
  );
  if (!options.classKey) return [signed, check('decrypt', null, say('check.no-class-key'))];
  return [
    signed,
    ...(await checkDecrypted(opened, { key: options.classKey, stated, signal: options.signal })),
  ];
}

type Decrypting = {
  readonly key: ClassKey;
  readonly stated: Uint8Array;
  readonly signal: AbortSignal | undefined;
};

async function checkDecrypted(opened: PackageFile, { key, stated, signal }: Decrypting): Promise<Check[]> {
  const { enc, data } = opened.manifest.payload;
  if (enc === 'none') return [];
  const { nonce, tag } = enc['aes-gcm'];
  const sealed = { nonce: await readSmallStream(opened, nonce), tag: await readSmallStream(opened, tag) };
  if (sealed.nonce.length !== nonceBytes || sealed.tag.length !== tagBytes)
    return [check('decrypt', false, say('check.nonce-size'))];
  const span = spanOf(opened, data);
  if (span.sizeBytes > maxPayloadBytes)
    return [check('decrypt', false, say('check.payload-too-large', { bytes: span.sizeBytes }))];
  const decipher = createDecipheriv('aes-256-gcm', key.secret, sealed.nonce).setAuthTag(sealed.tag);
  const lane = openLane(span.sizeBytes);
  try {
    for await (const chunk of readChunks(opened.file, [span], signal)) {
      await feedLane(lane, decipher.update(chunk));
    }
    if (!isTagGood(decipher)) return [check('decrypt', false, say('check.tag-bad', { key: key.name }))];
    const same = equalBytes(await lane.digest(), stated);
    return [
      check('decrypt', true, say('check.tag-good', { key: key.name })),
      check('payload-digest', same, same ? toHex(stated) : say('check.payload-differs')),
    ];
  } finally {
    await lane.close();
  }
}

function isTagGood(decipher: { final(): unknown }): boolean {
  try {
    decipher.final();
    return true;
  } catch {
    return false;
  }
}
