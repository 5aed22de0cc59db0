// Evidence of each kind, made by keys of this run: what a device would send, and what an attacker would.
import 'reflect-metadata';
import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  BasicConstraintsExtension,
  Extension,
  type X509Certificate as PeculiarCertificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { Tag } from 'cbor2';
import { type EvidenceAnchors, type NamedPem, openAnchors } from '../../electron/core/attestation/anchors.ts';
import { judgeEvidence } from '../../electron/core/attestation/judge-evidence.ts';
import type { EvidenceContext, EvidenceResult } from '../../shared/attestation/appraise-evidence.ts';
import { bindNonce, ptaNonce } from '../../shared/attestation/binding.ts';
import { encodeSigStructure } from '../../shared/attestation/cose.ts';
import { type EvidencePolicy, evidencePolicySchema } from '../../shared/attestation/evidence-policy.ts';
import {
  type EvidenceRecord,
  type PtaPart,
  parseEvidenceRecord,
} from '../../shared/attestation/evidence-record.ts';
import { type PtaCommand, ptaCommands, uuidBytes } from '../../shared/attestation/optee-pta.ts';
import { concatBytes, parseHex, toBase64, toHex } from '../../shared/bytes.ts';
import { type CborValue, encodeCbor } from '../../shared/cbor.ts';
import { encodeDer, tags } from '../../shared/der.ts';

export type Pair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

export const ecPair = (namedCurve = 'P-256'): Pair => generateKeyPairSync('ec', { namedCurve });
export const spkiOf = ({ publicKey }: Pair): Uint8Array =>
  new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest());

/** Of the TEE that attests, of the CPM, and of another device. */
export const iak = ecPair();
export const otherIak = ecPair();
export const cpm = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const otherCpm = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const opteeKey = generateKeyPairSync('rsa', { modulusLength: 3072 });

export const challenge = new Uint8Array(32).fill(0xc4);
export const otherChallenge = new Uint8Array(32).fill(0xc5);
export const boundNonce = bindNonce(challenge, spkiOf(cpm));

const hashes: Readonly<Record<number, string | null>> = {
  [-7]: 'sha256',
  [-35]: 'sha384',
  [-36]: 'sha512',
  [-8]: null,
};

export type SignOptions = {
  readonly pair?: Pair;
  readonly algorithm?: number;
  readonly protectedHeader?: ReadonlyMap<number | string, CborValue>;
  readonly unprotected?: ReadonlyMap<number | string, CborValue>;
  readonly tag?: number | null;
};

/** A COSE_Sign1 over the payload. */
export function signCose(payload: Uint8Array, options: SignOptions = {}): Uint8Array {
  const { pair = iak, algorithm = -7, unprotected = new Map(), tag = 18 } = options;
  const protectedBytes = encodeCbor(options.protectedHeader ?? new Map([[1, algorithm]]));
  const message = encodeSigStructure({ protectedBytes, payload });
  const key = { key: pair.privateKey, dsaEncoding: 'ieee-p1363' as const };
  const signature = new Uint8Array(sign(hashes[algorithm] ?? null, message, key));
  const parts = [protectedBytes, unprotected, payload, signature];
  return encodeCbor(tag === null ? parts : (new Tag(tag, parts) as unknown as CborValue));
}

export const instanceOf = (pair: Pair): Uint8Array => concatBytes(Uint8Array.of(1), sha256(spkiOf(pair)));
export const implementationId = new Uint8Array(32).fill(0x1d);
export const signerId = new Uint8Array(32).fill(0x51);
export const measurement = { BL: new Uint8Array(32).fill(0xb1), PRoT: new Uint8Array(32).fill(0xa0) };

export const component = (type: string, value: Uint8Array, version: string) =>
  new Map<number, CborValue>([
    [1, type],
    [2, value],
    [4, version],
    [5, signerId],
  ]);

/** Claims of a good RFC 9783 token; a change to undefined leaves a claim out. */
export function psaClaims(changes: ReadonlyMap<number, CborValue | undefined> = new Map()): Uint8Array {
  const claims = new Map<number, CborValue | undefined>([
    [265, 'tag:psacertified.org,2023:psa#tfm'],
    [2394, 3002],
    [2395, 0x3000],
    [2396, implementationId],
    [268, new Uint8Array(32)],
    [2399, [component('BL', measurement.BL, '2.0.0'), component('PRoT', measurement.PRoT, '1.4.0')]],
    [10, boundNonce],
    [256, instanceOf(iak)],
    ...changes,
  ]);
  return encodeCbor(
    new Map([...claims].filter(([, value]) => value !== undefined)) as Map<number, CborValue>,
  );
}

export const psaToken = (
  changes?: ReadonlyMap<number, CborValue | undefined>,
  options?: SignOptions,
): Uint8Array => signCose(psaClaims(changes), options);

const b64url = (text: string | undefined) => Uint8Array.from(Buffer.from(text ?? '', 'base64url'));

