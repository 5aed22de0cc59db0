// Concise Reference Integrity Manifests (draft-ietf-rats-corim, with the PSA profile of draft-fdb-rats-psa-endorsements): the
// subset from which a policy is filled. Reference triples of PSA software components, and attest-key triples. All else is
// refused and never skipped: what is left out of a manifest changes what it says.
//
//   501({ id, tags: [ 506(bstr .cbor comid) ], ? profile, ? validity, ? entities })
import { parseBase64, toHex } from '../bytes.ts';
import { asMap, asTag, parseCbor } from '../cbor.ts';
import { ProvisionerError } from '../errors/error.ts';
import { parseCoseKey } from './cose-key.ts';

export type ReferenceComponent = {
  /** 32 bytes, hex. */
  readonly implementationId: string;
  readonly type: string;
  /** As in a policy: "sha-256:" and hex. */
  readonly digests: readonly string[];
  readonly signerId: string | null;
  readonly version: string | null;
};

export type AttestKey = {
  /** 33 bytes, hex. */
  readonly instanceId: string;
  /** SubjectPublicKeyInfo, DER; not checked here. */
  readonly spki: Uint8Array;
};

export type Corim = {
  readonly id: string;
  /** Seconds since 1970; null: not stated. */
  readonly notBefore: number | null;
  readonly notAfter: number | null;
  readonly references: readonly ReferenceComponent[];
  readonly attestKeys: readonly AttestKey[];
};

export const maxCorimBytes = 4 * 1024 * 1024;

const tagOf = {
  corim: 501,
  comid: 506,
  ueid: 550,
  pemKey: 554,
  coseKey: 558,
  bytes: 560,
  uri: 32,
  time: 1,
} as const;
const profiles: readonly unknown[] = ['tag:arm.com,2025:psa#1.0.0', 'http://arm.com/psa/iot/1'];
/** Named Information Hash Algorithms (RFC 6920 registry): number, name and bytes. */
const hashes = [
  { id: 1, name: 'sha-256', sizeBytes: 32 },
  { id: 7, name: 'sha-384', sizeBytes: 48 },
  { id: 8, name: 'sha-512', sizeBytes: 64 },
] as const;

export const refuseCorim = (said: string, cause?: unknown): ProvisionerError =>
  new ProvisionerError('evidence.corim-refused', said, cause === undefined ? {} : { cause });

type Fields = ReadonlyMap<unknown, unknown>;

/** A map with no keys but these. */
function mapOf(value: unknown, keys: readonly unknown[], what: string): Fields {
  const map = asMap(value);
  if (!map) throw refuseCorim(`${what} is no map`);
  const other = [...map.keys()].find((key) => !keys.includes(key));
  if (other !== undefined)
    throw refuseCorim(`${what} has a member ${String(other)}, which is not understood`);
  return map;
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw refuseCorim(`${what} is no list, or an empty one`);
  return value;
}

/** The content of a tag. */
function untag(value: unknown, tag: number, what: string): unknown {
  const tagged = asTag(value);
  if (tagged?.tag !== tag) throw refuseCorim(`${what} is not tagged ${tag}`);
  return tagged.contents;
}

function bytesOf(value: unknown, sizes: readonly number[], what: string): string {
  if (!(value instanceof Uint8Array) || !sizes.includes(value.length))
    throw refuseCorim(`${what} is not ${sizes.join(' or ')} bytes`);
  return toHex(value);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= 200) return value;
  throw refuseCorim(`${what} is no text of 1 to 200 characters`);
}

function parseItem(bytes: Uint8Array, what: string): unknown {
  const item = parseCbor(bytes, maxCorimBytes);
  if (item) return item.value;
  throw refuseCorim(`${what} is not one strict CBOR item`);
}

/** Vendor and model beside it are for people. */
const implementationOf = (classMap: unknown): string =>
  bytesOf(
    untag(mapOf(classMap, [0, 1, 2], 'class').get(0), tagOf.bytes, 'class-id'),
    [32],
    'implementation id',
  );

function parseDigest(value: unknown): string {
  const [algorithm, hash] = listOf(value, 'digest');
  const known = hashes.find(({ id, name }) => id === algorithm || name === algorithm);
  if (!known) throw refuseCorim(`hash algorithm ${String(algorithm)}`);
  return `${known.name}:${bytesOf(hash, [known.sizeBytes], 'digest')}`;
}

/** Signer ids are hashes of 32, 48 or 64 bytes (RFC 9783 section 4.4.1). */
function parseSignerId(value: unknown): string | null {
  if (value === undefined) return null;
  const keys = listOf(value, 'cryptokeys');
  if (keys.length > 1) throw refuseCorim('more than one signer of a component');
  return bytesOf(untag(keys[0], tagOf.bytes, 'signer id'), [32, 48, 64], 'signer id');
}

