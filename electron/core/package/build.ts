// Builds a package: plan, seal in one pass, sign, write, read back, rename. Memory does not grow with the payload.
import { createCipheriv, randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { concatBytes, equalBytes, toHex } from '../../../shared/bytes.ts';
import { type Layout, nonceBytes, planLayout, roles } from '../../../shared/cpk/layout.ts';
import {
  encodeManifest,
  type Manifest,
  maxManifestBytes,
  parseManifest,
  renderBuildDate,
} from '../../../shared/cpk/manifest.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Clock } from '../clock.ts';
import { hashRanges, readFull, readRange, writeAtomically } from '../files.ts';
import { type ClassKey, classKeyId } from '../keys/class-key.ts';
import { feedLane, type HashLane, openLane } from './hash-lane.ts';
import { slotBytes } from './lane-memory.ts';
import { manifestFor, type PackageVersion, renderVersion } from './manifest-for.ts';
import type { SealLedger } from './seal-ledger.ts';
import { openSigner, type Signer, type SigningInput } from './signing.ts';

export type BuildRequest = {
  readonly payloadPath: string;
  readonly outPath: string;
  /** Application id = key name: [A-Za-z0-9._-], 1 to 64 characters. */
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly version: PackageVersion;
  readonly target?: { readonly arch: string; readonly os: string } | undefined;
  readonly classKey: ClassKey;
  readonly signing: SigningInput;
  /** A second version under the same class key, asked for in so many words. */
  readonly allowKeyReuse?: boolean | undefined;
};

export type BuildPhase = 'seal' | 'flush' | 'read back';

export type BuildDeps = {
  readonly ledger: SealLedger;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?:
    | ((progress: { phase: BuildPhase; doneBytes: number; totalBytes: number }) => void)
    | undefined;
};

export type BuiltPackage = {
  readonly path: string;
  readonly fileBytes: number;
  readonly payloadSha256: string;
  /** SHA-256 over all streams but the package's own digest and signature: names the content for good. */
  readonly packageDigest: string;
  readonly signerFingerprint: string;
  /** False when signatures are still to be attached. */
  readonly signed: boolean;
};

type Plan = {
  readonly layout: Layout;
  readonly manifest: Uint8Array;
  readonly signer: Signer;
  readonly payloadBytes: number;
};
type Sealed = { readonly payloadSha256: Uint8Array; readonly tag: Uint8Array };

/**
 * @throws package.input-invalid package.payload-changed package.write-failed package.readback-failed signing.* key.nonce-reused key.version-reused
 */
export async function buildPackage(request: BuildRequest, deps: BuildDeps): Promise<BuiltPackage> {
  const payload = await openPayload(request.payloadPath);
  try {
    const plan = planPackage(request, payload.sizeBytes, deps.clock.now());
    const nonce = new Uint8Array(randomBytes(nonceBytes));
    await deps.ledger.claim(sealEntry(request, nonce));
    return await writePackage(request.outPath, (out) =>
      sealInto(out, { plan, payload, nonce, key: request.classKey }, deps),
    );
  } finally {
    await payload.file.close();
  }
}

type Payload = { readonly file: FileHandle; readonly sizeBytes: number; readonly modifiedMs: number };

async function openPayload(path: string): Promise<Payload> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new ProvisionerError('package.unreadable', `cannot open the payload ${path}`, { cause });
  });
  const stat = await file.stat();
  if (stat.isFile()) return { file, sizeBytes: stat.size, modifiedMs: stat.mtimeMs };
  await file.close();
  throw new ProvisionerError('package.input-invalid', `${path} is not a regular file`, {
    details: { field: 'payload' },
  });
}

function planPackage(request: BuildRequest, payloadBytes: number, now: Date): Plan {
  const signer = openSigner(request.signing, now);
  const manifest = encodeManifest(checkedManifest(request, signer, now));
  if (manifest.length > maxManifestBytes)
    throw new ProvisionerError('package.manifest-too-large', `${manifest.length} bytes`);
  const layout = planLayout({
    payloadBytes,
    manifestBytes: manifest.length,
    certificateBytes: signer.certificate.pem.length,
    signatureBytes: signer.certificate.keyBits / 8,
  });
  return { layout, manifest, signer, payloadBytes };
}

