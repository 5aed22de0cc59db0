// Strict DER (X.690), the subset that public keys and the RIoT extension need: SEQUENCE, INTEGER, BIT STRING, OCTET
// STRING, OBJECT IDENTIFIER, NULL, [3].
// Rejects: indefinite and non-minimal lengths, lengths beyond the input, non-minimal or negative integers.
import { ProvisionerError } from './errors/error.ts';

export const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  /** [3] EXPLICIT, the extensions of a certificate. */
  context3: 0xa3,
} as const;

export type DerValue = { readonly tag: number; readonly body: Uint8Array; readonly endOffset: number };

const malformed = (said: string) => new ProvisionerError('key.malformed', `DER: ${said}`);

function readLength(bytes: Uint8Array, offset: number): { length: number; next: number } {
  const first = bytes[offset];
  if (first === undefined) throw malformed('ends inside a length');
  if (first < 0x80) return { length: first, next: offset + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw malformed('length form not allowed');
  const digits = bytes.subarray(offset + 1, offset + 1 + count);
  if (digits.length < count) throw malformed('ends inside a length');
  const length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  if (digits[0] === 0 || length < 0x80) throw malformed('length not minimal');
  return { length, next: offset + 1 + count };
}

/** The value at an offset; the body shares the input's memory. @throws key.malformed */
export function readDer(bytes: Uint8Array, offset: number, tag: number): DerValue {
  const found = bytes[offset];
  if (found !== tag) throw malformed(`tag ${found ?? 'missing'} at ${offset}, expected ${tag}`);
  const { length, next } = readLength(bytes, offset + 1);
  if (length > bytes.length - next) throw malformed(`value at ${offset} is longer than the input`);
  return { tag, body: bytes.subarray(next, next + length), endOffset: next + length };
}

/** All values of a SEQUENCE body with these tags, and nothing behind them. @throws key.malformed */
export function readFields(body: Uint8Array, wanted: readonly number[]): Uint8Array[] {
  let offset = 0;
  const fields = wanted.map((tag) => {
    const value = readDer(body, offset, tag);
    offset = value.endOffset;
    return value.body;
  });
  if (offset !== body.length) throw malformed('trailing bytes');
  return fields;
}

/** A positive INTEGER's bytes without the sign byte. @throws key.malformed */
export function positiveInteger(body: Uint8Array): Uint8Array {
  const [first, second] = body;
  if (first === undefined) throw malformed('empty integer');
  if (first & 0x80) throw malformed('negative integer');
  if (first === 0 && body.length > 1 && ((second ?? 0) & 0x80) === 0) throw malformed('integer not minimal');
  return first === 0 && body.length > 1 ? body.subarray(1) : body;
}

function encodeLength(length: number): number[] {
  if (length < 0x80) return [length];
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return [0x80 | digits.length, ...digits];
}

export const encodeDer = (tag: number, body: Uint8Array): Uint8Array =>
  Uint8Array.from([tag, ...encodeLength(body.length), ...body]);

/** All values of a SEQUENCE body, whatever their tags. @throws key.malformed */
export function readAll(body: Uint8Array): DerValue[] {
  const values: DerValue[] = [];
  for (let offset = 0; offset < body.length; ) {
    const value = readDer(body, offset, body[offset] ?? -1);
    values.push(value);
    offset = value.endOffset;
  }
  return values;
}
