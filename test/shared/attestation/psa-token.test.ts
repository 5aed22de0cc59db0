// The published claim sets of all three profiles, read or refused as their publishers say.
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCose } from '../../../shared/attestation/cose.ts';
import { type EvidenceRejection, reasonOf } from '../../../shared/attestation/findings.ts';
import { parsePsaClaims } from '../../../shared/attestation/psa-token.ts';
import { equalBytes } from '../../../shared/bytes.ts';
import { type CborValue, encodeCbor } from '../../../shared/cbor.ts';
import {
  parseDiagnostic,
  readJsonVector,
  readTextVector,
  readVector,
  vectorPath,
} from '../../helpers/vectors.ts';

/** Read, or the word it was refused with. */
function outcome(payload: Uint8Array): 'read' | EvidenceRejection | null {
  try {
    parsePsaClaims(payload);
    return 'read';
  } catch (error) {
    return reasonOf(error);
  }
}

test('the RFC 9783 claim sets are read or refused as they say', (ctx) => {
  const names = readdirSync(vectorPath(ctx, 'psa-rfc9783/cddl-test'));
  const outcomes = names.map((name) => {
    const claims = parseDiagnostic(readTextVector(ctx, `psa-rfc9783/cddl-test/${name}`));
    return [name.replace('.diag', ''), outcome(encodeCbor(claims))];
  });
  expect(Object.fromEntries(outcomes)).toEqual({
    FAIL_BootSeed_too_big: 'claim-malformed',
    FAIL_BootSeed_too_small: 'claim-malformed',
    FAIL_ImplementationID_missing: 'claim-missing',
    FAIL_ImplementationID_wrong_format: 'claim-malformed',
    FAIL_InstanceID_missing: 'claim-missing',
    FAIL_InstanceID_wrong_format: 'claim-malformed',
    FAIL_SoftwareComponent_Measurement_missing: 'claim-missing',
    GOOD_full: 'read',
    GOOD_mandatory_only: 'read',
  });
});

test('the Veraison claim sets are read or refused as they say', (ctx) => {
  const names = readdirSync(vectorPath(ctx, 'veraison-psatoken/cbor'));
  const outcomes = names.map((name) => {
    const claims = parseDiagnostic(readTextVector(ctx, `veraison-psatoken/cbor/${name}`));
    return [name.replace('.diag', ''), outcome(encodeCbor(claims))];
  });
  expect(Object.fromEntries(outcomes)).toEqual({
    P1ClaimsAll: 'read',
    P1ClaimsAllNoSwMeasurements: 'read',
    P1ClaimsMandatoryOnly: 'read',
    P1ClaimsMandatoryOnlyNoSwMeasurements: 'read',
    P1ClaimsMissingMandatoryNonce: 'claim-missing',
    P1ClaimsTFM: 'read',
    P2ClaimsAll: 'read',
    P2ClaimsInvalidMultiNonce: 'claim-malformed',
    P2ClaimsMandatoryOnly: 'read',
    P2ClaimsMissingMandatoryNonce: 'claim-missing',
    P2ClaimsTFM: 'read',
  });
});

const jsonNames = [
  ['psa-client-id', -75001, 2394],
  ['psa-security-lifecycle', -75002, 2395],
  ['psa-implementation-id', -75003, 2396],
  ['psa-boot-seed', -75004, 2397],
  ['psa-certification-reference', -75005, 2398],
  ['psa-software-components', -75006, 2399],
  ['psa-no-software-measurements', -75007, null],
  ['psa-nonce', -75008, 10],
  ['psa-instance-id', -75009, 256],
  ['psa-verification-service-indicator', -75010, 2400],
] as const;
const componentNames = [
  ['measurement-type', 1],
  ['measurement-value', 2],
  ['version', 4],
  ['signer-id', 5],
] as const;

const isBase64Claim = (name: string) => /-id$|-seed$|-nonce$|-value$/.test(name) && name !== 'psa-client-id';
const toCbor = (name: string, value: unknown): CborValue =>
  isBase64Claim(name) ? Uint8Array.from(Buffer.from(value as string, 'base64')) : (value as CborValue);

/** The JSON form of Veraison's own tool, in the claim keys of one profile. */
function fromJson(json: Record<string, unknown>, legacy: boolean): Uint8Array {
  const claims = new Map<number, CborValue>();
  const profile = json[legacy ? 'psa-profile' : 'eat-profile'];
  if (profile !== undefined) claims.set(legacy ? -75000 : 265, profile as string);
  for (const [name, legacyKey, key] of jsonNames) {
    const label = legacy ? legacyKey : key;
    const value = json[name];
    if (value === undefined || label === null) continue;
    const components = name === 'psa-software-components' ? (value as Record<string, unknown>[]) : null;
    const encoded = components?.map(
      (component) =>
        new Map(
          componentNames
            .filter(([field]) => component[field] !== undefined)
            .map(([field, at]) => [at, toCbor(field, component[field])] as const),
        ),
    );
    claims.set(label, encoded ?? toCbor(name, value));
  }
  return encodeCbor(claims);
}

