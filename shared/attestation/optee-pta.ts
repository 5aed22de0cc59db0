// Output of OP-TEE's attestation PTA, 39800861-182a-4720-9b67-2bcd622bc0b5 (optee_os core/pta/attestation.c):
//
//   offset 0   32 bytes   digest
//   offset 32  modulus    RSASSA-PSS, SHA-256, MGF1-SHA-256, salt 32, over nonce || digest
//
// Neither the command nor the TA is signed: an output of one command can be passed off as that of another. Hence each
// command is asked with a nonce of its own, and each digest is compared with reference values of its own kind alone.
import { concatBytes } from '../bytes.ts';
import { refuse } from './findings.ts';

export const ptaCommands = { 'ta-shdr': 1, 'ta-memory': 2, 'tee-memory': 3 } as const;
export type PtaCommand = keyof typeof ptaCommands;

const digestBytes = 32;
/** RSA of 2048, 3072 (the default) and 4096 bits. */
const signatureSizes: readonly number[] = [256, 384, 512];

export type PtaOutput = { readonly digest: Uint8Array; readonly signature: Uint8Array };

/** @throws evidence.rejected (signature-length) */
export function parsePtaOutput(output: Uint8Array): PtaOutput {
  if (!signatureSizes.includes(output.length - digestBytes))
    throw refuse('signature-length', `${output.length} bytes are no digest and RSA signature`);
  return { digest: output.subarray(0, digestBytes), signature: output.subarray(digestBytes) };
}

/** What the PTA signs. */
export const encodePtaMessage = (nonce: Uint8Array, digest: Uint8Array): Uint8Array =>
  concatBytes(nonce, digest);

/** 16 bytes of a UUID in text, in the order of the text; zeros for none. */
export function uuidBytes(uuid: string | null): Uint8Array {
  const hex = (uuid ?? '').replaceAll('-', '').padEnd(32, '0');
  return Uint8Array.from({ length: 16 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}
