// Each kind of evidence up to its level, and each attack with the one reason that it must give.
import { sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { EvidenceResult } from '../../../shared/attestation/appraise-evidence.ts';
import { bindNonce, ptaNonce } from '../../../shared/attestation/binding.ts';
import { evidenceRejections, isRejection } from '../../../shared/attestation/findings.ts';
import { uuidBytes } from '../../../shared/attestation/optee-pta.ts';
import { concatBytes, parseHex, toBase64 } from '../../../shared/bytes.ts';
import { type CborValue, encodeCbor } from '../../../shared/cbor.ts';
import * as made from '../../helpers/evidence.ts';

const claims = (...entries: [number, CborValue | undefined][]) => new Map(entries);
const tokenOf = (...entries: [number, CborValue | undefined][]) =>
  made.tokenRecord(made.psaToken(claims(...entries)));
const rejectionsOf = ({ findings }: EvidenceResult) => findings.filter(isRejection);
const summary = (result: EvidenceResult) => [result.level, rejectionsOf(result)];
const challengedBy = (context: object) => ({ context });

const good = () => made.tokenRecord(made.psaToken());

describe('a PSA token', () => {
  test('whose nonce binds the key, from a partition that is known to do so, is L4', () => {
    const result = made.judge(good());
    expect(result).toMatchObject({ level: 'L4', format: 'psa-2023-tfm' });
    expect(result.findings).toEqual([
      'signed-by-anchor',
      'fresh',
      'lifecycle-allowed',
      'measured',
      'key-bound',
    ]);
  });

  test.each(['psa-2.0.0', 'psa-iot-1'] as const)('of the profile %s reaches L4 as well', (profile) => {
    const legacy = new Map<number, CborValue>([
      [-75000, 'PSA_IOT_PROFILE_1'],
      [-75001, 3002],
      [-75002, 0x3000],
      [-75003, made.implementationId],
      [-75004, new Uint8Array(32)],
      [
        -75006,
        [made.component('BL', made.measurement.BL, '2'), made.component('PRoT', made.measurement.PRoT, '2')],
      ],
      [-75008, made.boundNonce],
      [-75009, made.instanceOf(made.iak)],
    ]);
    const interim = made.psaClaims(
      claims([265, 'http://arm.com/psa/2.0.0'], [268, undefined], [2397, new Uint8Array(8)]),
    );
    const token = made.signCose(profile === 'psa-iot-1' ? encodeCbor(legacy) : interim);
    expect(made.judge(made.tokenRecord(token))).toMatchObject({ level: 'L4', format: profile });
  });

  test('with a confirmation claim for the key is L4', () => {
    const cnf = new Map([[1, made.coseKeyOf(made.cpm)]]);
    expect(made.judge(tokenOf([10, made.challenge], [8, cnf])).level).toBe('L4');
  });

  test.each([
    ['ES384', 'P-384', -35],
    ['ES512', 'P-521', -36],
  ])('signed with %s verifies', (_name, curve, algorithm) => {
    const pair = made.ecPair(curve);
    const anchors = [{ spki: toBase64(made.spkiOf(pair)), source: 'factory' }];
    const token = made.psaToken(undefined, { pair, algorithm });
    expect(made.judge(made.tokenRecord(token), { policy: { anchors } }).level).toBe('L4');
  });

  const unbound: Record<string, () => EvidenceResult> = {
    'a plain nonce': () => made.judge(tokenOf([10, made.challenge])),
    'a caller in the normal world': () => made.judge(tokenOf([2394, -1])),
    'a partition nobody vouches for': () => made.judge(tokenOf([2394, 3003])),
    'a confirmation by the normal world': () =>
      made.judge(tokenOf([10, made.challenge], [2394, -1], [8, new Map([[1, made.coseKeyOf(made.cpm)]])])),
    'a key id in place of a key': () =>
      made.judge(tokenOf([10, made.challenge], [8, new Map([[3, Uint8Array.of(1)]])])),
  };
  test.each(Object.entries(unbound))(
    'with %s attests the platform, and does not bind the key',
    (_name, run) => {
      const result = run();
      expect(result.level).toBe('L3');
      expect(result.findings).toContain('key-not-bound');
    },
  );

  test('without a key to compare says that none was given', () => {
    const result = made.judge(tokenOf([10, made.challenge]), challengedBy({ key: null }));
    expect(result.level).toBe('L3');
    expect(result.findings).toContain('key-not-given');
  });

  test('of an implementation without reference values is L2', () => {
    const result = made.judge(good(), { policy: { implementations: [] } });
    expect(result.level).toBe('L2');
    expect(result.findings).toContain('no-reference-values');
  });

  test('without a challenge is worth nothing yet, and is not rejected', () => {
    const result = made.judge(good(), challengedBy({ challenge: null }));
    expect(summary(result)).toEqual(['L0', []]);
    expect(result.findings).toContain('challenge-unknown');
  });

  test('of a device that nobody enrolled cannot be verified, and is not rejected', () => {
    const result = made.judge(good(), { policy: { anchors: [] } });
    expect(result).toMatchObject({ level: 'L0', findings: ['anchor-missing'], signer: null });
  });

  test('under a published key passes in a demonstration alone, and says so', () => {
    const anchors = [{ spki: publishedSpki, source: 'TEST' }];
    const token = made.tokenRecord(demoToken);
    const context = { challenge: new Uint8Array(32).fill(1), serial: null };
    expect(summary(made.judge(token, { policy: { anchors }, context }))).toEqual(['L0', ['published-key']]);
    const demo = made.judge(token, { policy: { anchors, allowTestKeys: true }, context });
    expect(demo.level).toBe('L2');
    expect(demo.findings).toContain('test-key-allowed');
  });

  test("of OP-TEE's demonstration service never counts as measured", () => {
    const instance = parseHex(
      '01ceebae7b8927a3227e5303cf5e0f1f7b34bb542ad7250ac03fbcde36ec2f1508',
    ) as Uint8Array;
    const anchors = [{ spki: toBase64(made.spkiOf(made.iak)), source: 'TEST' }];
    const result = made.judge(tokenOf([256, instance]), { policy: { anchors } });
    expect(result.level).toBe('L2');
    expect(result.findings).toContain('demo-only');
  });
});

/** The key and the token that RFC 9783 prints. */
const publishedSpki =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAETl4iCZ47zrRbRG0TVf0dw7VFlHtv18HInYhnmMNybo+A1wuECyVqrDSmLt4QQzZPBECV8ANHS5HgGCCSr7E/Lg==';
const demoToken = parseHex(
  'd28443a10126a0590100a8190100582101020202020202020202020202020202020202020202020202020202020202020219095c582000000000000000000000000000000000000000000000000000000000000000000a5820010101010101010101010101010101010101010101010101010101010101010119095a1a7fffffff19095b19300019010978217461673a7073616365727469666965642e6f72672c323032333a7073612374666d19010c48000000000000000019095f81a305582004040404040404040404040404040404040404040404040404040404040404040258200303030303030303030303030303030303030303030303030303030303030303016450526f545840786e937a4c42667af3847399319ca95c7e7dbabdc9b50fdb8de3f6bff4ab82ff80c42140e2a488000219e3e10663193da69c75f52b798ea10b2f7041a90e8e5a',
) as Uint8Array;

const changedAt = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === (at + bytes.length) % bytes.length ? byte ^ 1 : byte));
const stripped = [made.component('BL', made.measurement.BL, '2.0.0')];
const downgraded = [
  made.component('BL', made.measurement.BL, '2.0.0'),
  made.component('PRoT', made.sha256(Uint8Array.of(9)), '1.3.4'),
];
const unknownFirmware = [
  made.component('BL', made.measurement.BL, '2.0.0'),
  made.component('PRoT', made.sha256(Uint8Array.of(9)), '1.4.0'),
];
const otherCnf = new Map([[1, made.coseKeyOf(made.otherCpm)]]);