export function coseKeyOf({ publicKey }: Pair): Map<number, CborValue> {
  const jwk = publicKey.export({ format: 'jwk' });
  if (jwk.kty === 'RSA')
    return new Map<number, CborValue>([
      [1, 3],
      [-1, b64url(jwk.n)],
      [-2, b64url(jwk.e)],
    ]);
  return new Map<number, CborValue>([
    [1, 2],
    [-1, 1],
    [-2, b64url(jwk.x)],
    [-3, b64url(jwk.y)],
  ]);
}

export type BundleChanges = {
  readonly kak?: Pair;
  readonly keySigner?: Pair;
  readonly key?: Pair;
  readonly nonce?: Uint8Array;
  readonly platform?: ReadonlyMap<number, CborValue | undefined>;
};

export function katBundle({
  kak = ecPair(),
  keySigner = kak,
  key = cpm,
  nonce = challenge,
  platform,
}: BundleChanges = {}) {
  const kakKey = coseKeyOf(kak);
  const keyClaims = encodeCbor(
    new Map<number, CborValue>([
      [10, nonce],
      [2500, kakKey],
      [8, new Map([[1, coseKeyOf(key)]])],
    ]),
  );
  const link = new Map<number, CborValue | undefined>([
    [10, sha256(encodeCbor(kakKey))],
    ...(platform ?? []),
  ]);
  return encodeCbor({
    kat: ['application/eat+cwt', signCose(keyClaims, { pair: keySigner, tag: null })],
    pat: ['application/eat+cwt', psaToken(link, { tag: null })],
    __cmwc_t: 'tag:ietf.org,2024-02-29:rats/kat',
  });
}

export const cpmTa = '5ba3d1a1-4f3a-4a3e-9d51-0c6f3c0e7a11';
export const digest = {
  tee: sha256(Uint8Array.of(1)),
  ta: sha256(Uint8Array.of(2)),
  header: sha256(Uint8Array.of(3)),
};

