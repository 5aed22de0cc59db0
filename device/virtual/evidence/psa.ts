// PSA tokens and key attestation bundles as a TEE makes them: a secure partition asks with a nonce that it made from its own
// key, and the attestation service signs what it measured (RFC 9783; draft-bft-rats-kat-06).
import { createHmac, sign } from 'node:crypto';
import { bindNonce } from '../../../shared/attestation/binding.ts';
import { encodeSigStructure } from '../../../shared/attestation/cose.ts';
import { concatBytes } from '../../../shared/bytes.ts';
import { type CborValue, encodeCbor } from '../../../shared/cbor.ts';
import type { Attack } from './attacks.ts';
import { coseKeyOf, makeEcPair, type Pair, sha256, spkiOf } from './keys.ts';
import type { Asked, TeeKeys } from './tee.ts';

export const clientId = 3002;
export const implementationId = new Uint8Array(32).fill(0x1d);
export const signerId = new Uint8Array(32).fill(0x51);

/** What the box boots: the versions and digests that its maker published. */
export const firmware = {
  BL: { version: '2.0.0', digest: sha256(Uint8Array.of(0xb1)) },
  PRoT: { version: '1.4.0', digest: sha256(Uint8Array.of(0xa0)) },
} as const;
const oldFirmware = { version: '1.1.0', digest: sha256(Uint8Array.of(0x0d)) };

export const instanceOf = ({ publicKey }: Pair): Uint8Array =>
  concatBytes(Uint8Array.of(1), sha256(spkiOf(publicKey)));

const component = (type: string, { version, digest }: { version: string; digest: Uint8Array }): CborValue =>
  new Map<number, CborValue>([
    [1, type],
    [2, digest],
    [4, version],
    [5, signerId],
  ]);

function componentsFor(attack: Attack | null): CborValue[] {
  const bootLoader = component('BL', firmware.BL);
  if (attack === 'stripped-component') return [bootLoader];
  return [bootLoader, component('PRoT', attack === 'downgraded-version' ? oldFirmware : firmware.PRoT)];
}

export type PsaKind = 'psa' | 'psa-2.0.0' | 'psa-iot-1';

type Claims = { readonly nonce: Uint8Array; readonly signer: Pair; readonly attack: Attack | null };

/** Claims by the labels of each profile. */
function encodeClaims(
  kind: PsaKind,
  { nonce, signer, attack }: Claims,
  extra: readonly [number, CborValue][],
) {
  const lifecycle = attack === 'debug-lifecycle' ? 0x4000 : 0x3000;
  const base = kind === 'psa-iot-1' ? -75000 : null;
  const label = (legacy: number, current: number) => (base === null ? current : base - legacy);
  return encodeCbor(
    new Map<number, CborValue>([
      kind === 'psa-iot-1'
        ? [-75000, 'PSA_IOT_PROFILE_1']
        : [265, kind === 'psa' ? 'tag:psacertified.org,2023:psa#tfm' : 'http://arm.com/psa/2.0.0'],
      [label(1, 2394), clientId],
      [label(2, 2395), lifecycle],
      [label(3, 2396), implementationId],
      [label(4, kind === 'psa' ? 268 : 2397), new Uint8Array(32)],
      [label(6, 2399), componentsFor(attack)],
      [label(8, 10), nonce],
      [label(9, 256), instanceOf(signer)],
      ...extra,
    ]),
  );
}

const signTag = 0xd2;
const macTag = 0xd1;

/** A COSE_Sign1 with ES256, or with ES384 by a P-384 key. @param tag absent inside a bundle */
function signCose(payload: Uint8Array, { privateKey }: Pair, tag: readonly number[] = [signTag]): Uint8Array {
  const isLarge = privateKey.asymmetricKeyDetails?.namedCurve === 'secp384r1';
  const protectedBytes = encodeCbor(new Map([[1, isLarge ? -35 : -7]]));
  const message = encodeSigStructure({ protectedBytes, payload });
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const signature = new Uint8Array(sign(isLarge ? 'sha384' : 'sha256', message, key));
  const message4 = encodeCbor([protectedBytes, new Map(), payload, signature]);
  return concatBytes(Uint8Array.from(tag), message4);
}

/** The classic confusion: HMAC with the public key, which a verifier that takes the algorithm's word would check with it. */
function macCose(payload: Uint8Array, { publicKey }: Pair): Uint8Array {
  const protectedBytes = encodeCbor(new Map([[1, 5]]));
  const structure = encodeCbor(['MAC0', protectedBytes, new Uint8Array(), payload]);
  const tag = new Uint8Array(createHmac('sha256', spkiOf(publicKey)).update(structure).digest());
  return concatBytes(Uint8Array.of(macTag), encodeCbor([protectedBytes, new Map(), payload, tag]));
}

function signerFor({ iak, otherIak, testPair }: TeeKeys, attack: Attack | null): Pair {
  if (attack === 'other-device') return otherIak;
  return attack === 'test-key' ? testPair : iak;
}

/** A token whose nonce binds the CPM key. */
export function makePsaToken(
  kind: PsaKind,
  keys: TeeKeys,
  { challenge, cpmSpki, attack }: Asked,
): Uint8Array {
  const signer = signerFor(keys, attack);
  const claims = { nonce: bindNonce(challenge, cpmSpki), signer, attack };
  const cnf: [number, CborValue][] =
    attack === 'substituted-key' ? [[8, new Map([[1, coseKeyOf(keys.foreignKey.publicKey)]])]] : [];
  const payload = encodeClaims(kind, claims, cnf);
  if (attack === 'alg-confusion') return macCose(payload, signer);
  return signCose(payload, attack === 'wrong-curve' ? makeEcPair('P-384') : signer);
}

/** A bundle: the key token names the CPM key, the platform token the key that signed it. */
export function makeKatBundle(keys: TeeKeys, { challenge, cpmKey, attack }: Asked): Uint8Array {
  const kak = makeEcPair();
  const key = attack === 'substituted-key' ? keys.foreignKey.publicKey : cpmKey;
  const kakKey = coseKeyOf(kak.publicKey);
  const keyClaims = encodeCbor(
    new Map<number, CborValue>([
      [10, challenge],
      [2500, kakKey],
      [8, new Map([[1, coseKeyOf(key)]])],
    ]),
  );
  const signer = signerFor(keys, attack);
  const platform = encodeClaims('psa', { nonce: sha256(encodeCbor(kakKey)), signer, attack }, []);
  return encodeCbor({
    kat: ['application/eat+cwt', signCose(keyClaims, kak, [])],
    pat: ['application/eat+cwt', signCose(platform, signer, [])],
    __cmwc_t: 'tag:ietf.org,2024-02-29:rats/kat',
  });
}
