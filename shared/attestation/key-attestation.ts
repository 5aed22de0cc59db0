// A key attestation bundle (draft-bft-rats-kat-06): a key token that names the CPM key, signed by the key attestation key
// (KAK), and a platform token whose nonce is the hash of the KAK. Wrapped as a CMW collection in CBOR; both tokens are
// COSE_Sign1, tagged or not, for their media type says what they are.
import { equalBytes } from '../bytes.ts';
import { type CoseSign1, parseCborMap, parseUntaggedSign1 } from './cose.ts';
import { coseKeyThumbprint, parseConfirmation, parseCoseKey } from './cose-key.ts';
import { refuse } from './findings.ts';

const label = { nonce: 10, confirmation: 8, kakPublic: 2500 } as const;
const mediaType = /^application\/eat\+cwt(?:;.*)?$/;

export type KeyAttestation = {
  readonly keyToken: CoseSign1;
  readonly platformToken: CoseSign1;
  readonly nonce: Uint8Array;
  /** SPKI of the key that signed the key token. */
  readonly kakSpki: Uint8Array;
  /** What the nonce of the platform token must be. */
  readonly kakThumbprint: Uint8Array;
  /** SPKI of the CPM key. */
  readonly keySpki: Uint8Array;
};

function parsePart(value: unknown, name: string): CoseSign1 {
  const [type, bytes] = Array.isArray(value) && value.length === 2 ? (value as unknown[]) : [];
  if (typeof type !== 'string' || !mediaType.test(type) || !(bytes instanceof Uint8Array))
    throw refuse('cose-form', `${name} is not ["application/eat+cwt", bstr]`);
  return parseUntaggedSign1(bytes);
}

/** The claims of a key token alone. @throws evidence.rejected */
export function parseKeyClaims(
  payload: Uint8Array,
): Pick<KeyAttestation, 'nonce' | 'kakSpki' | 'kakThumbprint' | 'keySpki'> {
  const claims = parseCborMap(payload, 'the key token');
  const [nonce, kak, cnf] = [label.nonce, label.kakPublic, label.confirmation].map((at) => claims.get(at));
  if (nonce === undefined || kak === undefined || cnf === undefined)
    throw refuse('claim-missing', 'nonce, kak-pub or cnf is absent from the key token');
  if (!(nonce instanceof Uint8Array) || nonce.length < 8 || nonce.length > 64)
    throw refuse('claim-malformed', 'nonce of the key token');
  const keySpki = parseConfirmation(cnf);
  if (!keySpki) throw refuse('claim-malformed', 'cnf of the key token holds no key');
  return { nonce, kakSpki: parseCoseKey(kak), kakThumbprint: coseKeyThumbprint(kak), keySpki };
}

/** @throws evidence.rejected */
export function parseKeyAttestation(bytes: Uint8Array): KeyAttestation {
  const parts = parseCborMap(bytes, 'the bundle');
  const known = [...parts.keys()].every((key) => key === 'kat' || key === 'pat' || key === '__cmwc_t');
  if (!known || !parts.has('kat') || !parts.has('pat'))
    throw refuse('cose-form', 'the bundle does not hold one kat and one pat');
  const keyToken = parsePart(parts.get('kat'), 'kat');
  const platformToken = parsePart(parts.get('pat'), 'pat');
  return { keyToken, platformToken, ...parseKeyClaims(keyToken.payload) };
}

/** @throws evidence.rejected (bundle-link-broken) when the platform token does not vouch for the KAK */
export function checkLink(attestation: KeyAttestation, platformNonce: Uint8Array): void {
  if (!equalBytes(attestation.kakThumbprint, platformNonce))
    throw refuse('bundle-link-broken', 'the nonce of the platform token is not SHA-256(kak-pub)');
}
