// Reads a package as the stock tool on the box does: the frame, the streams it needs, the few manifest fields it uses.
// On purpose a second reader, apart from the hardened one in shared/cpk: a box must not share our writer's mistakes.
// Unlike that one it is as lenient as the tool: unknown manifest fields, padding and overlap pass.
// Source: facts package-and-device section 1; ConfidentialPackageTools cpk/src/package.
import { ToolFailure } from './tool-failure.ts';

export type PackageContents = {
  readonly manifestIndex: number;
  readonly applicationId: string;
  readonly name: string;
  readonly vendor: string;
  readonly arch: string;
  readonly os: string;
  /** "1.2.3 (2021-10-05 12:52:37 UTC)" */
  readonly version: string;
  /** Reads the streams; kept apart because the tool prints the lines above first. */
  readonly payload: () => PackagePayload;
};

export type PackagePayload = {
  readonly sealed: Uint8Array;
  readonly strengthBits: number;
  readonly nonce: Uint8Array;
  readonly tag: Uint8Array;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  /** X.509, PEM text. */
  readonly certificate: Uint8Array;
};

const headerBytes = 16;
const entryBytes = 16;
const magic = 0x0eccf00d;

const bad = (message: string, kind: string) =>
  new ToolFailure(message, `PackageProcessingError(PackageError(${kind}))`);
const cutShort = () =>
  new ToolFailure(
    'failed to fill whole buffer',
    'PackageProcessingError(IoError(Error { kind: UnexpectedEof, message: "failed to fill whole buffer" }))',
  );
const badJson = (message: string) =>
  new ToolFailure(message, `JsonError(Error("${message}", line: 1, column: 1))`);

/** The bytes of a stream by index. @throws ToolFailure */
type Streams = (index: number) => Uint8Array;

function parseFrame(file: Buffer): { manifestIndex: number; streams: Streams } {
  if (file.length < headerBytes) throw cutShort();
  if (file.readUInt32LE(0) !== magic)
    throw bad('The package does not begin with the correct 4-byte magic number.', 'MagicNumberMissing');
  const word = (offset: number) => file.readUInt16LE(offset);
  if (word(4) !== 1)
    throw bad('The package version is not supported by this tool.', 'PackageVersionNotSupported');
  if (word(6) !== 0) throw bad('The package flag field is not valid.', 'InvalidFlag');
  const [count, manifestIndex] = [word(8), word(10)];
  if (count === 0)
    throw bad(
      'The package stream count is zero. Packages must contain at least one stream.',
      'StreamCountZero',
    );
  if (manifestIndex >= count)
    throw bad('The package manifest stream index is out of range.', 'ManifestStreamOutOfRange');
  if (word(12) !== 1) throw bad('Invalid manifest type.', 'InvalidManifestType');
  if (word(14) !== 1) throw bad('Invalid manifest version.', 'InvalidManifestVersion');
  const origin = headerBytes + count * entryBytes;
  if (file.length < origin) throw cutShort();
  const streams: Streams = (index) => {
    if (index >= count) throw cutShort();
    const at = headerBytes + index * entryBytes;
    const begin = BigInt(origin) + file.readBigUInt64LE(at);
    const end = begin + file.readBigUInt64LE(at + 8);
    if (end > BigInt(file.length)) throw cutShort();
    return file.subarray(Number(begin), Number(end));
  };
  return { manifestIndex, streams };
}

/** One value of the manifest by its path. @throws ToolFailure */
function field<T extends 'string' | 'number'>(
  manifest: unknown,
  path: readonly string[],
  type: T,
): T extends 'string' ? string : number {
  let value = manifest;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) throw badJson(`missing field \`${name}\``);
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  const isGood = type === 'number' ? Number.isInteger(value) && Number(value) >= 0 : typeof value === type;
  if (isGood) return value as T extends 'string' ? string : number;
  throw badJson(`missing field \`${path.at(-1)}\``);
}

function parseManifest(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw badJson('expected value');
  }
}

const unsupported = (what: string, kind: string) =>
  new ToolFailure(`Unsupported ${what} scheme`, `ToolError(Unsupported${kind}Scheme)`);

/** @throws ToolFailure in the tool's words */
export function readPackage(file: Buffer): PackageContents {
  const { manifestIndex, streams } = parseFrame(file);
  const manifest = parseManifest(streams(manifestIndex));
  const text = (...path: string[]) => field(manifest, path, 'string');
  const number = (...path: string[]) => field(manifest, path, 'number');
  const ver = (name: string) => number('payload', 'ver', name);
  return {
    manifestIndex,
    applicationId: text('cp-id'),
    name: text('cp-name'),
    vendor: text('cp-vendor'),
    arch: text('payload', 'target', 'arch'),
    os: text('payload', 'target', 'os'),
    version: `${ver('maj')}.${ver('min')}.${ver('rev')} (${text('payload', 'ver', 'date')})`,
    payload: () => readPayload(manifest as Manifest, streams),
  };
}

type Manifest = {
  readonly payload: Readonly<
    Record<'enc' | 'dig' | 'sig' | 'cert', Readonly<Record<string, object>> | string>
  >;
};

function readPayload(manifest: Manifest, streams: Streams): PackagePayload {
  const has = (part: keyof Manifest['payload'], scheme: string) => {
    const value = manifest.payload[part];
    return typeof value === 'object' && value !== null && scheme in value;
  };
  if (!has('enc', 'aes-gcm')) throw unsupported('payload encryption', 'Encryption');
  if (!has('dig', 'sha256')) throw unsupported('digest', 'Digest');
  if (!has('sig', 'rsa-pkcs1v15')) throw unsupported('signature', 'Signature');
  if (!has('cert', 'embedded-x509-pem')) throw unsupported('certification', 'Certification');
  const number = (...path: string[]) => field(manifest, ['payload', ...path], 'number');
  const stream = (...path: string[]) => streams(number(...path));
  return {
    sealed: stream('data'),
    strengthBits: number('enc', 'aes-gcm', 'key_strength'),
    nonce: stream('enc', 'aes-gcm', 'nonce'),
    tag: stream('enc', 'aes-gcm', 'tag'),
    digest: stream('dig', 'sha256', 'data'),
    signature: stream('sig', 'rsa-pkcs1v15', 'data'),
    certificate: stream('cert', 'embedded-x509-pem', 'data'),
  };
}
