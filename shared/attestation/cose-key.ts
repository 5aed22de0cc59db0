// Public keys as COSE_Key (RFC 9052 section 7, RFC 9053 section 7, RFC 8230 section 4), turned into SubjectPublicKeyInfo:
// EC2 on P-256, P-384 and P-521 uncompressed, Ed25519, RSA. Whether a point is on its curve, the cryptographic library says.
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, parseHex } from '../bytes.ts';
import { asMap, encodeCbor } from '../cbor.ts';
import { encodeDer, tags } from '../der.ts';
import { refuse } from './findings.ts';

type Members = ReadonlyMap<unknown, unknown>;

type Curve = { readonly coordinateBytes: number; readonly algorithm: Uint8Array };

const der = (hex: string): Uint8Array => parseHex(hex) as Uint8Array;

/** COSE curve number to SPKI AlgorithmIdentifier (RFC 5480 section 2.1.1.1, RFC 8410 section 3). */
const curves: ReadonlyMap<unknown, Curve> = new Map([
  [1, { coordinateBytes: 32, algorithm: der('301306072a8648ce3d020106082a8648ce3d030107') }],
  [2, { coordinateBytes: 48, algorithm: der('301006072a8648ce3d020106052b81040022') }],
  [3, { coordinateBytes: 66, algorithm: der('301006072a8648ce3d020106052b81040023') }],
]);
const ed25519Algorithm = der('300506032b6570');
const rsaAlgorithm = der('300d06092a864886f70d0101010500');

const malformed = (said: string) => refuse('claim-malformed', `COSE_Key: ${said}`);

function takeBytes(members: Members, label: number, sizeBytes: readonly [number, number]): Uint8Array {
  const value = members.get(label);
  const isSized = value instanceof Uint8Array && value.length >= sizeBytes[0] && value.length <= sizeBytes[1];
  if (!isSized) throw malformed(`member ${label}`);
  return value;
}

const encodeSpki = (algorithm: Uint8Array, key: Uint8Array): Uint8Array =>
  encodeDer(
    tags.sequence,
    concatBytes(algorithm, encodeDer(tags.bitString, concatBytes(new Uint8Array(1), key))),
  );

function ecSpki(members: Members): Uint8Array {
  const curve = curves.get(members.get(-1));
  if (!curve) throw malformed('curve not known');
  const size = [curve.coordinateBytes, curve.coordinateBytes] as const;
  const point = concatBytes(Uint8Array.of(4), takeBytes(members, -2, size), takeBytes(members, -3, size));
  return encodeSpki(curve.algorithm, point);
}

/** A DER INTEGER from bytes without leading zeros. */
const encodeUnsigned = (bytes: Uint8Array): Uint8Array =>
  encodeDer(tags.integer, (bytes[0] ?? 0) & 0x80 ? concatBytes(new Uint8Array(1), bytes) : bytes);

function rsaSpki(members: Members): Uint8Array {
  const n = takeBytes(members, -1, [256, 512]);
  const e = takeBytes(members, -2, [1, 8]);
  if (n[0] === 0 || e[0] === 0) throw malformed('RSA integer with leading zero');
  return encodeSpki(
    rsaAlgorithm,
    encodeDer(tags.sequence, concatBytes(encodeUnsigned(n), encodeUnsigned(e))),
  );
}

/**
 * SubjectPublicKeyInfo, DER, of a decoded COSE_Key.
 * @throws evidence.rejected (claim-malformed)
 */
export function parseCoseKey(value: unknown): Uint8Array {
  const members = asMap(value);
  const kty = members?.get(1);
  if (!members) throw malformed('not a map');
  if (kty === 2) return ecSpki(members);
  if (kty === 3) return rsaSpki(members);
  if (kty !== 1 || members.get(-1) !== 6) throw malformed('key type not known');
  return encodeSpki(ed25519Algorithm, takeBytes(members, -2, [32, 32]));
}

/**
 * SHA-256 of an EC2 key in its one encoding: the required members alone, in deterministic order (RFC 9679 section 3).
 * Our choice: a key with more members has no thumbprint, so that nobody can mean another encoding.
 * @throws evidence.rejected (claim-malformed)
 */
export function coseKeyThumbprint(value: unknown): Uint8Array {
  const members = asMap(value);
  if (members?.get(1) !== 2 || members.size !== 4) throw malformed('not a bare EC2 key');
  ecSpki(members);
  const [x, y] = [members.get(-2), members.get(-3)] as [Uint8Array, Uint8Array];
  return sha256(
    encodeCbor(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [-1, members.get(-1) as number],
        [-2, x],
        [-3, y],
      ]),
    ),
  );
}

/**
 * SPKI of the key in a cnf claim (RFC 8747 section 3), {1: COSE_Key}. Null without one: a key id names nothing that could
 * be compared.
 * @throws evidence.rejected (claim-malformed)
 */
export function parseConfirmation(value: unknown): Uint8Array | null {
  const key = asMap(value)?.get(1);
  return key === undefined ? null : parseCoseKey(key);
}
