import { constants, createPrivateKey, createPublicKey, type KeyObject, privateDecrypt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { classKeyId } from '../../../electron/core/keys/class-key.ts';
import { oaepLabel, wrapClassKey } from '../../../electron/core/keys/wrap.ts';
import { equalBytes, parseHex, toHex } from '../../../shared/bytes.ts';
import { parsePublicKey } from '../../../shared/public-key.ts';
import { makeRsaKey } from '../../helpers/rsa-keys.ts';
import { appraise, baseAppraisal, baseKey, policyOf } from '../../helpers/verdicts.ts';

const classKey = { name: 'app-1', secret: new Uint8Array(32).fill(0x5a) };
const trusted = appraise({ listedFingerprint: baseAppraisal.publicKey.fingerprint });

const unwrapPkcs1 = (bytes: Uint8Array, key: KeyObject) =>
  privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, bytes);
const unwrapOaep = (bytes: Uint8Array, key: KeyObject, label: Uint8Array) =>
  privateDecrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel: label },
    bytes,
  );

describe('a wrapped class key', () => {
  test('opens for the device key the verdict carries, as PKCS#1 v1.5 of exactly 32 bytes', () => {
    const wrapped = wrapClassKey(classKey, trusted, 'rsaes-pkcs1-v1_5');
    expect(wrapped).toMatchObject({
      suite: 'rsaes-pkcs1-v1_5',
      keyName: 'app-1',
      keyId: classKeyId(classKey),
      fingerprint: baseAppraisal.publicKey.fingerprint,
    });
    expect(wrapped.bytes).toHaveLength(256);
    expect(toHex(unwrapPkcs1(wrapped.bytes, baseKey.privateKey))).toBe(toHex(classKey.secret));
  });

  test('opens as OAEP with SHA-256 under the label of its key id, and under no other', () => {
    const { bytes, keyId } = wrapClassKey(classKey, trusted, 'rsa-oaep-sha256');
    const label = oaepLabel(keyId);
    expect(label).toHaveLength('trustbox/cpk-key/1'.length + 32);
    expect(toHex(unwrapOaep(bytes, baseKey.privateKey, label))).toBe(toHex(classKey.secret));
    expect(() => unwrapOaep(bytes, baseKey.privateKey, oaepLabel('0'.repeat(64)))).toThrow();
    expect(() => unwrapOaep(bytes, makeRsaKey().privateKey, label)).toThrow();
  });

  test.each([3072, 4096])('is as long as a modulus of %i bits', (bits) => {
    const publicKey = parsePublicKey(makeRsaKey(bits).spki);
    const verdict = appraise({ publicKey, pinnedFingerprint: publicKey.fingerprint });
    expect(wrapClassKey(classKey, verdict, 'rsaes-pkcs1-v1_5').bytes).toHaveLength(bits / 8);
  });

  test('is another one each time', () => {
    const [a, b] = [1, 2].map(() => wrapClassKey(classKey, trusted, 'rsaes-pkcs1-v1_5').bytes);
    expect(a && b && equalBytes(a, b)).toBe(false);
  });
});

describe('nothing is wrapped', () => {
  const refused = expect.objectContaining({ code: 'policy.refused' });
  const { fingerprint } = baseAppraisal.publicKey;
  const verdicts = {
    'for a key nobody vouches for': appraise(),
    'against the factory list': appraise({ listedFingerprint: 'c'.repeat(64) }),
    'under a policy that does not name the action': appraise({
      policy: policyOf(null),
      listedFingerprint: fingerprint,
    }),
    'under a policy that ran out': appraise({
      policy: policyOf({ minimumLevel: 'L0' }, { notAfter: '2020-01-01T00:00:00Z' }),
      listedFingerprint: fingerprint,
    }),
    'below the level that is needed': appraise({
      policy: policyOf({ minimumLevel: 'L2' }),
      listedFingerprint: fingerprint,
    }),
  };

  test.each(Object.entries(verdicts))('%s, and the refusal holds no key', (_name, verdict) => {
    let caught: unknown;
    try {
      wrapClassKey(classKey, verdict, 'rsaes-pkcs1-v1_5');
    } catch (error) {
      caught = error;
    }
    expect(caught).toEqual(refused);
    expect(inspect(caught, { depth: 9 })).not.toMatch(/5a5a|90, 90|WlpaWl/i);
  });

  test('for a class key of another length', () => {
    expect(() =>
      wrapClassKey({ name: 'x', secret: new Uint8Array(16) }, trusted, 'rsaes-pkcs1-v1_5'),
    ).toThrow(expect.objectContaining({ code: 'key.import-invalid' }));
  });
});

type Group = {
  privateKeyPem: string;
  tests: { tcId: number; msg: string; ct: string; label?: string; result: string }[];
};
const vectorsOf = (name: string): Group[] | null => {
  const path = resolve(import.meta.dirname, `../../../../shared/vectors/wycheproof/${name}`);
  return existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { testGroups: Group[] }).testGroups
    : null;
};
const hex = (text: string) => parseHex(text) as Uint8Array;

/** What came out, hex; null when decryption refused. */
function attempt(decrypt: () => Uint8Array): string | null {
  try {
    return toHex(decrypt());
  } catch {
    return null;
  }
}

// We only ever encrypt: the vectors hold the decryption of this runtime, which the tests above rely on, to the standard,
// and every key of theirs is wrapped for and opened again.
describe.each([
  ['rsa_oaep_2048_sha256_mgf1sha256_test.json', 'rsa-oaep-sha256', 37],
  ['rsa_pkcs1_2048_test.json', 'rsaes-pkcs1-v1_5', 67],
] as const)('the Wycheproof vectors %s', (file, suite, count) => {
  test('come out as they say', (ctx) => {
    const groups = vectorsOf(file);
    if (!groups) return ctx.skip(`vectors are not here: ../shared/vectors/wycheproof/${file}`);
    const wrong: number[] = [];
    let run = 0;
    for (const { privateKeyPem, tests } of groups) {
      const key = createPrivateKey(privateKeyPem);
      for (const { tcId, msg, ct, label, result } of tests) {
        const open = () =>
          suite === 'rsa-oaep-sha256'
            ? unwrapOaep(hex(ct), key, hex(label ?? ''))
            : unwrapPkcs1(hex(ct), key);
        // An invalid PKCS#1 ciphertext gives random bytes, not an error (implicit rejection).
        if ((attempt(open) === msg) !== (result === 'valid')) wrong.push(tcId);
        run += 1;
      }
    }
    expect(wrong).toEqual([]);
    expect(run).toBe(count);
  });

  test('have keys we wrap for', (ctx) => {
    const groups = vectorsOf(file);
    if (!groups) return ctx.skip(`vectors are not here: ../shared/vectors/wycheproof/${file}`);
    const pems = new Set(groups.map(({ privateKeyPem }) => privateKeyPem));
    for (const pem of pems) {
      const key = createPrivateKey(pem);
      const spki = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
      const publicKey = parsePublicKey(spki);
      const verdict = appraise({ publicKey, pinnedFingerprint: publicKey.fingerprint });
      const { bytes, keyId } = wrapClassKey(classKey, verdict, suite);
      const opened =
        suite === 'rsa-oaep-sha256' ? unwrapOaep(bytes, key, oaepLabel(keyId)) : unwrapPkcs1(bytes, key);
      expect(equalBytes(opened, classKey.secret)).toBe(true);
    }
    expect(pems.size).toBeGreaterThan(0);
  });
});
