// Each lint rule with a package that breaks it, and a package that breaks none. The packages are inspections of a real
// one with a value changed: lint is pure.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock as clock } from '../../../electron/core/clock.ts';
import { buildPackage } from '../../../electron/core/package/build.ts';
import { type Inspection, inspectPackage } from '../../../electron/core/package/inspect.ts';
import { lintPackage, type RuleName, ruleNames, type Severity } from '../../../electron/core/package/lint.ts';
import type { Role } from '../../../shared/cpk/layout.ts';
import { type DeviceProfile, deviceProfiles, findProfile } from '../../../shared/device-profile.ts';
import { readSentence } from '../../../shared/sentences/sentence.ts';
import { testSigner } from '../../helpers/station.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

let clean: Inspection;

beforeAll(async () => {
  const dir = await makeTempDir();
  const { keyPem, certificatePem } = await testSigner();
  const payloadPath = join(dir, 'payload');
  await writeFile(payloadPath, 'TEST payload');
  const { path } = await buildPackage(
    {
      payloadPath,
      outPath: join(dir, 'clean.cpk'),
      id: 'test-app',
      name: 'TEST application',
      vendor: 'TEST vendor',
      version: { maj: 1, min: 2, rev: 3 },
      classKey: { name: 'test-app', secret: new Uint8Array(32).fill(7) },
      signing: { keyPem, certificatePem },
    },
    { ledger: { claim: async () => undefined }, clock },
  );
  clean = await inspectPackage(path);
});

const profile = findProfile('checking-cpm');
const dayMs = 24 * 3600 * 1000;

type Payload = Inspection['manifest']['payload'];

const withPayload = (change: Partial<Payload>): Inspection => ({
  ...clean,
  manifest: { ...clean.manifest, payload: { ...clean.manifest.payload, ...change } },
});
const withSeal = (change: { key_name?: string; key_strength?: number }): Inspection => {
  const { enc } = clean.manifest.payload;
  if (enc === 'none') throw new Error('the clean package is encrypted');
  return withPayload({ enc: { 'aes-gcm': { ...enc['aes-gcm'], ...change } } });
};
const withId = (id: string): Inspection => ({ ...withSeal({ key_name: id }), id });
const withSize = (role: Role, sizeBytes: number): Inspection => ({
  ...clean,
  streams: clean.streams.map((stream) => (stream.role === role ? { ...stream, sizeBytes } : stream)),
});
const without = (role: Role): Inspection => ({
  ...clean,
  streams: clean.streams.map((stream) => (stream.role === role ? { ...stream, role: null } : stream)),
});
const withCertificate = (change: Partial<NonNullable<Inspection['certificate']>>): Inspection => {
  if (!clean.certificate) throw new Error('the clean package has a certificate');
  return { ...clean, certificate: { ...clean.certificate, ...change } };
};
const inDays = (days: number) => new Date(Date.now() + days * dayMs).toISOString();
const target = { arch: 'aarch64', os: 'OP-TEE' };

type Case = {
  readonly rule: RuleName;
  readonly severity: Severity;
  readonly when: string;
  readonly says: RegExp;
  readonly broken: () => Inspection;
  readonly for?: DeviceProfile;
};

