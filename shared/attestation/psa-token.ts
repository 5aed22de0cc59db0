// Claims of a PSA attestation token in three profiles: PSA_IOT_PROFILE_1 (legacy), http://arm.com/psa/2.0.0 (an interim
// draft, what OP-TEE emits) and tag:psacertified.org,2023:psa#tfm (RFC 9783). Unknown claims are passed over, integers may be longer than needed; a nonce of several values, and a claim of the wrong size, are refused.
import { toHex } from '../bytes.ts';
import { asMap } from '../cbor.ts';
import { parseCborMap } from './cose.ts';
import { parseConfirmation } from './cose-key.ts';
import { refuse } from './findings.ts';

export const psaProfiles = ['psa-iot-1', 'psa-2.0.0', 'psa-2023-tfm'] as const;
export type PsaProfile = (typeof psaProfiles)[number];

export const lifecycles = [
  'unknown',
  'assembly-and-test',
  'rot-provisioning',
  'secured',
  'non-psa-rot-debug',
  'recoverable-psa-rot-debug',
  'decommissioned',
] as const;
export type Lifecycle = (typeof lifecycles)[number];

type Claim =
  | 'clientId'
  | 'lifecycle'
  | 'implementationId'
  | 'bootSeed'
  | 'certification'
  | 'components'
  | 'nonce'
  | 'instanceId'
  | 'verifier';

/** Claim keys: RFC 9783 section 4 and its appendix on the legacy profile; facts attestation section 1.4. */
const labels: Readonly<Record<PsaProfile, Readonly<Record<Claim, number>>>> = {
  'psa-iot-1': {
    clientId: -75001,
    lifecycle: -75002,
    implementationId: -75003,
    bootSeed: -75004,
    certification: -75005,
    components: -75006,
    nonce: -75008,
    instanceId: -75009,
    verifier: -75010,
  },
  'psa-2.0.0': {
    clientId: 2394,
    lifecycle: 2395,
    implementationId: 2396,
    bootSeed: 2397,
    certification: 2398,
    components: 2399,
    nonce: 10,
    instanceId: 256,
    verifier: 2400,
  },
  'psa-2023-tfm': {
    clientId: 2394,
    lifecycle: 2395,
    implementationId: 2396,
    bootSeed: 268,
    certification: 2398,
    components: 2399,
    nonce: 10,
    instanceId: 256,
    verifier: 2400,
  },
};

const eatProfile = 265;
const legacyProfile = -75000;
const noMeasurements = -75007;
const confirmation = 8;
const hashSizes = [32, 48, 64];
const maxComponents = 64;
const maxTextChars = 512;

export type PsaComponent = {
  readonly type: string | null;
  /** Hex. */
  readonly value: string;
  readonly version: string | null;
  /** Hex. */
  readonly signerId: string;
  readonly description: string | null;
};

export type PsaClaims = {
  readonly profile: PsaProfile;
  /** Negative: a caller in the normal world. */
  readonly clientId: number;
  readonly lifecycle: Lifecycle;
  readonly implementationId: string;
  readonly bootSeed: string | null;
  readonly certification: string | null;
  readonly components: readonly PsaComponent[];
  readonly nonce: Uint8Array;
  readonly instanceId: string;
  readonly verifier: string | null;
  /** SPKI of the key in the cnf claim (RFC 8747), where there is one. */
  readonly confirmedKey: Uint8Array | null;
};

type Claims = ReadonlyMap<unknown, unknown>;

const malformed = (what: string) => refuse('claim-malformed', `${what} has a wrong type, size or value`);

function required(claims: Claims, label: number, what: string): unknown {
  const value = claims.get(label);
  if (value === undefined) throw refuse('claim-missing', `${what} (${label}) is absent`);
  return value;
}

function asBytes(value: unknown, sizes: readonly number[], what: string): Uint8Array {
  if (!(value instanceof Uint8Array) || !sizes.includes(value.length)) throw malformed(what);
  return value;
}

function asInteger(value: unknown, [least, most]: readonly [number, number], what: string): number {
  const isInRange = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  if (!isInRange) throw malformed(what);
  return value;
}

function asText(value: unknown, what: string): string | null {
  if (value === undefined) return null;
  if (typeof value !== 'string' || value === '' || value.length > maxTextChars) throw malformed(what);
  return value;
}

