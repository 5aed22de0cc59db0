// A second verifier beside node:crypto: @noble/curves. It has no RSA, so that RSASSA-PSS has no second opinion here.
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import type { EvidenceKey, Signed } from '../../electron/core/attestation/signature.ts';

const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const;

/** What @noble/curves says of the signature; null for RSA. A message or key it cannot take does not verify. */
export function secondOpinion(
  { key, kind }: EvidenceKey,
  { algorithm, message, signature }: Signed,
): boolean | null {
  if (kind === 'RSA' || algorithm.key === 'RSA') return null;
  if (kind !== algorithm.key) return false;
  const jwk = key.export({ format: 'jwk' });
  const [x, y] = [jwk.x, jwk.y].map((part) => Buffer.from(part ?? '', 'base64url'));
  try {
    if (kind === 'Ed25519')
      return ed25519.verify(signature, message, new Uint8Array(x ?? []), { zip215: false });
    const point = Uint8Array.from([4, ...(x ?? []), ...(y ?? [])]);
    return curves[kind].verify(signature, message, point, { lowS: false, format: 'compact' });
  } catch {
    return false;
  }
}
