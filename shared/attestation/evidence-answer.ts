// What a box answers when it is asked for evidence, in the agent's `evidence` call and in what `trustbox-evidence` prints:
//
//   psa         the token
//   kat         the key attestation bundle
//   optee-pta   CBOR [ [command: tstr, uuid: tstr / null, nonce: bstr .size 32, output: bstr] ]
//   dice        CBOR { "chain": tstr (PEM, leaf first), "signature": bstr / null }
//
// It is asked with a challenge of 32 bytes; which nonces follow from it: binding.ts.
import { asMap, type CborValue, encodeCbor, parseCbor } from '../cbor.ts';
import { ProvisionerError } from '../errors/error.ts';
import { maxTokenBytes } from './cose.ts';
import type { EvidenceRecord, PtaPart } from './evidence-record.ts';
import { ptaCommands } from './optee-pta.ts';

export const askedFormats = ['kat', 'psa', 'optee-pta', 'dice'] as const;
/** In the order in which a station asks: what can bind the key first. */
export type AskedFormat = (typeof askedFormats)[number];

type BodyOf<F> = F extends AskedFormat
  ? Omit<
      Extract<EvidenceRecord, { format: F }>,
      'evidence' | 'serial' | 'challenge' | 'key' | 'challengedAt' | 'collectedAt'
    >
  : never;
export type EvidenceBody = BodyOf<AskedFormat>;

const badAnswer = (said: string) => new ProvisionerError('device.bad-answer', `evidence: ${said}`);

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const maxParts = 16;

const isCommand = (value: unknown): value is PtaPart['command'] =>
  typeof value === 'string' && Object.hasOwn(ptaCommands, value);
const isUuid = (value: unknown): value is string | null =>
  value === null || (typeof value === 'string' && uuidForm.test(value));

function parsePart(value: unknown): PtaPart {
  const [command, uuid, nonce, output] =
    Array.isArray(value) && value.length === 4 ? (value as unknown[]) : [];
  const isPart =
    isCommand(command) &&
    isUuid(uuid) &&
    nonce instanceof Uint8Array &&
    nonce.length === 32 &&
    output instanceof Uint8Array;
  if (!isPart) throw badAnswer('a part is not [command, uuid, nonce, output]');
  return { command, uuid, nonce, output };
}

function parseParts(bytes: Uint8Array): PtaPart[] {
  const value = parseCbor(bytes, maxTokenBytes)?.value;
  if (!Array.isArray(value) || value.length === 0 || value.length > maxParts)
    throw badAnswer(`not one to ${maxParts} parts`);
  return value.map(parsePart);
}

function parseChain(bytes: Uint8Array): { chain: string; signature: Uint8Array | null } {
  const fields = asMap(parseCbor(bytes, maxTokenBytes)?.value);
  const [chain, signature] = [fields?.get('chain'), fields?.get('signature')];
  if (typeof chain !== 'string' || !(signature === null || signature instanceof Uint8Array))
    throw badAnswer('not a chain and a signature');
  return { chain, signature };
}

/**
 * Only the wrapping is looked at: what a token or chain is worth, the judge says.
 * @throws device.bad-answer
 */
export function parseEvidenceAnswer(format: AskedFormat, bytes: Uint8Array): EvidenceBody {
  if (bytes.length === 0 || bytes.length > maxTokenBytes)
    throw badAnswer(`${bytes.length} bytes; 1 to ${maxTokenBytes} are read`);
  switch (format) {
    case 'psa':
      return { format, token: bytes };
    case 'kat':
      return { format, bundle: bytes };
    case 'optee-pta':
      return { format, parts: parseParts(bytes) };
    case 'dice':
      return { format, ...parseChain(bytes) };
  }
}

export const encodePtaAnswer = (parts: readonly PtaPart[]): Uint8Array =>
  encodeCbor(parts.map(({ command, uuid, nonce, output }): CborValue => [command, uuid, nonce, output]));

export const encodeChainAnswer = (chain: string, signature: Uint8Array | null): Uint8Array =>
  encodeCbor({ chain, signature });
