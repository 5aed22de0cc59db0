// What opens the payload: AES-256-GCM as `verify` runs it, on ciphertext, nonce and tag that somebody changed.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock as clock } from '../../../electron/core/clock.ts';
import { verifyPackage } from '../../../electron/core/package/verify.ts';
import { maxPayloadBytes } from '../../../shared/cpk/layout.ts';
import { testSigner } from '../../helpers/station.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { makePackage, type PackageParts, type Signer } from '../../helpers/test-package.ts';

const key = new Uint8Array(32).fill(7);
const payload = Uint8Array.from({ length: 1000 }, (_, at) => (at * 31) & 0xff);
let signer: Signer;
let path: string;

beforeAll(async () => {
  const { keyPem, certificatePem } = await testSigner();
  signer = { keyPem, certificatePem: Buffer.from(certificatePem) };
  path = join(await makeTempDir(), 'sealed.cpk');
});

type Change = NonNullable<PackageParts['change']>;

/** `decrypt` and `payload-digest` of a package, and the words of `decrypt`; absent checks are undefined. */
async function open(change: Change, { secret = key, plain = payload } = {}) {
  await writeFile(path, makePackage({ id: 'test-app', classKey: secret, payload: plain, signer, change }));
  const { ok, checks } = await verifyPackage(path, { clock, classKey: { name: 'test-app', secret } });
  expect(ok).toBe(false);
  const find = (name: string) => checks.find((check) => check.name === name);
  return {
    decrypt: find('decrypt')?.ok,
    digest: find('payload-digest')?.ok,
    said: find('decrypt')?.detail ?? find('payload')?.detail ?? '',
  };
}

/** Streams as a package has them when nothing is changed. */
async function sealed(plain = payload): Promise<Required<Omit<Change, 'digest' | 'signature'>>> {
  const bytes = makePackage({ id: 'test-app', classKey: key, payload: plain, signer });
  const at = 16 + 16 * 7;
  const [nonceAt, tagAt] = [at + plain.length, at + plain.length + 12];
  return {
    sealed: bytes.subarray(at, nonceAt),
    nonce: bytes.subarray(nonceAt, tagAt),
    tag: bytes.subarray(tagAt, tagAt + 16),
  };
}

const flipped = (bytes: Uint8Array, at: number, mask = 1): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ mask : byte));

const good = { decrypt: true, digest: true };
const refused = { decrypt: false, digest: undefined };

test('the unchanged streams open', async () => {
  expect(await open(await sealed())).toMatchObject(good);
  expect(await open(await sealed(new Uint8Array()), { plain: new Uint8Array() })).toMatchObject(good);
});

type Streams = Awaited<ReturnType<typeof sealed>>;

describe('refused, without a word about the payload', () => {
  test.each<[string, (streams: Streams) => Partial<Streams>]>([
    ['the first bit of the ciphertext', (s) => ({ sealed: flipped(s.sealed, 0, 0x80) })],
    ['the last bit of the ciphertext', (s) => ({ sealed: flipped(s.sealed, s.sealed.length - 1) })],
    [
      'two equal bits that a plain sum would not notice',
      (s) => ({ sealed: flipped(flipped(s.sealed, 3), 19) }),
    ],
    ['a ciphertext cut by one byte', (s) => ({ sealed: s.sealed.subarray(0, -1) })],
    ['a ciphertext cut to whole blocks', (s) => ({ sealed: s.sealed.subarray(0, 992) })],
    ['a ciphertext cut to nothing', () => ({ sealed: new Uint8Array() })],
    [
      'a ciphertext with a zero byte behind it',
      (s) => ({ sealed: Buffer.concat([s.sealed, Buffer.alloc(1)]) }),
    ],
    [
      'two blocks that changed places',
      ({ sealed: all }) => ({
        sealed: Buffer.concat([all.subarray(16, 32), all.subarray(0, 16), all.subarray(32)]),
      }),
    ],
    ['the payload in the clear', () => ({ sealed: payload })],
    ['the first bit of the nonce', (s) => ({ nonce: flipped(s.nonce, 0, 0x80) })],
    ['the last bit of the nonce', (s) => ({ nonce: flipped(s.nonce, 11) })],
    ['a nonce of zeros', () => ({ nonce: new Uint8Array(12) })],
    ['a tag of zeros', () => ({ tag: new Uint8Array(16) })],
    ['a tag of ones', () => ({ tag: new Uint8Array(16).fill(0xff) })],
    ['an inverted tag', (s) => ({ tag: s.tag.map((byte) => byte ^ 0xff) })],
    ['a tag read from the other end', (s) => ({ tag: s.tag.toReversed() })],
  ])('%s', async (_title, change) => {
    const streams = await sealed();
    const found = await open({ ...streams, ...change(streams) });
    expect(found).toMatchObject(refused);
    expect(found.said).toMatch(/^the tag does not match/);
  });

  test('nonce and ciphertext of another seal under the same key', async () => {
    const [streams, other] = [await sealed(), await sealed()];
    expect(await open({ ...other, tag: streams.tag })).toMatchObject(refused);
  });

  test('each of the 128 bits of the tag', async () => {
    const streams = await sealed();
    let count = 0;
    for (let bit = 0; bit < 128; bit += 1) {
      const tag = flipped(streams.tag, bit >> 3, 1 << (bit & 7));
      expect(await open({ ...streams, tag }), `bit ${bit}`).toMatchObject(refused);
      count += 1;
    }
    expect(count).toBe(128);
  });

  test('another class key', async () => {
    expect(await open(await sealed(), { secret: Uint8Array.from(flipped(key, 31)) })).toMatchObject(refused);
  });

  test('a tag alone over an empty payload', async () => {
    const plain = new Uint8Array();
    const streams = await sealed(plain);
    expect(await open({ ...streams, tag: flipped(streams.tag, 0) }, { plain })).toMatchObject(refused);
  });
});

