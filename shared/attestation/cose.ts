// COSE_Sign1 and COSE_Mac0 (RFC 9052 sections 4.2 and 6.2), parsed by the ten rules of docs/formats/evidence.md. Subset:
// tagged 18 or 17, payload inside, no counter-signatures. MAC messages are parsed so that they can be shown; nothing verifies one.
//
//   18([ protected: bstr(map), unprotected: map, payload: bstr, signature: bstr ])
import { concatBytes, encodeUtf8 } from '../bytes.ts';
import { asMap, asTag, parseCbor } from '../cbor.ts';
import { type CoseAlgorithm, coseAlgorithms } from './algorithms.ts';
import { refuse } from './findings.ts';

export const maxTokenBytes = 64 * 1024;

const labels = { algorithm: 1, critical: 2 } as const;
/** alg, crit, content type and kid: the last two have no say here, so that being critical asks nothing of us. */
const understood: readonly unknown[] = [1, 2, 3, 4];

const noBytes = new Uint8Array();

type Headers = { readonly protectedBytes: Uint8Array; readonly payload: Uint8Array };

export type CoseSign1 = Headers & {
  readonly kind: 'sign1';
  readonly algorithm: CoseAlgorithm;
  readonly signature: Uint8Array;
};

export type CoseMac0 = Headers & { readonly kind: 'mac0'; readonly tag: Uint8Array };

type Parts = Headers & { readonly protectedHeader: ReadonlyMap<unknown, unknown>; readonly last: Uint8Array };

/**
 * Entries of a byte string that holds one CBOR map.
 * @throws evidence.rejected (not-strict-cbor, cose-form)
 */
export function parseCborMap(bytes: Uint8Array, what: string): ReadonlyMap<unknown, unknown> {
  const item = parseCbor(bytes, maxTokenBytes);
  const map = item && asMap(item.value);
  if (map) return map;
  throw item
    ? refuse('cose-form', `${what} is no map`)
    : refuse('not-strict-cbor', `${what} is not one item`);
}

/** Rules 1 and 2: four elements of their types; no label in both headers. */
function parseParts(contents: unknown): Parts {
  const [protectedBytes, unprotectedValue, payload, last] =
    Array.isArray(contents) && contents.length === 4 ? (contents as unknown[]) : [];
  const unprotected = asMap(unprotectedValue);
  const areBytes =
    protectedBytes instanceof Uint8Array && payload instanceof Uint8Array && last instanceof Uint8Array;
  if (!areBytes || !unprotected) throw refuse('cose-form', 'not four elements: bstr, map, bstr, bstr');
  const protectedHeader =
    protectedBytes.length === 0 ? new Map() : parseCborMap(protectedBytes, 'the protected header');
  for (const label of unprotected.keys())
    if (protectedHeader.has(label)) throw refuse('label-twice', `label ${String(label)} is in both headers`);
  refuseCritical(protectedHeader, unprotected);
  return { protectedHeader, protectedBytes, payload, last };
}

/** Rule 10. */
function refuseCritical(
  protectedHeader: ReadonlyMap<unknown, unknown>,
  unprotected: ReadonlyMap<unknown, unknown>,
): void {
  if (unprotected.has(labels.critical)) throw refuse('critical-unknown', '`crit` is not protected');
  if (!protectedHeader.has(labels.critical)) return;
  const critical = protectedHeader.get(labels.critical);
  const isKnown =
    Array.isArray(critical) &&
    critical.length > 0 &&
    critical.every((label: unknown) => understood.includes(label) && protectedHeader.has(label));
  if (!isKnown) throw refuse('critical-unknown', '`crit` names what is not understood or not there');
}

function toSign1({ protectedHeader, protectedBytes, payload, last }: Parts): CoseSign1 {
  const id = protectedHeader.get(labels.algorithm);
  if (id === undefined) throw refuse('algorithm-unprotected', 'no algorithm in the protected header');
  const algorithm = coseAlgorithms.find((known) => known.id === id);
  if (!algorithm) throw refuse('algorithm-not-allowed', `algorithm ${String(id)}`);
  return { kind: 'sign1', algorithm, protectedBytes, payload, signature: last };
}

/**
 * One tagged message; its fields share the memory of `bytes`.
 * @throws evidence.rejected with the rule that was broken
 */
export function parseCose(bytes: Uint8Array, maxBytes = maxTokenBytes): CoseSign1 | CoseMac0 {
  const item = parseCbor(bytes, maxBytes);
  if (!item) throw refuse('not-strict-cbor', 'the token is not one strict CBOR item');
  const tagged = asTag(item.value);
  if (tagged?.tag === 18) return toSign1(parseParts(tagged.contents));
  if (tagged?.tag !== 17) throw refuse('cose-form', 'tagged neither 18 nor 17');
  const { protectedBytes, payload, last } = parseParts(tagged.contents);
  return { kind: 'mac0', protectedBytes, payload, tag: last };
}

/**
 * A COSE_Sign1 whose media type was already told from outside: the tag may be absent (RFC 9052 section 2).
 * @throws evidence.rejected with the rule that was broken
 */
export function parseUntaggedSign1(bytes: Uint8Array): CoseSign1 {
  const item = parseCbor(bytes, maxTokenBytes);
  if (!item) throw refuse('not-strict-cbor', 'the token is not one strict CBOR item');
  const tagged = asTag(item.value);
  if (tagged && tagged.tag !== 18) throw refuse('cose-form', 'not tagged 18');
  return toSign1(parseParts(tagged ? tagged.contents : item.value));
}

/** Head of a byte string (RFC 8949 section 3), in its shortest form. */
function byteStringHead(length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(0x40 | length);
  if (length < 0x100) return Uint8Array.of(0x58, length);
  if (length < 0x1_0000) return Uint8Array.of(0x59, length >> 8, length & 0xff);
  return Uint8Array.of(0x5a, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
}

/** 84 6A "Signature1": an array of four, and its first element. */
const signatureContext = concatBytes(Uint8Array.of(0x84, 0x6a), encodeUtf8('Signature1'));

/** What is signed (RFC 9052 section 4.4): the bytes as received; an empty map counts as no bytes. */
export function encodeSigStructure(
  { protectedBytes, payload }: Headers,
  externalAad: Uint8Array = noBytes,
): Uint8Array {
  const isEmptyMap = protectedBytes.length === 1 && protectedBytes[0] === 0xa0;
  const parts = [isEmptyMap ? noBytes : protectedBytes, externalAad, payload];
  return concatBytes(signatureContext, ...parts.flatMap((part) => [byteStringHead(part.length), part]));
}
