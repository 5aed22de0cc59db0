// A DICE certificate chain in RIoT's layout: up to a configured root, then the challenge under the leaf's key. A chain
// alone is a recording; what the leaf signed makes it an answer.
import type { X509Certificate } from 'node:crypto';
import { algorithmNamed } from '../../../shared/attestation/algorithms.ts';
import type { EvidenceContext, Signer } from '../../../shared/attestation/appraise-evidence.ts';
import type { EvidenceRecord } from '../../../shared/attestation/evidence-record.ts';
import { refuse } from '../../../shared/attestation/findings.ts';
import { parseRiotExtension } from '../../../shared/attestation/riot.ts';
import { concatBytes, equalBytes } from '../../../shared/bytes.ts';
import { publishedName } from '../../../shared/published-keys.ts';
import { certificateFault, parseCertificates } from '../package/signing.ts';
import { climb } from '../package/verify.ts';
import type { EvidenceAnchors } from './anchors.ts';
import type { Checked } from './judge-evidence.ts';
import { type EvidenceKey, toEvidenceKey, verifySignature } from './signature.ts';

type DiceEvidence = Extract<EvidenceRecord, { format: 'dice' }>;

function openChain(pem: string): [X509Certificate, ...X509Certificate[]] {
  try {
    // The pattern gives at least one certificate, or it threw.
    return parseCertificates(pem) as [X509Certificate, ...X509Certificate[]];
  } catch (cause) {
    throw refuse('chain-broken', cause instanceof Error ? cause.message : 'no certificates');
  }
}

/** SHA-1 and MD5 can be made to collide: what they sign may be another certificate. */
function refuseWeakHashes(chain: readonly X509Certificate[]): void {
  const weak = chain.find(
    ({ signatureAlgorithm }) => !/sha-?(?:256|384|512)|^ed25519$/i.test(signatureAlgorithm ?? ''),
  );
  if (weak) throw refuse('chain-broken', `a certificate is signed with ${weak.signatureAlgorithm}`);
}

function keyOf(certificate: X509Certificate): EvidenceKey {
  let key: X509Certificate['publicKey'];
  try {
    key = certificate.publicKey;
  } catch {
    throw refuse('chain-broken', 'the key in a certificate does not parse');
  }
  return toEvidenceKey(key);
}

/** The key of the root, unless a key below it is a published one: that one then decides. */
function signerOf(
  chain: readonly X509Certificate[],
  top: X509Certificate,
  { roots }: EvidenceAnchors,
): Signer | null {
  const root = roots.find(({ certificate }) => equalBytes(certificate.raw, top.raw));
  if (!root) return null;
  const published = [...chain.map((certificate) => keyOf(certificate).spkiSha256), root.spkiSha256]
    .map(publishedName)
    .find((name) => name !== null);
  return {
    spkiSha256: root.spkiSha256,
    source: root.source,
    serial: null,
    publishedAs: published ?? null,
    algorithm: 'ES256',
    rsaBits: null,
  };
}

/** @throws evidence.rejected when there is a signature and it is false */
function checkChallenge({ signature }: DiceEvidence, leaf: EvidenceKey, context: EvidenceContext): boolean {
  if (!signature || !context.challenge) return false;
  const message = concatBytes(context.challenge, context.key?.spki ?? new Uint8Array());
  verifySignature(leaf, { algorithm: algorithmNamed('ES256'), message, signature });
  return true;
}

/** @throws evidence.rejected (chain-broken, claim-missing, claim-malformed, signature-*) */
export function verifyChain(
  record: DiceEvidence,
  anchors: EvidenceAnchors,
  context: EvidenceContext,
): Checked {
  const [leaf, ...intermediates] = openChain(record.chain);
  refuseWeakHashes([leaf, ...intermediates]);
  const riot = parseRiotExtension(leaf.raw);
  if (anchors.roots.length === 0)
    return { content: { format: 'dice', riot, isChallengeSigned: false }, signer: null };
  const at = context.collectedAt ?? context.now;
  const trusted = anchors.roots.map(({ certificate }) => certificate);
  const top = climb(leaf, { trusted, intermediates, at });
  const fault = typeof top === 'string' ? top : certificateFault(leaf, at);
  if (typeof top === 'string' || fault !== null) throw refuse('chain-broken', fault ?? 'no root');
  const isChallengeSigned = checkChallenge(record, keyOf(leaf), context);
  return {
    content: { format: 'dice', riot, isChallengeSigned },
    signer: signerOf([leaf, ...intermediates], top, anchors),
  };
}
