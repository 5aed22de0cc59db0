// A manifest from a file: its signature under the key that somebody gave, its time, its keys; then into a policy.
import { createPublicKey } from 'node:crypto';
import { type Corim, maxCorimBytes, parseCorim, refuseCorim } from '../../../shared/attestation/corim.ts';
import { type TakenIn, takeIntoPolicy } from '../../../shared/attestation/corim-policy.ts';
import { encodeSigStructure, parseCose } from '../../../shared/attestation/cose.ts';
import { asTag, parseCbor } from '../../../shared/cbor.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { type LoadedPolicy, parsePolicy } from '../../../shared/policy.ts';
import { openSpki, toEvidenceKey, verifySignature } from './signature.ts';

export type CorimImport = {
  readonly bytes: Uint8Array;
  /** Public key of who made the manifest, PEM; null: it must be one that nobody signed. */
  readonly signer: string | null;
  readonly source: string;
  readonly now: Date;
};

export type ImportedCorim = Omit<TakenIn, 'policy'> & {
  readonly loaded: LoadedPolicy;
  readonly corim: Corim;
};

const isSigned = (bytes: Uint8Array): boolean => asTag(parseCbor(bytes, maxCorimBytes)?.value)?.tag === 18;

function openSigned(bytes: Uint8Array, signer: string): Uint8Array {
  const cose = parseCose(bytes, maxCorimBytes);
  if (cose.kind !== 'sign1') throw refuseCorim('sealed with a shared key');
  let key: ReturnType<typeof toEvidenceKey>;
  try {
    key = toEvidenceKey(createPublicKey(signer));
  } catch (cause) {
    throw refuseCorim("the signer's key is no public key that can sign manifests", cause);
  }
  const { algorithm, signature, payload } = cose;
  verifySignature(key, { algorithm, signature, message: encodeSigStructure(cose) });
  return payload;
}

/** What was signed by who should have, or what nobody signed where nobody should have. */
function openManifest({ bytes, signer }: CorimImport): Uint8Array {
  if (signer === null && isSigned(bytes)) throw refuseCorim("it is signed: give the signer's public key");
  if (signer !== null && !isSigned(bytes)) throw refuseCorim('it is not signed, though a signer was given');
  return signer === null ? bytes : openSigned(bytes, signer);
}

function checkTime({ notBefore, notAfter }: Corim, now: Date): void {
  const seconds = now.getTime() / 1000;
  if (notBefore !== null && seconds < notBefore) throw refuseCorim('it is not valid yet');
  if (notAfter !== null && seconds > notAfter) throw refuseCorim('it is not valid any more');
}

/** The outcome as a person writes a policy. */
const writePolicy = (policy: LoadedPolicy['policy']): string => `${JSON.stringify(policy, null, 2)}\n`;

/** Refusals of parts that manifests share with evidence say which part, under one code. */
function read(request: CorimImport): Corim {
  try {
    const corim = parseCorim(openManifest(request));
    for (const { spki } of corim.attestKeys) openSpki(spki);
    return corim;
  } catch (error) {
    if (error instanceof ProvisionerError && error.code === 'evidence.rejected')
      throw refuseCorim(error.message, error);
    throw error;
  }
}

/**
 * The policy with what the manifest knows, one version up and not signed.
 * @throws evidence.corim-refused policy.invalid
 */
export function importCorim(into: LoadedPolicy, request: CorimImport): ImportedCorim {
  const corim = read(request);
  checkTime(corim, request.now);
  const { policy, ...counts } = takeIntoPolicy(into.policy, corim, request.source);
  return { loaded: parsePolicy(writePolicy(policy)), corim, ...counts };
}
