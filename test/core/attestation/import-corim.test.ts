// Manifests of reference values, encoded by cbor2 as draft-ietf-rats-corim says, into a policy; and everything that is not taken.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode, Tag } from 'cbor2';
import { expect, test } from 'vitest';
import { type CorimImport, importCorim } from '../../../electron/core/attestation/import-corim.ts';
import { toBase64, toHex } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { parsePolicy } from '../../../shared/policy.ts';
import { runCli } from '../../helpers/cli.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

type Fields = readonly (readonly [number, unknown])[];
const map = (...fields: Fields) => new Map(fields);

const device = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const devicePem = device.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const deviceSpki = new Uint8Array(device.publicKey.export({ type: 'spki', format: 'der' }));
const hash = (text: string) => new Uint8Array(createHash('sha256').update(text).digest());
const implementationId = hash('implementation');
const signerId = hash('signer');
const instanceId = Uint8Array.of(1, ...hash('instance'));
const now = new Date('2026-11-24T00:00:00Z');
const inSeconds = (offset: number) => new Tag(1, now.getTime() / 1000 + offset);

const environment = (...more: Fields) =>
  map([0, map([0, new Tag(560, implementationId)], [1, 'ACME'])], ...more);
const values = (...more: Fields) =>
  map([0, map([0, '2.1.0'])], [2, [[1, hash('BL')]]], [11, 'BL'], [13, [new Tag(560, signerId)]], ...more);
const measurement = (mval: unknown = values(), mkey: unknown = 'psa.software-component') =>
  map([0, mkey], [1, mval]);
const reference = (...measurements: unknown[]) => [environment(), measurements];
const attestKey = (key: unknown = new Tag(554, devicePem), ...more: unknown[]) => [
  environment([1, new Tag(550, instanceId)]),
  [key],
  ...more,
];
const triples = (references: unknown[], keys: unknown[]) => map([0, references], [3, keys]);
const comid = (content: unknown = triples([reference(measurement())], [attestKey()])) =>
  map([0, 'en-GB'], [1, map([0, 'acme/gizmo'])], [4, content]);
const corim = (tags: unknown = [new Tag(506, encode(comid()))], ...more: Fields) =>
  new Uint8Array(encode(new Tag(501, map([0, 'acme-2026'], [1, tags], ...more))));
const ofComid = (content: unknown) => corim([new Tag(506, encode(content))]);
const ofTriples = (references: unknown[], keys: unknown[] = []) =>
  ofComid(comid(map([0, references], ...(keys.length > 0 ? ([[3, keys]] as const) : []))));

function signed(payload: Uint8Array, key: KeyObject): Uint8Array {
  const header = encode(map([1, -7], [3, 'application/rim+cbor']));
  const message = encode(['Signature1', header, new Uint8Array(), payload]);
  const signature = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
  return new Uint8Array(encode(new Tag(18, [header, map(), payload, new Uint8Array(signature)])));
}

const rule = { minimumLevel: 'L3' };
const policyJson = (more: object = {}) =>
  JSON.stringify({ policy: 1, name: 'line', version: 7, actions: { register: rule }, ...more });
const empty = parsePolicy(policyJson());
const request = (bytes: Uint8Array, more: Partial<CorimImport> = {}): CorimImport => ({
  ...{ bytes, signer: null, source: 'ACME', now },
  ...more,
});
const refusalOf = (bytes: Uint8Array, more: Partial<CorimImport> = {}): string => {
  try {
    importCorim(empty, request(bytes, more));
  } catch (error) {
    if (error instanceof ProvisionerError && error.code === 'evidence.corim-refused') return error.message;
    throw error;
  }
  return 'taken';
};

test('reference values and keys come into a policy, one version up; what is named must be there', () => {
  const { loaded, referenceCount, keyCount } = importCorim(empty, request(corim()));
  expect({ referenceCount, keyCount }).toEqual({ referenceCount: 1, keyCount: 1 });
  expect(loaded.policy.version).toBe(8);
  expect(loaded.policy.actions).toEqual(empty.policy.actions);
  expect(loaded.policy.evidence?.implementations).toEqual([
    {
      implementationId: toHex(implementationId),
      mustInclude: ['BL'],
      components: [
        {
          type: 'BL',
          digest: `sha-256:${toHex(hash('BL'))}`,
          signerId: toHex(signerId),
          minVersion: '2.1.0',
        },
      ],
    },
  ]);
  expect(loaded.policy.evidence?.anchors).toEqual([
    { spki: toBase64(deviceSpki), source: 'ACME', instanceId: toHex(instanceId) },
  ]);
});

test('the same manifest again adds nothing, another one adds to it, and nothing is taken away', () => {
  const { loaded: first } = importCorim(empty, request(corim()));
  expect(importCorim(first, request(corim()))).toMatchObject({ referenceCount: 0, keyCount: 0 });
  const more = map(
    [
      2,
      [
        ['sha-256', hash('PRoT')],
        ['sha-384', new Uint8Array(48)],
      ],
    ],
    [11, 'PRoT'],
  );
  const { loaded, referenceCount } = importCorim(first, request(ofTriples([reference(measurement(more))])));
  expect(referenceCount).toBe(2);
  expect(loaded.policy.evidence?.implementations[0]).toMatchObject({ mustInclude: ['BL', 'PRoT'] });
  expect(loaded.policy.evidence?.implementations[0]?.components).toHaveLength(3);
  expect(loaded.policy.evidence?.anchors).toEqual(first.policy.evidence?.anchors);
});

