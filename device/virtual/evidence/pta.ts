// OP-TEE's attestation PTA: a digest, and RSASSA-PSS over nonce and digest. The CPM's TA asks for its own memory with a nonce
// made from its key; Linux asks for the rest with the challenge.
import { constants, sign } from 'node:crypto';
import { bindNonce, ptaNonce } from '../../../shared/attestation/binding.ts';
import { encodePtaAnswer } from '../../../shared/attestation/evidence-answer.ts';
import {
  encodePtaMessage,
  type PtaCommand,
  ptaCommands,
  uuidBytes,
} from '../../../shared/attestation/optee-pta.ts';
import { concatBytes } from '../../../shared/bytes.ts';
import { type Pair, sha256 } from './keys.ts';
import type { Asked, TeeKeys } from './tee.ts';

export const cpmTa = '5ba3d1a1-4f3a-4a3e-9d51-0c6f3c0e7a11';
export const measured: Readonly<Record<PtaCommand, Uint8Array>> = {
  'ta-shdr': sha256(Uint8Array.of(0x11)),
  'ta-memory': sha256(Uint8Array.of(0x12)),
  'tee-memory': sha256(Uint8Array.of(0x13)),
};

function output(nonce: Uint8Array, digest: Uint8Array, { privateKey }: Pair): Uint8Array {
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return concatBytes(digest, new Uint8Array(sign('sha256', encodePtaMessage(nonce, digest), key)));
}

export function makePtaAnswer(keys: TeeKeys, { challenge, cpmSpki, attack }: Asked): Uint8Array {
  const commands: readonly PtaCommand[] =
    attack === 'stripped-component' ? ['ta-shdr', 'ta-memory'] : ['ta-shdr', 'ta-memory', 'tee-memory'];
  const signer = attack === 'other-device' ? keys.otherPtaKey() : keys.ptaKey();
  const parts = commands.map((command) => {
    const uuid = command === 'tee-memory' ? null : cpmTa;
    const own = ptaNonce(challenge, ptaCommands[command], uuidBytes(uuid));
    const nonce = command === 'ta-memory' ? bindNonce(own, cpmSpki) : own;
    return { command, uuid, nonce, output: output(nonce, measured[command], signer) };
  });
  return encodePtaAnswer(parts);
}
