// Changed evidence by the thousand, judged: every change is refused with a reason of the table, or what passes says, word
// for word, what was signed (only wrapping that no signature covers was changed: the type of a bundle, an unprotected header).
import { openAnchors } from '../../electron/core/attestation/anchors.ts';
import { judgeEvidence } from '../../electron/core/attestation/judge-evidence.ts';
import type { EvidenceResult } from '../../shared/attestation/appraise-evidence.ts';
import type { EvidenceRecord } from '../../shared/attestation/evidence-record.ts';
import { type EvidenceRejection, isRejection } from '../../shared/attestation/findings.ts';
import { equalBytes } from '../../shared/bytes.ts';
import * as made from './evidence.ts';

type Random = (below: number) => number;

/** Marsaglia's xorshift32, seeded: a failure can be run again. */
function makeRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Heads that mean something to a CBOR decoder: longer lengths, indefinite lengths, tags, breaks, floats. */
const heads = [
  0x00, 0x1b, 0x3b, 0x40, 0x5b, 0x5f, 0x7f, 0x80, 0x9b, 0x9f, 0xa0, 0xbf, 0xc0, 0xd2, 0xf6, 0xf9, 0xff,
];

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random(bytes.length);
  const copy = [...bytes];
  switch (random(5)) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
      break;
    case 1:
      copy[at] = heads[random(heads.length)] ?? 0;
      break;
    case 2:
      copy.splice(at, 1 + random(8));
      break;
    case 3:
      copy.splice(at, 0, heads[random(heads.length)] ?? 0);
      break;
    default:
      copy.splice(at, 4, ...copy.slice(random(bytes.length)).slice(0, 4));
  }
  return Uint8Array.from(copy);
}

const nothingKnown = {
  evidence: 1,
  serial: null,
  challenge: null,
  key: null,
  challengedAt: null,
  collectedAt: null,
} as const;

type Kind = { readonly original: Uint8Array; readonly toRecord: (bytes: Uint8Array) => EvidenceRecord };

function makeKinds(): readonly Kind[] {
  const [part] = made.ptaParts();
  if (!part) throw new Error('no parts');
  const token: Kind = {
    original: made.psaToken(),
    toRecord: (bytes) => ({ ...nothingKnown, format: 'psa', token: bytes }),
  };
  const bundle: Kind = {
    original: made.katBundle(),
    toRecord: (bytes) => ({ ...nothingKnown, format: 'kat', bundle: bytes }),
  };
  const pta: Kind = {
    original: part.output,
    toRecord: (bytes) => ({ ...nothingKnown, format: 'optee-pta', parts: [{ ...part, output: bytes }] }),
  };
  return [token, bundle, pta];
}

export type MutationTally = {
  /** Refusals by reason. */
  readonly reasons: ReadonlyMap<EvidenceRejection, number>;
  /** Changes that gave the same bytes again. */
  readonly unchanged: number;
  /** Passed, and say what was signed. */
  readonly rewrapped: number;
};

/**
 * @param sameContent says whether what passed is what was signed; throws otherwise
 * @throws whatever the judge throws that is no result: that would be a mistake
 */
export function judgeMutations(
  rounds: number,
  sameContent: (result: EvidenceResult, genuine: EvidenceResult) => void,
): MutationTally {
  const random = makeRandom(0x7b0c5eed);
  const policy = made.policyOf();
  const anchors = openAnchors(policy);
  const context = made.contextOf({ policy });
  const kinds = makeKinds().map((kind) => ({
    ...kind,
    genuine: judgeEvidence(kind.toRecord(kind.original), anchors, context),
  }));
  const reasons = new Map<EvidenceRejection, number>();
  let [unchanged, rewrapped] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const kind = kinds[random(kinds.length)] as (typeof kinds)[number];
    let bytes = mutate(kind.original, random);
    if (random(4) === 0 && bytes.length > 0) bytes = mutate(bytes, random);
    if (equalBytes(bytes, kind.original)) {
      unchanged += 1;
      continue;
    }
    const result = judgeEvidence(kind.toRecord(bytes), anchors, context);
    const [reason] = result.findings.filter(isRejection);
    if (reason === undefined) {
      sameContent(result, kind.genuine);
      rewrapped += 1;
    } else if (result.level !== 'L0') throw new Error(`round ${round}: refused, and ${result.level}`);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { reasons, unchanged, rewrapped };
}