test('a key as COSE_Key is the same key', () => {
  const jwk = device.publicKey.export({ format: 'jwk' });
  const part = (text = '') => new Uint8Array(Buffer.from(text, 'base64url'));
  const key = new Tag(558, map([1, 2], [-1, 1], [-2, part(jwk.x)], [-3, part(jwk.y)]));
  const { loaded } = importCorim(empty, request(ofTriples([reference(measurement())], [attestKey(key)])));
  expect(loaded.policy.evidence?.anchors[0]?.spki).toBe(toBase64(deviceSpki));
});

test('a signed manifest counts under the key of its maker, and only under that', () => {
  const maker = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = maker.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const bytes = signed(corim(), maker.privateKey);
  expect(importCorim(empty, request(bytes, { signer })).referenceCount).toBe(1);
  expect(refusalOf(bytes)).toMatch(/give the signer/);
  expect(refusalOf(bytes, { signer: devicePem })).toMatch(/does not verify/);
  expect(refusalOf(corim(), { signer })).toMatch(/not signed/);
  expect(refusalOf(bytes, { signer: 'no key' })).toMatch(/no public key/);
  const changed = bytes.slice();
  const at = Buffer.from(changed).indexOf('ACME');
  changed[at] = 0x42;
  expect(refusalOf(changed, { signer })).toMatch(/does not verify/);
});

test('outside of its time a manifest is not taken', () => {
  const tags = [new Tag(506, encode(comid()))];
  const at = (from: number, to: number) => corim(tags, [4, map([0, inSeconds(from)], [1, inSeconds(to)])]);
  expect(refusalOf(at(-10, 10))).toBe('taken');
  expect(refusalOf(at(10, 20))).toMatch(/not valid yet/);
  expect(refusalOf(at(-20, -10))).toMatch(/not valid any more/);
});

const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2);
test.each([
  ['not CBOR', Uint8Array.of(0xff), /strict CBOR/],
  ['cut off', half(corim()), /strict CBOR/],
  ['something after it', Uint8Array.of(...corim(), 0), /strict CBOR/],
  ['untagged', new Uint8Array(encode(map([0, 'x'], [1, []]))), /not tagged 501/],
  ['no tags', corim([]), /empty/],
  ['another kind of tag', corim([new Tag(505, encode(comid()))]), /not tagged 506/],
  ['another profile', corim([new Tag(506, encode(comid()))], [3, new Tag(32, 'tag:other')]), /profile/],
  ['dependent manifests', corim([new Tag(506, encode(comid()))], [2, []]), /member 2/],
  ['linked tags', ofComid(map([1, map([0, 'x'])], [3, []], [4, map([0, []])])), /member 3/],
  ['endorsed values', ofComid(comid(map([1, []]))), /member 1/],
  ['another measurement', ofTriples([reference(measurement(values(), 'other'))]), /measurement of other/],
  ['a security version', ofTriples([reference(measurement(values([1, 4])))]), /member 1/],
  [
    'an unknown hash',
    ofTriples([reference(measurement(map([2, [[99, hash('x')]]], [11, 'BL'])))]),
    /algorithm 99/,
  ],
  [
    'a short digest',
    ofTriples([reference(measurement(map([2, [[1, new Uint8Array(31)]]], [11, 'BL'])))]),
    /32 bytes/,
  ],
  ['no name', ofTriples([reference(measurement(map([2, [[1, hash('x')]]])))]), /component name/],
  [
    'a conditional key',
    ofTriples([reference(measurement())], [attestKey(new Tag(554, devicePem), map())]),
    /conditions/,
  ],
  [
    'a certificate for a key',
    ofTriples([reference(measurement())], [attestKey(new Tag(555, 'x'))]),
    /neither/,
  ],
  [
    'a key that is none',
    ofTriples([reference(measurement())], [attestKey(new Tag(554, devicePem.replace(/A/g, 'B')))]),
    /does not parse|neither/,
  ],
])('refused whole: %s', (_what, bytes, said) => {
  expect(refusalOf(bytes)).toMatch(said);
});

test('from the command line: a new file, never over an old one, and the line lead still has to sign', async () => {
  const dir = await makeTempDir();
  const file = (name: string) => join(dir, name);
  await writeFile(file('acme.corim'), corim());
  await writeFile(file('line.json'), policyJson());
  const args = [
    'policy',
    'import',
    file('acme.corim'),
    '--into',
    file('line.json'),
    '--source',
    'ACME',
    '--json',
  ];
  const done = await runCli(dir, [...args, '--out', file('new.json')]);
  expect(done.lines.at(-1)).toMatchObject({ isSigned: false, referenceCount: 1, keyCount: 1 });
  expect((await runCli(dir, [...args, '--out', file('new.json')])).status).toBe(2);
  const checked = await runCli(dir, ['policy', 'check', file('new.json'), '--json']);
  expect(checked.lines.at(-1)).toMatchObject({
    ok: true,
    policy: { version: 8 },
    signature: { state: 'none' },
  });
});