const attacks: Record<string, () => EvidenceResult> = {
  'nonce-mismatch: a replayed token': () =>
    made.judge(good(), challengedBy({ challenge: made.otherChallenge })),
  'nonce-mismatch: a nonce bound to another key': () =>
    made.judge(tokenOf([10, bindNonce(made.challenge, made.spkiOf(made.otherCpm))])),
  'key-substituted: a confirmation for another key': () =>
    made.judge(tokenOf([10, made.challenge], [8, otherCnf])),
  'stale: evidence that took too long': () =>
    made.judge(good(), challengedBy({ collectedAt: new Date('2026-11-23T10:02:01.000Z') })),
  'stale: evidence from before the question': () =>
    made.judge(good(), challengedBy({ collectedAt: new Date('2026-11-23T09:59:59.000Z') })),
  'other-device: genuine evidence of another device': () =>
    made.judge(
      made.tokenRecord(made.psaToken(claims([256, made.instanceOf(made.otherIak)]), { pair: made.otherIak })),
    ),
  'signature-invalid: another key under the instance id of this device': () =>
    made.judge(made.tokenRecord(made.psaToken(undefined, { pair: made.otherIak }))),
  'signature-invalid: a changed signature': () =>
    made.judge(made.tokenRecord(changedAt(made.psaToken(), -1))),
  'component-missing: a stripped component': () => made.judge(tokenOf([2399, stripped])),
  'component-old: a downgraded component': () => made.judge(tokenOf([2399, downgraded])),
  'component-unknown: unknown firmware': () => made.judge(tokenOf([2399, unknownFirmware])),
  'lifecycle-refused: a device in debug': () => made.judge(tokenOf([2395, 0x4000])),
  'key-algorithm-mismatch: ES256 under a P-384 key': () => {
    const anchors = [{ spki: toBase64(made.spkiOf(made.ecPair('P-384'))), source: 'factory' }];
    return made.judge(good(), { policy: { anchors } });
  },
  'key-algorithm-mismatch: RSA smaller than the policy wants': () =>
    made.judge(made.ptaRecord(made.ptaParts()), { policy: { rsaMinBits: 4096 } }),
  'algorithm-not-allowed: an algorithm that is none': () => {
    const protectedHeader = new Map([[1, -65535]]);
    return made.judge(made.tokenRecord(made.psaToken(undefined, { protectedHeader })));
  },
  'algorithm-not-allowed: one that the policy leaves out': () =>
    made.judge(good(), { policy: { algorithms: ['ES384'] } }),
  'algorithm-unprotected: the algorithm outside the signature': () => {
    const options = { protectedHeader: new Map(), unprotected: new Map([[1, -7]]) };
    return made.judge(made.tokenRecord(made.psaToken(undefined, options)));
  },
  'label-twice: a label in both headers': () =>
    made.judge(made.tokenRecord(made.psaToken(undefined, { unprotected: new Map([[1, -7]]) }))),
  'critical-unknown: a critical header that nobody knows': () => {
    const protectedHeader = new Map<number, CborValue>([
      [1, -7],
      [2, [-70_001]],
      [-70_001, true],
    ]);
    return made.judge(made.tokenRecord(made.psaToken(undefined, { protectedHeader })));
  },
  'critical-unknown: a critical header that is absent': () => {
    const protectedHeader = new Map<number, CborValue>([
      [1, -7],
      [2, [4]],
    ]);
    return made.judge(made.tokenRecord(made.psaToken(undefined, { protectedHeader })));
  },
  'critical-unknown: `crit` outside the signature': () =>
    made.judge(made.tokenRecord(made.psaToken(undefined, { unprotected: new Map([[2, [1]]]) }))),
  'signature-length: a truncated signature': () => {
    const token = made.psaToken();
    // The header of the signature says one byte less, and one is missing.
    const short = token.slice(0, -1);
    short[token.length - 65] = 63;
    return made.judge(made.tokenRecord(short));
  },
  'not-strict-cbor: a padded token': () =>
    made.judge(made.tokenRecord(concatBytes(made.psaToken(), Uint8Array.of(0)))),
  'not-strict-cbor: a truncated token': () => made.judge(made.tokenRecord(made.psaToken().slice(0, -1))),
  'cose-form: an untagged token': () => made.judge(made.tokenRecord(made.psaToken(undefined, { tag: null }))),
  'mac-refused: a token sealed with a shared key': () => {
    const parts = [encodeCbor(new Map([[1, 5]])), new Map(), made.psaClaims(), new Uint8Array(32)];
    return made.judge(made.tokenRecord(concatBytes(Uint8Array.of(0xd1), encodeCbor(parts))));
  },
  'profile-unknown: a profile of somebody else': () => made.judge(tokenOf([265, 'tag:example.org,2026:x'])),
  'format-not-accepted: a profile that the policy does not accept': () =>
    made.judge(good(), { policy: { accept: ['optee-pta'] } }),
  'claim-missing: no instance id': () => made.judge(tokenOf([256, undefined])),
  'claim-malformed: a nonce of several values': () =>
    made.judge(tokenOf([10, [made.challenge, made.challenge]])),

  'bundle-link-broken: a platform token of another key attestation key': () =>
    made.judge(made.bundleRecord(made.katBundle({ platform: claims([10, made.challenge]) }))),
  'signature-invalid: a key token that the attestation key did not sign': () =>
    made.judge(made.bundleRecord(made.katBundle({ keySigner: made.ecPair() }))),
  'key-substituted: a key token for another key': () =>
    made.judge(made.bundleRecord(made.katBundle({ key: made.otherCpm }))),
  'nonce-mismatch: a replayed key token': () =>
    made.judge(made.bundleRecord(made.katBundle({ nonce: made.otherChallenge }))),

  'component-unknown: a TA header passed off as the memory of the TA': () => {
    const [header, , tee] = made.ptaParts();
    const forged = made.ptaPart('ta-memory', made.digest.header);
    return made.judge(made.ptaRecord([header, forged, tee].filter((part) => part !== undefined)));
  },
  'nonce-mismatch: the answer to one command given for another': () => {
    const own = ptaNonce(made.challenge, 3, uuidBytes(null));
    const parts = [made.ptaPart('ta-shdr', made.digest.header, { nonce: own }), ...made.ptaParts().slice(1)];
    return made.judge(made.ptaRecord(parts));
  },
  'component-missing: a command that was not answered': () =>
    made.judge(made.ptaRecord(made.ptaParts().slice(1))),
  'signature-length: a PTA output cut off': () => {
    const [first, ...rest] = made.ptaParts();
    return made.judge(
      made.ptaRecord([
        {
          ...made.ptaPart('ta-shdr', made.digest.header),
          output: first?.output.slice(0, -1) ?? new Uint8Array(),
        },
        ...rest,
      ]),
    );
  },
  'signature-invalid: a changed PTA digest': () => {
    const [first, ...rest] = made.ptaParts();
    if (!first) throw new Error('no parts');
    return made.judge(made.ptaRecord([{ ...first, output: changedAt(first.output, 0) }, ...rest]));
  },
};

