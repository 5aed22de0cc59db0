// Bytes as text and numbers, without Buffer, so that every zone may use it.

const hexDigits = '0123456789abcdef';

/** Lower-case hex, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15);
  return text;
}

/** Bytes of strict hex text (either case, even length), or null when it is not hex. */
export function parseHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}

/** Bytes of canonical base64 (padding required, zero spare bits, no white space), or null when it is not. */
export function parseBase64(text: string): Uint8Array | null {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return null;
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : null;
}

/** A new array holding all parts in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Equal length and content. Not constant-time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** A fingerprint in groups of four hex digits, as people compare it aloud. */
export const groupHex = (hex: string): string => hex.match(/.{1,4}/g)?.join(' ') ?? '';

export const encodeUtf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const maxSignatureText = 8192;

/** A signature as signers give it: raw bytes, or hex or base64 text of them. */
export function decodeSignature(bytes: Uint8Array): Uint8Array {
  if (bytes.length > maxSignatureText) return bytes;
  const text = String.fromCharCode(...bytes).replace(/\s/g, '');
  return parseHex(text) ?? parseBase64(text) ?? bytes;
}