/** What we write must pass our own reader. */
function checkedManifest(request: BuildRequest, signer: Signer, now: Date): Manifest {
  const manifest = manifestFor(request, signer.certificate.keyBits, renderBuildDate(now));
  try {
    return parseManifest(encodeManifest(manifest), roles.length);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : 'not encodable';
    throw new ProvisionerError('package.input-invalid', message, { cause });
  }
}

const sealEntry = (request: BuildRequest, nonce: Uint8Array) => ({
  keyName: request.classKey.name,
  keyId: classKeyId(request.classKey),
  nonce,
  packageId: request.id,
  packageVersion: renderVersion(request.version),
  allowKeyReuse: request.allowKeyReuse === true,
});

async function writePackage(
  path: string,
  write: (out: FileHandle) => Promise<Omit<BuiltPackage, 'path'>>,
): Promise<BuiltPackage> {
  try {
    return { path, ...(await writeAtomically(path, write)) };
  } catch (error) {
    if (error instanceof ProvisionerError || (error instanceof Error && error.name === 'AbortError'))
      throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProvisionerError('package.write-failed', `${path}: ${reason}`, { cause: error });
  }
}

type Sealing = {
  readonly plan: Plan;
  readonly payload: Payload;
  readonly nonce: Uint8Array;
  readonly key: ClassKey;
};

/** Everything between an open, empty file and a package that read back as it was sealed. */
async function sealInto(
  out: FileHandle,
  sealing: Sealing,
  deps: BuildDeps,
): Promise<Omit<BuiltPackage, 'path'>> {
  const { plan, payload, nonce } = sealing;
  const whole = openLane(plan.payloadBytes);
  try {
    await out.write(plan.layout.frame, 0, plan.layout.frame.length, 0);
    const sealed = await sealPayload(out, sealing, { whole, deps });
    await refuseChanged(payload);
    const signature =
      plan.signer.sign?.(sealed.payloadSha256) ?? new Uint8Array(plan.signer.certificate.keyBits / 8);
    const covered = concatBytes(
      nonce,
      sealed.tag,
      sealed.payloadSha256,
      signature,
      plan.signer.certificate.pem,
      plan.manifest,
    );
    await feedLane(whole, covered);
    const packageDigest = await whole.digest();
    const packageSignature = plan.signer.sign?.(packageDigest) ?? new Uint8Array(signature.length);
    const tail = concatBytes(covered, packageDigest, packageSignature);
    await out.write(tail, 0, tail.length, plan.layout.offsets.nonce);
    deps.onProgress?.({ phase: 'flush', doneBytes: plan.payloadBytes, totalBytes: plan.payloadBytes });
    await out.sync();
    await readBack(out, plan, { tail, packageDigest, deps });
    return {
      fileBytes: plan.layout.fileBytes,
      payloadSha256: toHex(sealed.payloadSha256),
      packageDigest: toHex(packageDigest),
      signerFingerprint: plan.signer.certificate.fingerprint,
      signed: plan.signer.sign !== null,
    };
  } finally {
    await whole.close();
  }
}

/** Reads and writes that are under way at once: enough that neither disk nor cipher waits for the other. */
const depth = 4;

/** One pass: read, hash the plaintext, encrypt, hash the ciphertext, write. Reads and writes run beside the cipher. */
async function sealPayload(
  out: FileHandle,
  sealing: Sealing,
  work: { whole: HashLane; deps: BuildDeps },
): Promise<Sealed> {
  const { plan, payload, nonce, key } = sealing;
  const plain = openLane(plan.payloadBytes);
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce);
  const ahead = readAhead(payload, plain);
  const behind = writeBehind(out);
  try {
    for (let at = 0; at < plan.payloadBytes; ) {
      work.deps.signal?.throwIfAborted();
      const chunk = await ahead.take();
      const sealed = cipher.update(chunk);
      plain.commit(chunk.length);
      (await work.whole.reserve()).set(sealed);
      work.whole.commit(chunk.length);
      await behind.give(sealed, plan.layout.offsets.payload + at);
      at += chunk.length;
      work.deps.onProgress?.({ phase: 'seal', doneBytes: at, totalBytes: plan.payloadBytes });
    }
    await behind.flushed();
    cipher.final();
    return { payloadSha256: await plain.digest(), tag: new Uint8Array(cipher.getAuthTag()) };
  } finally {
    await Promise.all([behind.settled(), ahead.settled()]);
    await plain.close();
  }
}