test('the JSON claim sets, put into CBOR, are read or refused as they say', (ctx) => {
  const names = readdirSync(vectorPath(ctx, 'veraison-psatoken/json'));
  const outcomes = names.map((name) => {
    const json = readJsonVector(ctx, `veraison-psatoken/json/${name}`) as Record<string, unknown>;
    const legacy = json['eat-profile'] === undefined;
    return [name.replace(/^test-|\.json$/g, ''), outcome(fromJson(json, legacy))];
  });
  expect(Object.fromEntries(outcomes)).toEqual({
    'boot-seed-invalid-long': 'claim-malformed',
    // Invalid for the legacy profile only: the later ones made the boot seed optional. See the next test.
    'boot-seed-invalid-missing': 'read',
    'boot-seed-invalid-short': 'claim-malformed',
    'client-id-invalid-missing': 'claim-missing',
    'hardware-version-invalid': 'claim-malformed',
    'implementation-id-invalid-long': 'claim-malformed',
    'implementation-id-invalid-missing': 'claim-missing',
    'implementation-id-invalid-short': 'claim-malformed',
    'instance-id-invalid-euid-type': 'claim-malformed',
    'instance-id-invalid-long': 'claim-malformed',
    'instance-id-invalid-missing': 'claim-missing',
    'instance-id-invalid-short': 'claim-malformed',
    'nonce-invalid-long': 'claim-malformed',
    'nonce-invalid-missing': 'claim-missing',
    'nonce-invalid-short': 'claim-malformed',
    // Legacy: a missing profile claim means that profile.
    'profile-invalid-missing': 'read',
    'profile-invalid-unknown': 'profile-unknown',
    'profile-valid-missing': 'read',
    'security-lifecycle-invalid-missing': 'claim-missing',
    'security-lifecycle-invalid-state': 'claim-malformed',
    'sw-component-and-no-sw-measurements-missing': 'claim-missing',
    'sw-component-measurement-value-invalid-missing': 'claim-missing',
    'sw-component-measurement-value-invalid-short': 'claim-malformed',
    'sw-component-signer-id-invalid-missing': 'claim-missing',
    'sw-component-signer-id-invalid-short': 'claim-malformed',
    'sw-components-empty': 'claim-malformed',
    'sw-components-invalid-combo': 'claim-malformed',
    'sw-components-invalid-missing': 'claim-missing',
    'token-valid-full': 'read',
    'token-valid-minimalist-no-sw-measurements': 'read',
    'token-valid-minimalist-p1': 'read',
    'token-valid-minimalist-p2': 'read',
    'vsi-invalid-empty': 'claim-malformed',
  });
});

test('the JSON claim sets that are invalid for one profile only are refused in that profile', (ctx) => {
  const read = (name: string) =>
    readJsonVector(ctx, `veraison-psatoken/json/test-${name}.json`) as Record<string, unknown>;
  expect(outcome(fromJson(read('boot-seed-invalid-missing'), true))).toBe('claim-missing');
  expect(outcome(fromJson(read('profile-invalid-missing'), false))).toBe('profile-unknown');
});

test('the RFC 9783 example token says what its claims file says', (ctx) => {
  const cose = parseCose(readVector(ctx, 'psa-rfc9783/psa-sign1.cbor'));
  const written = encodeCbor(parseDiagnostic(readTextVector(ctx, 'psa-rfc9783/sign1-claims.diag')));
  expect(equalBytes(cose.payload, written)).toBe(true);
  expect(parsePsaClaims(cose.payload)).toMatchObject({
    profile: 'psa-2023-tfm',
    clientId: 2_147_483_647,
    lifecycle: 'secured',
    instanceId: `01${'02'.repeat(32)}`,
    implementationId: '00'.repeat(32),
    bootSeed: '00'.repeat(8),
    components: [{ type: 'PRoT', value: '03'.repeat(32), signerId: '04'.repeat(32), version: null }],
  });
});

test('every printed form of the RFC 9783 tokens is the same token', (ctx) => {
  for (const name of ['psa-sign1', 'psa-mac0']) {
    const bytes = readVector(ctx, `psa-rfc9783/${name}.cbor`);
    const hex = readTextVector(ctx, `psa-rfc9783/${name}.hex`).replaceAll(/\s/g, '');
    expect(Buffer.from(bytes).toString('hex')).toBe(hex);
    expect(
      Buffer.from(encodeCbor(parseDiagnostic(readTextVector(ctx, `psa-rfc9783/${name}.diag`)))).toString(
        'hex',
      ),
    ).toBe(hex);
  }
});