describe('an attack is refused with its one reason', () => {
  test.each(Object.entries(attacks))('%s', (name, run) => {
    expect(summary(run())).toEqual(['L0', [name.split(':')[0]]]);
  });
});

test('every reason for a refusal has an attack here that gives it', () => {
  const shown = new Set(Object.keys(attacks).map((name) => name.split(':')[0]));
  // The first two are shown with the chains and the published keys, the last where a verdict is made.
  const elsewhere = ['chain-broken', 'published-key', 'other-policy'];
  const reasons = Object.keys(evidenceRejections).filter((reason) => !shown.has(reason));
  expect(reasons.toSorted()).toEqual(elsewhere.toSorted());
});

describe('a key attestation bundle', () => {
  test('binds the key at L4, and says that the age of the platform token is open', () => {
    const result = made.judge(made.bundleRecord(made.katBundle()));
    expect(result).toMatchObject({ level: 'L4', format: 'kat' });
    expect(result.findings).toContain('platform-age-unknown');
  });

  test('whose platform token the normal world asked for does not bind the key', () => {
    const result = made.judge(made.bundleRecord(made.katBundle({ platform: claims([2394, -1]) })));
    expect(result.level).toBe('L3');
    expect(result.findings).toContain('key-not-bound');
  });
});

describe("evidence of OP-TEE's PTA", () => {
  test('is L4 when the measured TA made its nonce from its own key', () => {
    const result = made.judge(made.ptaRecord(made.ptaParts()));
    expect(result).toMatchObject({ level: 'L4', format: 'optee-pta' });
    expect(result.findings).toContain('lifecycle-not-stated');
  });

  test('does not bind a key by the commands that Linux can call', () => {
    const bound = (command: 'ta-shdr' | 'tee-memory', number: number) =>
      bindNonce(
        ptaNonce(made.challenge, number, uuidBytes(command === 'ta-shdr' ? made.cpmTa : null)),
        made.spkiOf(made.cpm),
      );
    const parts = [
      made.ptaPart('ta-shdr', made.digest.header, { nonce: bound('ta-shdr', 1) }),
      made.ptaPart('ta-memory', made.digest.ta, {
        nonce: ptaNonce(made.challenge, 2, uuidBytes(made.cpmTa)),
      }),
      made.ptaPart('tee-memory', made.digest.tee, { nonce: bound('tee-memory', 3) }),
    ];
    const result = made.judge(made.ptaRecord(parts));
    expect(result.level).toBe('L3');
    expect(result.findings).toContain('key-not-bound');
  });

  test('of a TA that nobody vouches for does not bind the key', () => {
    const { optee } = made.policyOf();
    const result = made.judge(made.ptaRecord(made.ptaParts()), {
      policy: { optee: { ...optee, keyBinding: [] } },
    });
    expect(result.level).toBe('L3');
  });

  test('without reference values is L2', () => {
    expect(made.judge(made.ptaRecord(made.ptaParts()), { policy: { optee: {} } }).level).toBe('L2');
  });
});