/** Writes in the background; a failed write is thrown by the next `give` or by `flushed`. */
function writeBehind(out: FileHandle): {
  give(bytes: Uint8Array<ArrayBuffer>, offset: number): Promise<void>;
  flushed(): Promise<void>;
  settled(): Promise<unknown>;
} {
  const pending: Promise<unknown>[] = [];
  return {
    async give(bytes, offset) {
      const written = out.write(bytes, 0, bytes.length, offset).then(() => freeBuffer(bytes));
      written.catch(() => undefined);
      pending.push(written);
      if (pending.length > depth) await pending.shift();
    },
    flushed: async () => void (await Promise.all(pending)),
    settled: () => Promise.allSettled(pending),
  };
}

/** What the cipher returned is a new mapping each time: given back at once, memory stays flat and the pages warm. */
function freeBuffer(bytes: Uint8Array<ArrayBuffer>): void {
  if (bytes.buffer.byteLength === bytes.length) bytes.buffer.transfer(0);
}

/** Reads the payload into the lane's slots, a few slots ahead of whoever takes them. */
function readAhead(
  { file, sizeBytes }: Payload,
  lane: HashLane,
): { take(): Promise<Uint8Array>; settled(): Promise<unknown> } {
  let offset = 0;
  // Slots are reserved in the order of the file, whichever read ends first.
  let reserved: Promise<unknown> = Promise.resolve();
  const readNext = (): Promise<Uint8Array> => {
    const from = offset;
    const wanted = Math.min(slotBytes, sizeBytes - from);
    offset += wanted;
    if (wanted === 0) return Promise.resolve(new Uint8Array());
    const slot = reserved.then(() => lane.reserve());
    reserved = slot;
    const read = slot.then(async (whole) => {
      const part = whole.subarray(0, wanted);
      if ((await readFull(file, part, from)) < wanted) throw changed('it became shorter');
      return part;
    });
    read.catch(() => undefined);
    return read;
  };
  const pending: Promise<Uint8Array>[] = [];
  const fill = () => {
    while (pending.length < depth && offset < sizeBytes) pending.push(readNext());
  };
  return {
    async take() {
      fill();
      const chunk = await (pending.shift() ?? Promise.resolve(new Uint8Array()));
      fill();
      return chunk;
    },
    settled: () => Promise.allSettled(pending),
  };
}

const changed = (how: string) => new ProvisionerError('package.payload-changed', how);

async function refuseChanged(payload: Payload): Promise<void> {
  const now = await payload.file.stat();
  if (now.size !== payload.sizeBytes || now.mtimeMs !== payload.modifiedMs)
    throw changed('size or time of the file changed');
}

/** Reads the file again: frame and tail byte for byte, the rest by the package digest. */
async function readBack(
  out: FileHandle,
  plan: Plan,
  wrote: { tail: Uint8Array; packageDigest: Uint8Array; deps: BuildDeps },
): Promise<void> {
  const { layout, payloadBytes } = plan;
  wrote.deps.onProgress?.({ phase: 'read back', doneBytes: 0, totalBytes: payloadBytes });
  const frame = await readRange(out, { offset: 0, sizeBytes: layout.frame.length });
  const tail = await readRange(out, { offset: layout.offsets.nonce, sizeBytes: wrote.tail.length });
  const covered = {
    offset: layout.offsets.payload,
    sizeBytes: layout.offsets['package-digest'] - layout.offsets.payload,
  };
  const digest = await hashRanges(out, [covered], wrote.deps.signal);
  const same =
    equalBytes(frame, layout.frame) &&
    equalBytes(tail, wrote.tail) &&
    equalBytes(digest, wrote.packageDigest);
  if (!same) throw new ProvisionerError('package.readback-failed', 'the file differs from what was written');
  wrote.deps.onProgress?.({ phase: 'read back', doneBytes: payloadBytes, totalBytes: payloadBytes });
}
