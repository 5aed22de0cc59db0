import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeUtf8 } from '../../../shared/bytes.ts';
import {
  encodeManifest,
  type Manifest,
  maxManifestBytes,
  parseManifest,
  referencesOf,
  renderBuildDate,
} from '../../../shared/cpk/manifest.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { codeOf } from '../../helpers/errors.ts';
import { refusesGarbage } from '../../helpers/refuses-garbage.ts';

/** As cpk-tool's serializer writes it (facts, package-and-device section 1; package.rs, get_manifest). */
const cpkToolText =
  '{"cp-id":"app-1","cp-name":"App","cp-vendor":"Acme","payload":{"data":0,"target":{"arch":"aarch64","os":"OP-TEE"},' +
  '"ver":{"maj":1,"min":0,"rev":0,"date":"2021-10-05 12:52:37.489525 UTC"},"enc":{"aes-gcm":{"key_name":"app-1","key_strength":256,' +
  '"nonce":1,"tag":2}},"dig":{"sha256":{"data":3}},"sig":{"rsa-pkcs1v15":{"key_strength":2048,"data":4}},' +
  '"cert":{"embedded-x509-pem":{"data":5}}},"package":{"map":[0,1,2,3,4,5,6],"dig":"none","sig":"none","cert":"none"}}';

const parse = (text: string) => parseManifest(encodeUtf8(text), 9);
/** The manifest with one field set, or removed. */
const changed = (path: string, value: unknown) => {
  const manifest = JSON.parse(cpkToolText) as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce((found, step) => found[step] as Record<string, unknown>, manifest);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return () => parse(JSON.stringify(manifest));
};

test("cpk-tool's manifest is read, and written back byte for byte", () => {
  expect(new TextDecoder().decode(encodeManifest(parse(cpkToolText)))).toBe(cpkToolText);
});

test('a date is written as cpk-tool does', () => {
  expect(renderBuildDate(new Date('2021-10-05T12:52:37.489Z'))).toBe('2021-10-05 12:52:37.489000 UTC');
});

test.each([
  [
    'a duplicate key',
    () => parse(cpkToolText.replace('"cp-name":"App"', '"cp-name":"App","cp-name":"Other"')),
    /duplicate key "cp-name"/,
  ],
  [
    'a duplicate key in disguise',
    () => parse(cpkToolText.replace('"cp-name":"App"', '"cp-name":"App","cp\\u002dname":"X"')),
    /duplicate key/,
  ],
  ['a wrong type', changed('payload.ver.maj', '1'), /payload\.ver\.maj/],
  ['a number too large', changed('payload.ver.rev', 2 ** 32), /payload\.ver\.rev/],
  ['an unknown field', changed('extra', 1), /extra|root/i],
  ['a missing field', changed('payload.target', undefined), /payload\.target/],
  ['a stream that is not there', changed('payload.sig.rsa-pkcs1v15.data', 9), /payload\.sig\.data/],
  ['a map that names a stream twice', changed('package.map', [0, 0]), /package\.map/],
  ['a map beyond the table', changed('package.map', [12]), /package\.map/],
  [
    'a map that covers its own signature',
    changed('package.sig', { 'rsa-pkcs1v15': { key_strength: 2048, data: 6 } }),
    /covers the package/,
  ],
  [
    'an unknown field that hides as __proto__',
    () => parse(cpkToolText.replace('{', '{"__proto__":{},')),
    /__proto__/,
  ],
  ['control characters in a name', changed('cp-name', 'a\u001b[2J'), /cp-name/],
  ['text that is not UTF-8', () => parseManifest(new Uint8Array([0xff, 0xfe]), 9), /UTF-8/],
  ['text that is not JSON', () => parse('{"cp-id":'), /not JSON/],
  ['depth without end', () => parse('['.repeat(100_000)), /nested deeper/],
] as const)('%s is refused by name', (_title, attempt, words) => {
  expect(codeOf(attempt)).toBe('package.manifest-invalid');
  expect(attempt).toThrow(words);
});

test('a manifest over the cap is refused before it is parsed', () => {
  expect(codeOf(() => parseManifest(new Uint8Array(maxManifestBytes + 1), 9))).toBe(
    'package.manifest-too-large',
  );
});

test('mutated manifests yield a manifest or a typed error', () => {
  const bytes = encodeUtf8(cpkToolText);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      (edits) => {
        const copy = bytes.slice();
        for (const [at, value] of edits) copy[at] = value;
        try {
          const manifest: Manifest = parseManifest(copy, 9);
          expect(manifest['cp-id'].length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(ProvisionerError);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('garbage yields only typed errors: bytes, text and any JSON', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json()).map(encodeUtf8);
  const { refused } = refusesGarbage(fc.oneof(fc.uint8Array({ maxLength: 400 }), text), (bytes) => {
    parseManifest(bytes, 9);
  });
  expect(refused).toBe(2000);
});

test('any stream count and any indexes give a manifest whose streams are there, or a typed error', () => {
  const index = fc.oneof(fc.nat(10), fc.nat(70_000));
  const input = fc.record({
    streamCount: index,
    data: index,
    nonce: index,
    digest: index,
    map: fc.array(index, { maxLength: 8 }),
  });
  const { refused, taken } = refusesGarbage(input, ({ streamCount, data, nonce, digest, map }) => {
    const document = JSON.parse(cpkToolText) as Manifest;
    document.payload.data = data;
    if (document.payload.enc !== 'none') document.payload.enc['aes-gcm'].nonce = nonce;
    document.package = { ...document.package, map, dig: { sha256: { data: digest } } };
    const manifest = parseManifest(encodeUtf8(JSON.stringify(document)), streamCount);
    const named = [...referencesOf(manifest).map(([, at]) => at), ...manifest.package.map];
    expect(Math.max(...named)).toBeLessThan(streamCount);
    expect(manifest.package.map).not.toContain(digest);
  });
  expect(refused).toBeGreaterThan(100);
  expect(taken).toBeGreaterThan(10);
});