describe('a DICE chain', () => {
  const diceRecord = (dice: made.Dice, signed: Uint8Array | null) =>
    made.record({
      format: 'dice',
      chain: dice.chain,
      signature:
        signed &&
        toBase64(
          new Uint8Array(sign('sha256', signed, { key: dice.leaf.privateKey, dsaEncoding: 'ieee-p1363' })),
        ),
    });
  const question = concatBytes(made.challenge, made.spkiOf(made.cpm));
  const judgeDice = (
    dice: made.Dice,
    signed: Uint8Array | null,
    named = [{ pem: dice.root, source: 'root' }],
  ) => made.judge(diceRecord(dice, signed), { named });

  test('under a configured root, with the challenge signed, is L3 and never binds the key', async () => {
    const result = judgeDice(await made.diceChain(), question);
    expect(result).toMatchObject({ level: 'L3', format: 'dice' });
    expect(result.findings).toContain('key-not-bound');
  });

  test('alone is a recording: nothing is proven by it', async () => {
    const result = judgeDice(await made.diceChain(), null);
    expect(summary(result)).toEqual(['L0', []]);
    expect(result.findings).toContain('challenge-unknown');
  });

  test('without a configured root cannot be verified', async () => {
    const result = judgeDice(await made.diceChain(), question, []);
    expect(result).toMatchObject({ level: 'L0', findings: ['anchor-missing'] });
    expect(result.content).toMatchObject({ riot: { fwid: Buffer.from(made.fwid).toString('hex') } });
  });

  const other = made.diceChain();
  const refusals: Record<string, () => Promise<EvidenceResult>> = {
    'chain-broken: another root': async () =>
      judgeDice(await made.diceChain(), question, [{ pem: (await other).root, source: 'root' }]),
    'chain-broken: issued by a certificate that is no CA': async () =>
      judgeDice(await made.diceChain({ isDeviceCa: false }), question),
    'chain-broken: expired': async () =>
      judgeDice(await made.diceChain({ notAfter: new Date('2026-11-22') }), question),
    'chain-broken: no certificate at all': async () =>
      judgeDice(
        { ...(await other), chain: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
        question,
      ),
    'component-unknown: other firmware': async () =>
      judgeDice(await made.diceChain({ measured: made.sha256(Uint8Array.of(8)) }), question),
    'claim-missing: no RIoT extension': async () =>
      judgeDice(await made.diceChain({ extensions: [] }), question),
    'claim-malformed: a measurement of another size': async () =>
      judgeDice(await made.diceChain({ measured: new Uint8Array(31) }), question),
    'claim-malformed: two RIoT extensions': async () =>
      judgeDice(
        await made.diceChain({ extensions: [made.riotExtension(made.fwid), made.riotExtension(made.fwid)] }),
        question,
      ),
    'signature-invalid: a challenge signed for another key': async () =>
      judgeDice(await made.diceChain(), concatBytes(made.challenge, made.spkiOf(made.otherCpm))),
  };
  test.each(Object.entries(refusals))('is refused with its one reason: %s', async (name, run) => {
    expect(summary(await run())).toEqual(['L0', [name.split(':')[0]]]);
  });
});