function profileOf(claims: Claims): PsaProfile {
  const eat = claims.get(eatProfile);
  if (eat === 'tag:psacertified.org,2023:psa#tfm') return 'psa-2023-tfm';
  if (eat === 'http://arm.com/psa/2.0.0') return 'psa-2.0.0';
  const legacy = claims.get(legacyProfile);
  const isLegacy = legacy === 'PSA_IOT_PROFILE_1' || (legacy === undefined && claims.has(-75001));
  if (eat !== undefined || !isLegacy) throw refuse('profile-unknown', 'none of the three PSA profiles');
  return 'psa-iot-1';
}

/** The high byte says the state, the low byte is the vendor's. */
function parseLifecycle(value: unknown): Lifecycle {
  const high = asInteger(value, [0, 0xffff], 'lifecycle') >> 8;
  const state = lifecycles[high >> 4];
  if ((high & 0x0f) !== 0 || state === undefined) throw malformed('lifecycle');
  return state;
}

function parseComponent(value: unknown): PsaComponent {
  const fields = asMap(value);
  if (!fields) throw malformed('software component');
  return {
    type: asText(fields.get(1), 'component type'),
    value: toHex(asBytes(required(fields, 2, 'measurement value'), hashSizes, 'measurement value')),
    version: asText(fields.get(4), 'component version'),
    signerId: toHex(asBytes(required(fields, 5, 'signer id'), hashSizes, 'signer id')),
    description: asText(fields.get(6), 'component description'),
  };
}

/** Only the legacy profile may say that there are no measurements, and then there are none. */
function parseComponents(claims: Claims, profile: PsaProfile): PsaComponent[] {
  const label = labels[profile].components;
  const none = profile === 'psa-iot-1' ? claims.get(noMeasurements) : undefined;
  if (none !== undefined) {
    if (none !== 1 || claims.has(label)) throw malformed('no-software-measurements');
    return [];
  }
  const list = required(claims, label, 'software components');
  if (!Array.isArray(list) || list.length === 0 || list.length > maxComponents)
    throw malformed('software components');
  return list.map(parseComponent);
}

function parseBootSeed(claims: Claims, profile: PsaProfile): string | null {
  const label = labels[profile].bootSeed;
  if (profile === 'psa-iot-1') return toHex(asBytes(required(claims, label, 'boot seed'), [32], 'boot seed'));
  const seed = claims.get(label);
  if (seed === undefined) return null;
  if (!(seed instanceof Uint8Array) || seed.length < 8 || seed.length > 32) throw malformed('boot seed');
  return toHex(seed);
}

/** EAN-13-5; in the legacy profile also a bare EAN-13, though TF-M writes the long form there too. */
function parseCertification(value: unknown, profile: PsaProfile): string | null {
  const text = asText(value, 'certification reference');
  const form = profile === 'psa-iot-1' ? /^\d{13}(?:-\d{5})?$/ : /^\d{13}-\d{5}$/;
  if (text !== null && !form.test(text)) throw malformed('certification reference');
  return text;
}

function parseInstanceId(value: unknown): string {
  const bytes = asBytes(value, [33], 'instance id');
  if (bytes[0] !== 1) throw malformed('instance id');
  return toHex(bytes);
}

function parseClientId(value: unknown): number {
  const id = asInteger(value, [-(2 ** 31), 2 ** 31 - 1], 'client id');
  if (id === 0) throw malformed('client id');
  return id;
}

/**
 * The claims of a token's payload.
 * @throws evidence.rejected (not-strict-cbor, profile-unknown, claim-missing, claim-malformed)
 */
export function parsePsaClaims(payload: Uint8Array): PsaClaims {
  const claims = parseCborMap(payload, 'the claims set');
  const profile = profileOf(claims);
  const at = labels[profile];
  const take = (claim: Claim) => required(claims, at[claim], claim);
  return {
    profile,
    clientId: parseClientId(take('clientId')),
    lifecycle: parseLifecycle(take('lifecycle')),
    implementationId: toHex(asBytes(take('implementationId'), [32], 'implementation id')),
    bootSeed: parseBootSeed(claims, profile),
    certification: parseCertification(claims.get(at.certification), profile),
    components: parseComponents(claims, profile),
    nonce: asBytes(take('nonce'), hashSizes, 'nonce'),
    instanceId: parseInstanceId(take('instanceId')),
    verifier: asText(claims.get(at.verifier), 'verification service'),
    confirmedKey: parseConfirmation(claims.get(confirmation)),
  };
}