describe('a nonce or tag of another size is refused before the key is used', () => {
  // GCM itself would take all of these: shorter tags are easier to forge, other nonces are hashed.
  test.each([0, 4, 8, 12, 13, 14, 15, 17])('a tag of %i bytes', async (size) => {
    const streams = await sealed();
    const tag = Buffer.concat([streams.tag, Buffer.alloc(1)]).subarray(0, size);
    const found = await open({ ...streams, tag });
    expect(found).toMatchObject({ ...refused, said: 'nonce or tag has the wrong size' });
  });

  test.each([0, 1, 8, 11, 13, 16])('a nonce of %i bytes', async (size) => {
    const streams = await sealed();
    const nonce = Buffer.concat([streams.nonce, Buffer.alloc(4)]).subarray(0, size);
    const found = await open({ ...streams, nonce });
    expect(found).toMatchObject({ ...refused, said: 'nonce or tag has the wrong size' });
  });
});

test('a payload that opens and is not the one that was digested', async () => {
  const digest = createHash('sha256').update('something else').digest();
  expect(await open({ ...(await sealed()), digest })).toMatchObject({ decrypt: true, digest: false });
});

test('a payload larger than one nonce can seal is refused before it is read', async () => {
  const made = makePackage({ id: 'test-app', classKey: key, payload, signer });
  const text = made.toString('latin1').replace('[0,1,2,3,4,5,6]', '[             ]');
  const changed = Buffer.from(text, 'latin1');
  changed.writeBigUInt64LE(BigInt(changed.length - 128), 16);
  changed.writeBigUInt64LE(BigInt(maxPayloadBytes + 1), 24);
  await writeFile(path, changed);
  await truncate(path, changed.length + maxPayloadBytes + 1);
  const { checks } = await verifyPackage(path, { clock, classKey: { name: 'test-app', secret: key } });
  expect(checks.find(({ name }) => name === 'decrypt')).toEqual({
    name: 'decrypt',
    ok: false,
    detail: '68719476705 bytes are more than AES-GCM seals under one nonce',
  });
});

type Vector = {
  tcId: number;
  key: string;
  iv: string;
  aad: string;
  msg: string;
  ct: string;
  tag: string;
  result: string;
};
type Group = { ivSize: number; keySize: number; tagSize: number; tests: Vector[] };

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

test('the Wycheproof AES-GCM vectors come out as they say: all with a 256-bit key and no AAD', async (ctx) => {
  const file = resolve(import.meta.dirname, '../../../../shared/vectors/wycheproof/aes_gcm_test.json');
  if (!existsSync(file))
    return ctx.skip('vectors are not here: ../shared/vectors/wycheproof/aes_gcm_test.json');
  const { testGroups } = JSON.parse(readFileSync(file, 'utf8')) as { testGroups: Group[] };
  const ours = testGroups.filter(({ keySize }) => keySize === 256);
  const wrong: number[] = [];
  const count = { valid: 0, invalid: 0, otherSize: 0 };
  for (const { ivSize, tagSize, tests } of ours) {
    for (const { tcId, msg, ct, result, ...vector } of tests.filter(({ aad }) => aad === '')) {
      const plain = bytes(msg);
      const change = { sealed: bytes(ct), nonce: bytes(vector.iv), tag: bytes(vector.tag) };
      const { decrypt, digest } = await open(change, { secret: bytes(vector.key), plain });
      const fits = ivSize === 96 && tagSize === 128;
      const expected = fits && result === 'valid';
      if (decrypt !== expected || (expected && digest !== true)) wrong.push(tcId);
      count[fits ? (result === 'valid' ? 'valid' : 'invalid') : 'otherSize'] += 1;
    }
  }
  expect(wrong).toEqual([]);
  expect(count).toEqual({ valid: 21, invalid: 27, otherSize: 39 });
});
