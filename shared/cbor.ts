// CBOR (RFC 8949), decoded strictly: definite lengths, no duplicate keys, nothing after the item, capped size and depth.
// Encoded and decoded by cbor2, whose defaults are laxer than this.
import { decode, encode, Tag } from 'cbor2';

/** What can be in an item: maps with text keys are objects, byte strings are Uint8Array. */
export type CborValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<number | string, CborValue>
  | { readonly [key: string]: CborValue | undefined };

type Entry = readonly [key: unknown, value: unknown, original: Uint8Array];

/** Major types 0, 1 and 3 (RFC 8949 section 3.1): a key is an integer or a text, never 1.0 or a map. */
const keyTypes: readonly (number | undefined)[] = [0, 1, 3];

/** cbor2 compares keys as encoded, so that 0x01 and 0x1801 would both be there: they are compared as values here. */
function makeMap(entries: readonly Entry[]): unknown {
  if (entries.some(([, , original]) => !keyTypes.includes((original[0] ?? 0xff) >> 5)))
    throw new Error('a key is neither integer nor text');
  const map = new Map(entries.map(([key, value]) => [key, value]));
  if (map.size < entries.length) throw new Error('duplicate key');
  const isText = entries.every(([key]) => typeof key === 'string');
  return isText ? Object.fromEntries(map) : map;
}

const strict = {
  rejectDuplicateKeys: true,
  rejectStreaming: true,
  ignoreGlobalTags: true,
  maxDepth: 16,
  createObject: makeMap,
} as const;

/** The item as bytes, newly made. */
export const encodeCbor = (value: CborValue): Uint8Array => encode(value);

/** The one item in `bytes`, unchecked beyond its form; null when it is not strict CBOR or longer than `maxBytes`. */
export function parseCbor(bytes: Uint8Array, maxBytes: number): { readonly value: unknown } | null {
  if (bytes.length > maxBytes) return null;
  try {
    return { value: decode(bytes, strict) };
  } catch {
    // cbor2 throws errors of several types, all of which mean the same to the sender.
    return null;
  }
}

/** The entries of a decoded map, whatever its keys; null when it is none. */
export function asMap(value: unknown): ReadonlyMap<unknown, unknown> | null {
  if (value instanceof Map) return value;
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? new Map<unknown, unknown>(Object.entries(value)) : null;
}

/** Number and content of a decoded tag; null when it is none. */
export const asTag = (
  value: unknown,
): { readonly tag: number | bigint; readonly contents: unknown } | null =>
  value instanceof Tag ? { tag: value.tag.valueOf(), contents: value.contents } : null;
