// The part of a virtual box that attests: keys made at start, one answer for each kind of evidence, the attack that it was
// told to make, and what the factory would tell a station of such a box.
import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { AskedFormat } from '../../../shared/attestation/evidence-answer.ts';
import { toBase64, toHex } from '../../../shared/bytes.ts';
import { type Attack, damage, type EvidenceKind } from './attacks.ts';
import { type DiceKeys, fwid, makeDiceAnswer, makeDiceKeys } from './dice.ts';
import { makeEcPair, makeRsaPair, type Pair, publishedTestPair, spkiOf } from './keys.ts';
import {
  clientId,
  firmware,
  implementationId,
  instanceOf,
  makeKatBundle,
  makePsaToken,
  signerId,
} from './psa.ts';
import { cpmTa, makePtaAnswer, measured } from './pta.ts';

export type TeeKeys = {
  readonly iak: Pair;
  readonly otherIak: Pair;
  readonly testPair: Pair;
  /** An RSA key that no CPM of ours holds. */
  readonly foreignKey: Pair;
  readonly ptaKey: () => Pair;
  readonly otherPtaKey: () => Pair;
  readonly dice: () => DiceKeys;
};

export type Asked = {
  readonly challenge: Uint8Array;
  readonly cpmKey: KeyObject;
  readonly cpmSpki: Uint8Array;
  readonly attack: Attack | null;
};

export type TeeOptions = {
  readonly kinds: readonly EvidenceKind[];
  readonly attack: Attack | null;
  readonly serial: string;
};

export type Tee = {
  formats(): readonly AskedFormat[];
  /** @param cpmPublicKey RSAPublicKey DER that the CPM holds in the present boot; null: this box has no such evidence */
  attest(format: string, challenge: Uint8Array, cpmPublicKey: Uint8Array): Promise<Uint8Array | null>;
  /** What it does from now on, with the same keys. */
  configure(change: Pick<TeeOptions, 'kinds' | 'attack'>): void;
  /** The evidence section of a policy that knows this box. */
  factoryPolicy(): object;
};

/** RSA keys take a while: only a box that needs one makes one. */
function once<T>(make: () => T): () => T {
  let made: T | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

const formatOf = (kind: EvidenceKind): AskedFormat =>
  kind === 'psa-2.0.0' || kind === 'psa-iot-1' ? 'psa' : kind;

/** A policy for a box whose evidence comes late must not wait long. */
const usualAgeSeconds = 120;
const shortAgeSeconds = 1;
const lateMs = 2500;

function makeKeys(): TeeKeys {
  return {
    iak: makeEcPair(),
    otherIak: makeEcPair(),
    testPair: publishedTestPair(),
    foreignKey: makeRsaPair(2048),
    ptaKey: once(() => makeRsaPair(3072)),
    otherPtaKey: once(() => makeRsaPair(3072)),
    dice: once(makeDiceKeys),
  };
}

function answer(kind: EvidenceKind, keys: TeeKeys, asked: Asked): Uint8Array {
  switch (kind) {
    case 'kat':
      return makeKatBundle(keys, asked);
    case 'optee-pta':
      return makePtaAnswer(keys, asked);
    case 'dice':
      return makeDiceAnswer(keys.dice(), asked);
    default:
      return makePsaToken(kind, keys, asked);
  }
}

export function openTee(options: TeeOptions): Tee {
  let now = options;
  const keys = makeKeys();
  const recorded = new Uint8Array(randomBytes(32));
  return {
    formats: () => now.kinds.map(formatOf),
    configure(change) {
      now = { ...now, ...change };
    },
    async attest(format, challenge, cpmPublicKey) {
      const { kinds, attack } = now;
      const kind = kinds.find((one) => formatOf(one) === format);
      if (!kind) return null;
      if (attack === 'stale') await wait(lateMs);
      const cpmKey = createPublicKey({ key: Buffer.from(cpmPublicKey), format: 'der', type: 'pkcs1' });
      const asked = { cpmKey, cpmSpki: spkiOf(cpmKey), attack };
      const used = attack === 'replayed-nonce' ? recorded : challenge;
      return damage(answer(kind, keys, { ...asked, challenge: used }), attack);
    },
    factoryPolicy: () => factoryPolicyOf(keys, now),
  };
}

const sha256Ref = (digest: Uint8Array) => `sha-256:${toHex(digest)}`;

function anchorsOf(keys: TeeKeys, { kinds, attack, serial }: TeeOptions): object[] {
  const anchor = (pair: Pair, of: string) => ({
    spki: toBase64(spkiOf(pair.publicKey)),
    source: 'virtual factory',
    serial: of,
  });
  const attesting = (pair: Pair, of: string) => ({
    ...anchor(pair, of),
    instanceId: toHex(instanceOf(pair)),
  });
  return [
    attesting(keys.iak, serial),
    attesting(keys.otherIak, `${serial}-OTHER`),
    // A line that was set up with a development board's key.
    ...(attack === 'test-key' ? [attesting(keys.testPair, serial)] : []),
    ...(kinds.includes('optee-pta') ? [anchor(keys.ptaKey(), serial)] : []),
    ...(kinds.includes('optee-pta') && attack === 'other-device'
      ? [anchor(keys.otherPtaKey(), `${serial}-OTHER`)]
      : []),
  ];
}

const implementation = {
  implementationId: toHex(implementationId),
  mustInclude: Object.keys(firmware),
  components: Object.entries(firmware).map(([type, { digest, version }]) => ({
    type,
    digest: sha256Ref(digest),
    signerId: toHex(signerId),
    minVersion: version,
  })),
  keyBinding: { clients: [clientId], methods: ['nonce', 'cnf', 'kat'] },
};

function factoryPolicyOf(keys: TeeKeys, options: TeeOptions): object {
  const { kinds, attack } = options;
  const optee = {
    teeMemory: [sha256Ref(measured['tee-memory'])],
    taMemory: { [cpmTa]: [sha256Ref(measured['ta-memory'])] },
    taShdr: { [cpmTa]: [sha256Ref(measured['ta-shdr'])] },
    keyBinding: [cpmTa],
  };
  const root = () => ({ certificate: keys.dice().root, source: 'virtual factory' });
  return {
    accept: ['psa-iot-1', 'psa-2.0.0', 'psa-2023-tfm', 'kat', 'optee-pta', 'dice'],
    maxAgeSeconds: attack === 'stale' ? shortAgeSeconds : usualAgeSeconds,
    anchors: anchorsOf(keys, options),
    implementations: [implementation],
    ...(kinds.includes('optee-pta') ? { optee } : {}),
    ...(kinds.includes('dice') ? { dice: { roots: [root()], fwid: [sha256Ref(fwid)] } } : {}),
  };
}
