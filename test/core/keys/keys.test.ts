import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
} from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock as clock } from '../../../electron/core/clock.ts';
import { listKeys, openVault, parseClassKey, parseKeyStore } from '../../../electron/core/keys/vault.ts';
import { oaepLabel, wrapClassKey } from '../../../electron/core/keys/wrap.ts';
import { openDatabase } from '../../../electron/core/store/database.ts';
import { type Appraisal, appraiseKey } from '../../../shared/appraise.ts';
import { concatBytes, toBase64 } from '../../../shared/bytes.ts';
import { encodeDer, tags } from '../../../shared/der.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { parseFactoryList } from '../../../shared/factory-list.ts';
import { parsePolicy } from '../../../shared/policy.ts';
import { parsePublicKey } from '../../../shared/public-key.ts';
import { isEd25519Signature } from '../../../shared/receipt.ts';
import { codeOf, codeOfAsync } from '../../helpers/errors.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const spki = new Uint8Array(pair.publicKey.export({ type: 'spki', format: 'der' }));
const pkcs1 = new Uint8Array(pair.publicKey.export({ type: 'pkcs1', format: 'der' }));

const integer = (value: bigint) => {
  const hex = value.toString(16);
  const even = hex.length % 2 ? `0${hex}` : hex;
  const bytes = Uint8Array.from(even.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  return encodeDer(tags.integer, (bytes[0] ?? 0) & 0x80 ? concatBytes(new Uint8Array(1), bytes) : bytes);
};
const rsaKey = (n: bigint, e = 65_537n) => encodeDer(tags.sequence, concatBytes(integer(n), integer(e)));
const modulus = BigInt(
  `0x${Buffer.from(pair.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`,
);

describe('a public key', () => {
  test('is the same as PKCS#1 and as SPKI', () => {
    expect(parsePublicKey(pkcs1)).toEqual(parsePublicKey(spki));
    expect(parsePublicKey(pkcs1).spki).toEqual(spki);
    expect(parsePublicKey(spki).bits).toBe(2048);
  });

  /** What an Infineon library with CVE-2017-15361 makes: the modulus is a power of 65537 modulo the primes up to 167. */
  const rocaModulus = () => {
    const primes = [2n, 3n];
    for (let n = 5n; n <= 167n; n += 2n) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
    const primorial = primes.reduce((product, prime) => product * prime, 1n);
    let residue = 1n;
    for (let power = 0; power < 1234; power += 1) residue = (residue * 65_537n) % primorial;
    const base = 1n << 2047n;
    for (let k = 1n; ; k += 1n) {
      const candidate = (base / primorial + k) * primorial + residue;
      if (
        candidate % 2n === 1n &&
        !/divisible/.test(String(attempt(() => parsePublicKey(rsaKey(candidate)))))
      )
        return candidate;
    }
  };
  const attempt = (run: () => unknown) => {
    try {
      return run();
    } catch (error) {
      return (error as Error).message;
    }
  };

  test.each([
    ['an exponent of 3', () => rsaKey(modulus, 3n), 'key.weak', /exponent/],
    ['an even modulus', () => rsaKey(modulus - 1n), 'key.weak', /divisible by 2/],
    [
      'a small factor',
      () =>
        rsaKey((modulus / 10_007n) * 10_007n + (((modulus / 10_007n) * 10_007n) % 2n === 0n ? 10_007n : 0n)),
      'key.weak',
      /divisible/,
    ],
    ['an odd number of bits', () => rsaKey(modulus >> 8n), 'key.weak', /bits/],
    ['the structure of ROCA', () => rsaKey(rocaModulus()), 'key.weak', /ROCA/],
    [
      'a square, the closest of primes',
      () => {
        const root = (1n << 1023n) + (modulus % (1n << 1000n)) * 2n + 12_345_678_901n;
        return rsaKey(root * root);
      },
      'key.weak',
      /close|divisible|bits/,
    ],
    ['a trailing byte', () => concatBytes(spki, new Uint8Array(1)), 'key.malformed', /follow/],
    [
      'a length that is not minimal',
      () => {
        const copy = concatBytes(pkcs1.subarray(0, 1), Uint8Array.of(0x83, 0), pkcs1.subarray(2));
        return copy;
      },
      'key.malformed',
      /minimal/,
    ],
    ['nothing', () => new Uint8Array(), 'key.malformed', /tag/],
    [
      'an EC key',
      () =>
        new Uint8Array(
          generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
            type: 'spki',
            format: 'der',
          }),
        ),
      'key.malformed',
      /RSA/,
    ],
    ['too many bytes', () => new Uint8Array(5000), 'key.malformed', /at most/],
  ] as const)('with %s is refused', (_title, make, code, words) => {
    const bytes = make();
    expect(() => parsePublicKey(bytes)).toThrow(words);
    expect(codeOf(() => parsePublicKey(bytes))).toBe(code);
  });

  test('that is published is refused', () => {
    const certificate = readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'cpk-tool-demo.crt'));
    const demo = createPublicKey(certificate).export({ type: 'spki', format: 'der' });
    expect(codeOf(() => parsePublicKey(new Uint8Array(demo)))).toBe('key.published');
  });

  test('mutated yields a key or a typed error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(300),
        (edits, cut) => {
          const copy = spki.slice(0, Math.max(1, spki.length - (cut > 290 ? cut - 290 : 0)));
          for (const [at, value] of edits) copy[at] = value;
          try {
            parsePublicKey(copy);
          } catch (error) {
            expect(error).toBeInstanceOf(ProvisionerError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

const identity = {
  model: 'TrustBox',
  serialNumber: 'S1',
  hostname: null,
  kernel: null,
  bootId: 'boot-2',
  teeDevice: true,
  optee: null,
  cpkTool: null,
  cpmModel: 'unknown',
  freeBytes: null,
  clockOffsetMs: null,
} as const;
const policyText = readFileSync(resolve('resources/policies/default.json'), 'utf8');
const publicKey = parsePublicKey(spki);
const operator = { name: 'T. Ester', reason: 'a test' };
const appraise = (over: Partial<Appraisal> = {}) =>
  appraiseKey({
    identity,
    publicKey,
    history: [],
    elsewhere: null,
    pinnedFingerprint: null,
    listedFingerprint: null,
    policy: parsePolicy(policyText),
    operator: null,
    now: new Date('2026-11-23T08:00:00Z'),
    ...over,
  });
const sighting = (over: object = {}) => ({
  serial: 'S1',
  fingerprint: publicKey.fingerprint,
  bootId: 'boot-1',
  port: 'p',
  at: '2026-11-22T08:00:00.000Z',
  ...over,
});

describe('a verdict', () => {
  test('is L0 for a key that nothing backs, and releases nothing without an operator', () => {
    const verdict = appraise();
    expect(verdict).toMatchObject({ level: 'L0', reading: { kind: 'first-seen' } });
    expect(verdict.decisions['release-class-key']).toMatchObject({ allowed: false });
    expect(verdict.decisions.register).toMatchObject({ allowed: true });
    expect(appraise({ operator }).decisions['release-class-key']).toMatchObject({
      allowed: true,
      why: expect.stringContaining('T. Ester'),
    });
  });

  test('is L1 when the key is pinned or listed', () => {
    expect(appraise({ pinnedFingerprint: publicKey.fingerprint }).level).toBe('L1');
    const listed = appraise({ listedFingerprint: publicKey.fingerprint });
    expect(listed.level).toBe('L1');
    expect(listed.decisions['release-class-key'].allowed).toBe(true);
    expect(listed.notProven.join(' ')).toContain('TEE');
  });

  test.each([
    ['factory-mismatch', { listedFingerprint: '0'.repeat(64) }],
    ['pin-mismatch', { pinnedFingerprint: '0'.repeat(64), listedFingerprint: publicKey.fingerprint }],
    ['key-on-two-devices', { elsewhere: sighting({ serial: 'S2' }) }],
    ['no-serial', { identity: { ...identity, serialNumber: null } }],
  ] as const)('rejects for %s, whatever an operator says', (reason, over) => {
    const verdict = appraise({ ...over, operator });
    expect(verdict.rejections).toContain(reason);
    expect(Object.values(verdict.decisions).some(({ allowed }) => allowed)).toBe(false);
  });

  test.each([
    ['unchanged', [sighting()], false],
    ['changed-with-reboot', [sighting({ fingerprint: 'a'.repeat(64) })], false],
    ['changed-without-reboot', [sighting({ fingerprint: 'a'.repeat(64), bootId: 'boot-2' })], true],
  ] as const)('reads history as %s', (kind, history, isAlarm) => {
    expect(appraise({ history }).reading).toMatchObject({ kind, isAlarm });
  });

  test('a policy that ran out allows nothing', () => {
    const policy = parsePolicy(
      JSON.stringify({ ...JSON.parse(policyText), notAfter: '2026-01-01T00:00:00Z' }),
    );
    expect(
      appraise({ policy, operator, pinnedFingerprint: publicKey.fingerprint }).decisions['load-package'].why,
    ).toContain('Cannot verify');
  });

  test('an action that the policy does not name is denied', () => {
    const policy = parsePolicy('{"policy":1,"name":"none","version":1,"actions":{}}');
    expect(appraise({ policy, operator }).decisions.register.allowed).toBe(false);
  });
});

test.each([
  '{',
  '{}',
  '{"policy":2}',
  JSON.stringify({ policy: 1, name: 'x', version: 1, actions: { fly: {} } }),
  JSON.stringify({ policy: 1, name: 'x', version: 1, actions: { register: { minimumLevel: 'L9' } } }),
])('the policy %j is refused', (text) => {
  expect(codeOf(() => parsePolicy(text))).toBe('policy.invalid');
});

describe('the factory list', () => {
  const fingerprint = 'ab'.repeat(32);
  test('is read with quotes, groups and CRLF', () => {
    const list = parseFactoryList(
      `serial,fingerprint\r\n"S1","${fingerprint.match(/.{4}/g)?.join(' ')}"\r\n\r\nS2,${fingerprint.toUpperCase()}\r\n`,
    );
    expect([...list]).toEqual([
      ['S1', fingerprint],
      ['S2', fingerprint],
    ]);
  });
  test.each([
    '',
    'serial;fingerprint\n',
    `serial,fingerprint\nS1,${fingerprint},x\n`,
    'serial,fingerprint\nS1,zz\n',
    `serial,fingerprint\nS1,${fingerprint}\nS1,${fingerprint}\n`,
    `serial,fingerprint\n,${fingerprint}\n`,
  ])('%j is refused whole', (text) => {
    expect(codeOf(() => parseFactoryList(text))).toBe('factory.list-invalid');
  });
});

describe('wrapping', () => {
  const key = { name: 'app', secret: new Uint8Array(32).map((_, at) => at) };
  test('takes a verdict, and only one that releases', () => {
    expect(codeOf(() => wrapClassKey(key, appraise(), 'rsaes-pkcs1-v1_5'))).toBe('policy.refused');
  });
  test('with PKCS#1 v1.5 is what the legacy CPM unwraps: exactly 32 bytes', () => {
    const { bytes } = wrapClassKey(key, appraise({ operator }), 'rsaes-pkcs1-v1_5');
    expect(bytes).toHaveLength(256);
    expect(
      new Uint8Array(privateDecrypt({ key: pair.privateKey, padding: constants.RSA_PKCS1_PADDING }, bytes)),
    ).toEqual(key.secret);
  });
  test('with OAEP needs SHA-256 and the label', () => {
    const { bytes, keyId } = wrapClassKey(key, appraise({ operator }), 'rsa-oaep-sha256');
    const open = (label: Uint8Array) =>
      privateDecrypt(
        {
          key: pair.privateKey,
          padding: constants.RSA_PKCS1_OAEP_PADDING,
          oaepHash: 'sha256',
          oaepLabel: label,
        },
        bytes,
      );
    expect(new Uint8Array(open(oaepLabel(keyId)))).toEqual(key.secret);
    expect(() => open(new Uint8Array())).toThrow();
  });
});

describe('the vault', () => {
  const open = async (dir: string, passphrase = 'a TEST passphrase') => {
    const db = openDatabase(join(dir, 'station.db'));
    return { db, vault: await openVault(db, clock, passphrase) };
  };

  test('gives back what was put in, under the passphrase alone', async () => {
    const dir = await makeTempDir();
    const { db, vault } = await open(dir);
    const secret = new Uint8Array(32).fill(9);
    await vault.importKey('app-1', secret);
    expect((await vault.openKey('app-1')).secret).toEqual(secret);
    expect(await codeOfAsync(vault.createKey('app-1'))).toBe('vault.exists');
    expect(await codeOfAsync(vault.openKey('app-2'))).toBe('vault.no-such-key');
    expect(await codeOfAsync(vault.createKey('../x'))).toBe('key.name-invalid');
    expect(await codeOfAsync(openVault(db, clock, 'another passphrase'))).toBe('vault.locked');
    const station = await vault.openStationKey('TEST');
    expect((await vault.openStationKey('other')).publicKey).toBe(station.publicKey);
    expect(await listKeys(db)).toMatchObject([{ name: 'app-1' }]);
    await db.destroy();
    const file = readFileSync(join(dir, 'station.db'));
    expect(file.includes(Buffer.from(secret))).toBe(false);
    expect(file.includes(Buffer.from(toBase64(secret)))).toBe(false);
  });

  test('notices a key that was moved to another name, or changed', async () => {
    const { db, vault } = await open(await makeTempDir());
    await vault.createKey('app-1');
    await db.updateTable('keys').set({ name: 'app-2' }).execute();
    expect(await codeOfAsync(vault.openKey('app-2'))).toBe('vault.damaged');
    await db.destroy();
  });

  test.each(['', 'short', toBase64(new Uint8Array(31)), `${toBase64(new Uint8Array(32))}x`])(
    '%j is no class key, and the refusal does not quote it',
    (text) => {
      expect(codeOf(() => parseClassKey(text))).toBe('key.import-invalid');
      if (text.length > 8) expect(() => parseClassKey(text)).not.toThrow(text);
    },
  );

  test("cpk-tool's key store is read, a broken one refused", () => {
    const store = parseKeyStore(JSON.stringify({ 'app-1': toBase64(new Uint8Array(32)) }));
    expect(store.get('app-1')).toHaveLength(32);
    for (const text of ['[]', '{"a":1}', '{"a":"b"}', 'x'])
      expect(codeOf(() => parseKeyStore(text))).toBe('key.import-invalid');
  });
});

describe('Wycheproof', () => {
  const read = <T>(name: string): T | null => {
    const path = resolve('../shared/vectors/wycheproof', name);
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : null;
  };

  test('Ed25519 signatures are judged as published by the function that verifies receipts', (ctx) => {
    type File = {
      testGroups: {
        publicKey: { pk: string };
        tests: { tcId: number; msg: string; sig: string; result: string }[];
      }[];
    };
    const file = read<File>('ed25519_test.json');
    if (!file) return ctx.skip('the shared vectors are not beside this project');
    let count = 0;
    for (const group of file.testGroups) {
      for (const { msg, sig, result, tcId } of group.tests) {
        const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
        expect(isEd25519Signature(bytes(sig), bytes(msg), bytes(group.publicKey.pk)), `case ${tcId}`).toBe(
          result === 'valid',
        );
        count += 1;
      }
    }
    expect(count).toBe(151);
  });

  test('PKCS#1 v1.5 decryption, as the virtual CPM does it, never gives the message of an invalid case', (ctx) => {
    type File = {
      testGroups: {
        privateKeyPem?: string;
        privateKeyPkcs8?: string;
        tests: { tcId: number; msg: string; ct: string; result: string }[];
      }[];
    };
    const file = read<File>('rsa_pkcs1_2048_test.json');
    if (!file) return ctx.skip('the shared vectors are not beside this project');
    let count = 0;
    for (const group of file.testGroups) {
      const key = createPrivateKey({
        key: Buffer.from(group.privateKeyPkcs8 ?? '', 'hex'),
        format: 'der',
        type: 'pkcs8',
      });
      for (const { msg, ct, result, tcId } of group.tests) {
        let plain = '';
        try {
          plain = privateDecrypt(
            { key, padding: constants.RSA_PKCS1_PADDING },
            Buffer.from(ct, 'hex'),
          ).toString('hex');
        } catch {
          plain = 'refused';
        }
        if (result === 'valid') expect(plain, `case ${tcId}`).toBe(msg);
        if (result === 'invalid' && msg !== '') expect(plain, `case ${tcId}`).not.toBe(msg);
        count += 1;
      }
    }
    expect(count).toBe(67);
  });
});
