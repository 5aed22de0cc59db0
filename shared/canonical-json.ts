// JSON with one spelling, for digests and signatures: the subset of RFC 8785 we need. Keys in UTF-16 order, no white
// space, integers only (records hold no fractions), absent instead of undefined.
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeUtf8, toHex } from './bytes.ts';

/** @throws TypeError for what JSON cannot hold, which is a mistake of ours */
export function encodeCanonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(encodeCanonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    const sorted = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([key, field]) => `${JSON.stringify(key)}:${encodeCanonical(field)}`).join(',')}}`;
  }
  throw new TypeError(`no canonical JSON for ${typeof value}`);
}

/** SHA-256 (hex) of the canonical form under a label, so that digests of different things never meet. */
export const digestCanonical = (label: string, value: unknown): string =>
  toHex(sha256(encodeUtf8(`${label}\n${encodeCanonical(value)}`)));