function parseComponent(implementationId: string, measurement: unknown): ReferenceComponent {
  const map = mapOf(measurement, [0, 1], 'measurement');
  if (map.get(0) !== 'psa.software-component') throw refuseCorim(`measurement of ${String(map.get(0))}`);
  const values = mapOf(map.get(1), [0, 2, 11, 13], 'measurement values');
  const version = values.get(0);
  return {
    implementationId,
    type: textOf(values.get(11), 'component name'),
    digests: listOf(values.get(2), 'digests').map(parseDigest),
    signerId: parseSignerId(values.get(13)),
    version: version === undefined ? null : textOf(mapOf(version, [0], 'version').get(0), 'version'),
  };
}

function parseReference(record: unknown): ReferenceComponent[] {
  const [environment, measurements, ...more] = listOf(record, 'reference triple');
  if (more.length > 0) throw refuseCorim('a reference triple of more than two parts');
  const implementationId = implementationOf(mapOf(environment, [0], 'environment').get(0));
  return listOf(measurements, 'measurements').map((one) => parseComponent(implementationId, one));
}

/** Between the lines of a PEM, or as a COSE_Key. */
function parseKey(value: unknown): Uint8Array {
  const tagged = asTag(value);
  if (tagged?.tag === tagOf.coseKey) return parseCoseKey(tagged.contents);
  const pem = tagged?.tag === tagOf.pemKey ? tagged.contents : null;
  const found = /^-----BEGIN PUBLIC KEY-----\s([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(
    String(pem),
  );
  const spki = found && parseBase64((found[1] ?? '').replace(/\s/g, ''));
  if (spki) return spki;
  throw refuseCorim('a key that is neither a public key in PEM nor a COSE_Key');
}

function parseAttestKey(record: unknown): AttestKey {
  const [environment, keys, ...more] = listOf(record, 'attest-key triple');
  if (more.length > 0) throw refuseCorim('an attest-key triple with conditions');
  const map = mapOf(environment, [0, 1], 'environment');
  if (map.has(0)) implementationOf(map.get(0));
  const [key, ...others] = listOf(keys, 'keys');
  if (others.length > 0) throw refuseCorim('more than one key of an instance');
  const instanceId = bytesOf(untag(map.get(1), tagOf.ueid, 'instance'), [33], 'instance id');
  return { instanceId, spki: parseKey(key) };
}

function parseComid(tag: unknown): Pick<Corim, 'references' | 'attestKeys'> {
  const bytes = untag(tag, tagOf.comid, 'a tag');
  if (!(bytes instanceof Uint8Array)) throw refuseCorim('a tag that is no byte string');
  // Language, identity and entities say nothing that is judged.
  const comid = mapOf(parseItem(bytes, 'a tag'), [0, 1, 2, 4], 'comid');
  const triples = mapOf(comid.get(4), [0, 3], 'triples');
  const each = (key: number, what: string) =>
    triples.has(key) ? listOf(triples.get(key), what) : ([] as readonly unknown[]);
  return {
    references: each(0, 'reference triples').flatMap(parseReference),
    attestKeys: each(3, 'attest-key triples').map(parseAttestKey),
  };
}

function parseTime(value: unknown, what: string): number | null {
  if (value === undefined) return null;
  const seconds = untag(value, tagOf.time, what);
  if (typeof seconds === 'number' && Number.isSafeInteger(seconds)) return seconds;
  throw refuseCorim(`${what} is no whole number of seconds`);
}

function checkProfile(value: unknown): void {
  if (value === undefined || profiles.includes(untag(value, tagOf.uri, 'profile'))) return;
  throw refuseCorim('a profile other than that of PSA');
}

/** @throws evidence.corim-refused naming what is not understood; evidence.rejected for a COSE_Key */
export function parseCorim(bytes: Uint8Array): Corim {
  const corim = mapOf(untag(parseItem(bytes, 'the file'), tagOf.corim, 'the file'), [0, 1, 3, 4, 5], 'corim');
  checkProfile(corim.get(3));
  const id = corim.get(0);
  const validity = corim.has(4) ? mapOf(corim.get(4), [0, 1], 'validity') : new Map();
  const comids = listOf(corim.get(1), 'tags').map(parseComid);
  return {
    id: id instanceof Uint8Array ? toHex(id) : textOf(id, 'id'),
    notBefore: parseTime(validity.get(0), 'not-before'),
    notAfter: parseTime(validity.get(1), 'not-after'),
    references: comids.flatMap(({ references }) => references),
    attestKeys: comids.flatMap(({ attestKeys }) => attestKeys),
  };
}