/** What the PTA gives for a command: nothing of the command is signed. */
export function ptaOutput(nonce: Uint8Array, measured: Uint8Array, pair: Pair = opteeKey): Uint8Array {
  const key = { key: pair.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return concatBytes(measured, new Uint8Array(sign('sha256', concatBytes(nonce, measured), key)));
}

export function ptaPart(
  command: PtaCommand,
  measured: Uint8Array,
  { nonce, pair = opteeKey }: { nonce?: Uint8Array; pair?: Pair } = {},
): PtaPart {
  const uuid = command === 'tee-memory' ? null : cpmTa;
  const own = ptaNonce(challenge, ptaCommands[command], uuidBytes(uuid));
  const used = nonce ?? (command === 'ta-memory' ? bindNonce(own, spkiOf(cpm)) : own);
  return { command, uuid, nonce: used, output: ptaOutput(used, measured, pair) };
}

export const ptaParts = (): PtaPart[] => [
  ptaPart('ta-shdr', digest.header),
  ptaPart('ta-memory', digest.ta),
  ptaPart('tee-memory', digest.tee),
];

const asRef = (bytes: Uint8Array) => `sha-256:${toHex(bytes)}`;
export const fwid = sha256(Uint8Array.of(4));

export type Dice = { readonly chain: string; readonly root: string; readonly leaf: Pair };

const subtle = globalThis.crypto.subtle;
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

async function webPair(): Promise<CryptoKeyPair> {
  return subtle.generateKey(ecdsa, true, ['sign', 'verify']);
}

function riotExtension(measured: Uint8Array): Extension {
  const der = (hex: string) => parseHex(hex) as Uint8Array;
  const device = encodeDer(
    tags.sequence,
    concatBytes(
      der('301306072a8648ce3d020106082a8648ce3d030107'),
      encodeDer(tags.bitString, concatBytes(new Uint8Array(1), Uint8Array.of(4), new Uint8Array(64).fill(7))),
    ),
  );
  const firmware = encodeDer(
    tags.sequence,
    concatBytes(der('0609608648016503040201'), encodeDer(tags.octetString, measured)),
  );
  const body = encodeDer(tags.sequence, concatBytes(der('020101'), device, firmware));
  return new Extension('2.23.133.5.4.1', false, body.slice().buffer);
}

export type DiceChanges = {
  readonly measured?: Uint8Array;
  readonly isDeviceCa?: boolean;
  readonly notAfter?: Date;
  readonly extensions?: readonly Extension[];
};

/** Root, device id, alias: a chain in RIoT's layout, with its fixed dates. */
export async function diceChain(changes: DiceChanges = {}): Promise<Dice> {
  const { measured = fwid, isDeviceCa = true, notAfter = new Date('2037-01-01') } = changes;
  const [rootKeys, deviceKeys, leafKeys] = await Promise.all([webPair(), webPair(), webPair()]);
  const dates = { notBefore: new Date('2017-01-01'), notAfter };
  const issue = (
    subject: string,
    issuer: string,
    publicKey: CryptoKey,
    signingKey: CryptoKey,
    extensions: Extension[],
  ) =>
    X509CertificateGenerator.create(
      {
        subject,
        issuer,
        publicKey,
        signingKey,
        signingAlgorithm: ecdsa,
        extensions,
        ...dates,
        serialNumber: '01',
      },
      globalThis.crypto,
    );
  const ca = (is: boolean) => new BasicConstraintsExtension(is, undefined, true);
  const root = await issue('CN=TEST root', 'CN=TEST root', rootKeys.publicKey, rootKeys.privateKey, [
    ca(true),
  ]);
  const device = await issue('CN=TEST device', 'CN=TEST root', deviceKeys.publicKey, rootKeys.privateKey, [
    ca(isDeviceCa),
  ]);
  const leaf = await issue('CN=TEST alias', 'CN=TEST device', leafKeys.publicKey, deviceKeys.privateKey, [
    ...(changes.extensions ?? [riotExtension(measured)]),
  ]);
  const pem = (certificate: PeculiarCertificate) => `${certificate.toString('pem')}\n`;
  const { KeyObject: Keys } = await import('node:crypto');
  return {
    chain: pem(leaf) + pem(device),
    root: pem(root),
    leaf: { privateKey: Keys.from(leafKeys.privateKey), publicKey: Keys.from(leafKeys.publicKey) },
  };
}

export { riotExtension };

/** A policy that knows the devices above, and that their secure partition 3002 binds its own key. */
export const policyOf = (changes: object = {}): EvidencePolicy =>
  evidencePolicySchema.parse({
    accept: ['psa-iot-1', 'psa-2.0.0', 'psa-2023-tfm', 'kat', 'optee-pta', 'dice'],
    anchors: [
      { spki: toBase64(spkiOf(iak)), source: 'factory', instanceId: toHex(instanceOf(iak)), serial: 'TBX-1' },
      {
        spki: toBase64(spkiOf(otherIak)),
        source: 'factory',
        instanceId: toHex(instanceOf(otherIak)),
        serial: 'TBX-2',
      },
      { spki: toBase64(spkiOf(opteeKey)), source: 'bench', serial: 'TBX-1' },
    ],
    implementations: [
      {
        implementationId: toHex(implementationId),
        mustInclude: ['BL', 'PRoT'],
        components: [
          { type: 'BL', digest: asRef(measurement.BL), signerId: toHex(signerId) },
          { type: 'PRoT', digest: asRef(measurement.PRoT), signerId: toHex(signerId), minVersion: '1.3.5' },
        ],
        keyBinding: { clients: [3002], methods: ['nonce', 'cnf', 'kat'] },
      },
    ],
    optee: {
      teeMemory: [asRef(digest.tee)],
      taMemory: { [cpmTa]: [asRef(digest.ta)] },
      taShdr: { [cpmTa]: [asRef(digest.header)] },
      keyBinding: [cpmTa],
    },
    dice: { fwid: [asRef(fwid)] },
    ...changes,
  });

export const contextOf = (changes: Partial<EvidenceContext> = {}): EvidenceContext => ({
  policy: policyOf(),
  policyHash: 'f'.repeat(64),
  serial: 'TBX-1',
  challenge,
  key: { spki: spkiOf(cpm), fingerprint: toHex(sha256(spkiOf(cpm))) },
  challengedAt: new Date('2026-11-23T10:00:00.000Z'),
  collectedAt: new Date('2026-11-23T10:00:05.000Z'),
  isRecorded: false,
  now: new Date('2026-11-23T10:00:06.000Z'),
  ...changes,
});

const question = {
  evidence: 1,
  serial: 'TBX-1',
  challenge: toHex(challenge),
  key: toBase64(spkiOf(cpm)),
  challengedAt: '2026-11-23T10:00:00.000Z',
  collectedAt: '2026-11-23T10:00:05.000Z',
};

/** A record file as a station would keep it. */
export const recordJson = (body: object): string => JSON.stringify({ ...question, ...body });
export const record = (body: object): EvidenceRecord => parseEvidenceRecord(recordJson(body));
export const tokenRecord = (token: Uint8Array): EvidenceRecord =>
  record({ format: 'psa', token: toBase64(token) });
export const bundleRecord = (bundle: Uint8Array): EvidenceRecord =>
  record({ format: 'kat', bundle: toBase64(bundle) });
export const ptaRecord = (parts: readonly PtaPart[]): EvidenceRecord =>
  record({
    format: 'optee-pta',
    parts: parts.map((part) => ({ ...part, nonce: toHex(part.nonce), output: toBase64(part.output) })),
  });

export type JudgeOptions = {
  readonly context?: Partial<EvidenceContext>;
  readonly policy?: object;
  readonly named?: readonly NamedPem[];
};

/** The whole way from a record to its result. */
export function judge(
  evidence: EvidenceRecord,
  { context = {}, policy = {}, named }: JudgeOptions = {},
): EvidenceResult {
  const rules = policyOf(policy);
  const anchors: EvidenceAnchors = openAnchors(rules, named);
  return judgeEvidence(evidence, anchors, contextOf({ policy: rules, ...context }));
}