const cases: readonly Case[] = [
  {
    rule: 'payload-size',
    severity: 'error',
    when: 'the payload is a byte larger than the device takes',
    says: /6291457 bytes.*at most 6291456/,
    broken: () => withSize('payload', profile.maxPayloadBytes + 1),
  },
  {
    rule: 'target-arch',
    severity: 'error',
    when: 'it is made for another processor',
    says: /made for x86_64, the device is aarch64/,
    broken: () => withPayload({ target: { ...target, arch: 'x86_64' } }),
  },
  {
    rule: 'target-os',
    severity: 'error',
    when: 'it is made for another system',
    says: /made for SGX, the device runs OP-TEE/,
    broken: () => withPayload({ target: { ...target, os: 'SGX' } }),
  },
  {
    rule: 'nonce-size',
    severity: 'error',
    when: 'the nonce is longer',
    says: /nonce has 16 bytes, must have 12/,
    broken: () => withSize('nonce', 16),
  },
  {
    rule: 'tag-size',
    severity: 'error',
    when: 'the tag is shorter',
    says: /tag has 12 bytes, must have 16/,
    broken: () => withSize('tag', 12),
  },
  {
    rule: 'digest-size',
    severity: 'error',
    when: 'the digest is missing',
    says: /digest has no bytes, must have 32/,
    broken: () => without('digest'),
  },
  {
    rule: 'encryption',
    severity: 'error',
    when: 'the payload is in the clear',
    says: /not encrypted/,
    broken: () => withPayload({ enc: 'none' }),
  },
  {
    rule: 'key-strength',
    severity: 'error',
    when: 'the class key has 128 bits',
    says: /key of 128 bits, the CPM takes 256/,
    broken: () => withSeal({ key_strength: 128 }),
  },
  {
    rule: 'key-name',
    severity: 'error',
    when: 'the class key is not called as the application',
    says: /"other-app" is not the application id "test-app"/,
    broken: () => withSeal({ key_name: 'other-app' }),
  },
  {
    rule: 'id',
    severity: 'error',
    when: 'the id could be read by a shell',
    says: /letters, digits, dot, dash, underscore/,
    broken: () => withId('test;reboot'),
  },
  {
    rule: 'id-length',
    severity: 'warning',
    when: 'the id has four characters',
    says: /5 to 36 characters/,
    broken: () => withId('pump'),
  },
  {
    rule: 'id-length',
    severity: 'warning',
    when: 'the id has 37 characters',
    says: /5 to 36 characters/,
    broken: () => withId('a'.repeat(37)),
  },
  {
    rule: 'payload-signature',
    severity: 'error',
    when: 'the manifest names no signature',
    says: /only payloads with digest and signature/,
    broken: () => withPayload({ sig: 'none' }),
  },
  {
    rule: 'payload-signature',
    severity: 'error',
    when: 'the manifest names no digest',
    says: /only payloads with digest and signature/,
    broken: () => withPayload({ dig: 'none' }),
  },
  {
    rule: 'payload-signature',
    severity: 'error',
    when: 'the external signature has not come yet',
    says: /still to be attached/,
    broken: () => ({ ...clean, signed: { payload: false, package: true } }),
  },
  {
    rule: 'package-signature',
    severity: 'warning',
    when: 'the whole is not signed',
    says: /nothing protects its header and manifest/,
    broken: () => ({ ...clean, signed: { payload: true, package: false } }),
  },
  {
    rule: 'certificate',
    severity: 'error',
    when: 'there is none',
    says: /needs an embedded X\.509 certificate: there is none/,
    broken: () => ({ ...clean, certificate: null, certificateFault: null }),
  },
  {
    rule: 'certificate',
    severity: 'error',
    when: 'it does not parse',
    says: /a certificate in it does not parse/,
    broken: () => ({
      ...clean,
      certificate: null,
      certificateFault: 'a certificate in it does not parse',
    }),
  },
  {
    rule: 'certificate-expiry',
    severity: 'error',
    when: 'it has expired',
    says: /expired on/,
    broken: () => withCertificate({ notAfter: inDays(-1) }),
  },
  {
    rule: 'certificate-expiry',
    severity: 'warning',
    when: 'it expires within 30 days',
    says: /expires on/,
    broken: () => withCertificate({ notAfter: inDays(29) }),
  },
  {
    rule: 'certificate-not-yet',
    severity: 'error',
    when: 'it is of tomorrow',
    says: /valid only from/,
    broken: () => withCertificate({ notBefore: inDays(1) }),
  },
  {
    rule: 'demo-key',
    severity: 'error',
    when: 'its private key is published',
    says: /signed with the TEST key of everybody: anybody can do that/,
    broken: () => withCertificate({ publishedAs: 'the TEST key of everybody' }),
  },
  {
    rule: 'padding',
    severity: 'warning',
    when: 'bytes belong to no stream',
    says: /^12 bytes belong to no stream/,
    broken: () => ({
      ...clean,
      gaps: [
        { offset: 160, sizeBytes: 5 },
        { offset: 900, sizeBytes: 7 },
      ],
    }),
  },
  {
    rule: 'stream-order',
    severity: 'warning',
    when: 'two streams changed places',
    says: /do not lie in index order/,
    broken: () => ({ ...clean, streams: clean.streams.toReversed() }),
  },
  {
    rule: 'layout',
    severity: 'info',
    when: 'the layout is not the canonical one',
    says: /^not canonical: a; b; c$/,
    broken: () => ({ ...clean, layoutFaults: ['a', 'b', 'c', 'd'] }),
  },
  {
    rule: 'cpm-checks',
    severity: 'info',
    when: 'the device has the reference CPM',
    says: /does not check signatures/,
    broken: () => clean,
    for: findProfile('trustbox-edge-201'),
  },
];

describe('a finding', () => {
  test.each(cases)('$rule ($severity) when $when', (found) => {
    const findings = lintPackage(found.broken(), found.for ?? profile, new Date());
    const { rule, severity, says } = found;
    expect(findings).toContainEqual({ rule, severity, detail: expect.stringMatching(says) });
    for (const { detail } of findings) expect(readSentence(detail), detail).not.toBeNull();
    // One fault, one rule: nothing else fires.
    expect([...new Set(findings.map((finding) => finding.rule))]).toEqual([rule]);
  });
});

test('every rule there is has a case here', () => {
  expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(ruleNames));
  expect(new Set(ruleNames).size).toBe(ruleNames.length);
});

test('what is found comes in the order of the rules', () => {
  const worst: Inspection = {
    ...withPayload({ target: { arch: 'x', os: 'x' }, enc: 'none', sig: 'none' }),
    ...{ id: '!', signed: { payload: false, package: false }, certificate: null, streams: [] },
    ...{ gaps: [{ offset: 0, sizeBytes: 1 }], layoutFaults: ['x'] },
  };
  const found = lintPackage(worst, findProfile('trustbox-edge-201'), new Date()).map(({ rule }) => rule);
  expect(found.length).toBeGreaterThan(10);
  expect(found).toEqual(ruleNames.filter((name) => found.includes(name)));
});

test('a clean package for a CPM that checks is not found fault with', () => {
  expect(lintPackage(clean, profile, new Date())).toEqual([]);
});

test('for any other kind of device the clean package has notes at most', () => {
  for (const other of deviceProfiles) {
    const findings = lintPackage(clean, other, new Date());
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  }
});

test.each([
  ['the largest payload', () => withSize('payload', profile.maxPayloadBytes)],
  ['an empty payload', () => withSize('payload', 0)],
  ['an id of five characters', () => withId('pumps')],
  ['an id of 36 characters', () => withId('a'.repeat(36))],
  ['a certificate good for 31 more days', () => withCertificate({ notAfter: inDays(31) })],
] as const)('%s is still fine', (_title, fine) => {
  expect(lintPackage(fine(), profile, new Date())).toEqual([]);
});
