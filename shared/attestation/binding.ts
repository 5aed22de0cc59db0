// What a nonce must be. A device signs 32 bytes; which 32 bytes says to which question, and for which key, it answered.
// Our convention, no standard (facts attestation section 1.6, B1):
//
//   bound nonce   SHA-256( "TBX-BIND-1" 00 challenge[32] SHA-256(SPKI of the CPM key) )
//   PTA nonce     SHA-256( "TBX-PTA-1" 00 command[1] uuid[16] challenge[32] ), so that every command has its own
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, encodeUtf8, equalBytes } from '../bytes.ts';

export const challengeBytes = 32;

const bindLabel = encodeUtf8('TBX-BIND-1\0');
const ptaLabel = encodeUtf8('TBX-PTA-1\0');

/** @param challenge 32 bytes; @param spki SubjectPublicKeyInfo of the CPM key, DER */
export const bindNonce = (challenge: Uint8Array, spki: Uint8Array): Uint8Array =>
  sha256(concatBytes(bindLabel, challenge, sha256(spki)));

/** @param uuid 16 bytes, zero for a command that names no TA */
export const ptaNonce = (challenge: Uint8Array, command: number, uuid: Uint8Array): Uint8Array =>
  sha256(concatBytes(ptaLabel, Uint8Array.of(command), uuid, challenge));

export type NonceReading = 'plain' | 'bound' | 'other';

/** Whether a nonce answers this challenge, and whether for this key. */
export function readNonce(nonce: Uint8Array, challenge: Uint8Array, spki: Uint8Array | null): NonceReading {
  if (spki && equalBytes(nonce, bindNonce(challenge, spki))) return 'bound';
  return equalBytes(nonce, challenge) ? 'plain' : 'other';
}
