// The recovery code of a vault's second lock, as people write it on paper: 32 characters of Crockford's base32 in eight
// groups, e.g. 7Z3K-0QXM-... Case, spaces and dashes do not count; O is read as 0, I and L as 1.
//
//   offset  bytes  what
//        0     16  random: what opens
//       16      4  the first bytes of SHA-256("trustbox/recovery-code/1\0" || random)
//
// A code that was mistyped is told from one of another vault by its checksum. Crockford: https://www.crockford.com/base32.html
// (without its own check symbol, which is weaker).
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, encodeUtf8, equalBytes, parseHex, toHex } from './bytes.ts';
import { ProvisionerError } from './errors/error.ts';

export const recoveryCodeBytes = 16;
const checksumBytes = 4;
const codeChars = 32;
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const checksumOf = (bytes: Uint8Array): Uint8Array =>
  sha256(concatBytes(encodeUtf8('trustbox/recovery-code/1\0'), bytes)).subarray(0, checksumBytes);

/** @param bytes 16 random bytes */
export function encodeRecoveryCode(bytes: Uint8Array): string {
  const value = BigInt(`0x${toHex(concatBytes(bytes, checksumOf(bytes)))}`);
  const chars = Array.from({ length: codeChars }, (_, at) =>
    alphabet.charAt(Number((value >> BigInt(5 * (codeChars - 1 - at))) & 31n)),
  );
  return (chars.join('').match(/.{4}/g) ?? []).join('-');
}

const invalid = (message: string) => new ProvisionerError('vault.recovery-code-invalid', message);

/**
 * The 16 bytes of a code.
 * @throws vault.recovery-code-invalid, which never quotes the code
 */
export function parseRecoveryCode(text: string): Uint8Array {
  const chars = text
    .slice(0, 200)
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  if (chars.length !== codeChars) throw invalid(`${chars.length} characters instead of ${codeChars}`);
  let value = 0n;
  for (const char of chars) {
    const digit = alphabet.indexOf(char);
    if (digit === -1) throw invalid('a character in it is in no code');
    value = (value << 5n) | BigInt(digit);
  }
  const whole = parseHex(value.toString(16).padStart(2 * (recoveryCodeBytes + checksumBytes), '0'));
  const bytes = whole?.subarray(0, recoveryCodeBytes);
  if (!whole || !bytes || !equalBytes(checksumOf(bytes), whole.subarray(recoveryCodeBytes)))
    throw invalid('its checksum is not right: something was mistyped');
  return bytes;
}
