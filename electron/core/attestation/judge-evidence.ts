// From raw evidence to a result: parse, find who may have signed it, verify, appraise. Offline; nothing is looked up.
import { algorithmNamed, type CoseAlgorithm } from '../../../shared/attestation/algorithms.ts';
import {
  appraiseEvidence,
  type EvidenceContent,
  type EvidenceContext,
  type EvidenceResult,
  leaveUnverified,
  rejectEvidence,
  type Signer,
  type VerifiedEvidence,
} from '../../../shared/attestation/appraise-evidence.ts';
import { type CoseSign1, encodeSigStructure, parseCose } from '../../../shared/attestation/cose.ts';
import type { EvidenceRecord } from '../../../shared/attestation/evidence-record.ts';
import { reasonOf, refuse } from '../../../shared/attestation/findings.ts';
import { checkLink, parseKeyAttestation } from '../../../shared/attestation/key-attestation.ts';
import { encodePtaMessage, parsePtaOutput } from '../../../shared/attestation/optee-pta.ts';
import { parsePsaClaims } from '../../../shared/attestation/psa-token.ts';
import { publishedName } from '../../../shared/published-keys.ts';
import type { EvidenceAnchors, KeyAnchor } from './anchors.ts';
import { verifyChain } from './certificate-chain.ts';
import { openSpki, type Signed, verifySignature } from './signature.ts';

/** Content, and who signed it; null when nobody is enrolled who could have. */
export type Checked = { readonly content: EvidenceContent; readonly signer: Signer | null };

/**
 * The first anchor under which all of it verifies; null when there is none to try.
 * @throws evidence.rejected when anchors are there and none fits
 */
function findSigner(candidates: readonly KeyAnchor[], signed: readonly Signed[]): Signer | null {
  let refusal: unknown = null;
  for (const anchor of candidates) {
    try {
      for (const part of signed) verifySignature(anchor, part);
      return signerOf(anchor, signed[0]?.algorithm.name ?? 'PS256');
    } catch (error) {
      // Of several anchors the one whose key fits best says why: a false signature before a key of another kind.
      if (refusal === null || reasonOf(error) === 'signature-invalid') refusal = error;
    }
  }
  if (refusal) throw refusal;
  return null;
}

const signerOf = (anchor: KeyAnchor, algorithm: CoseAlgorithm['name']): Signer => ({
  spkiSha256: anchor.spkiSha256,
  source: anchor.source,
  serial: anchor.serial,
  publishedAs: publishedName(anchor.spkiSha256),
  algorithm,
  rsaBits: anchor.rsaBits,
});

const signedOf = (cose: CoseSign1): Signed => ({
  algorithm: cose.algorithm,
  message: encodeSigStructure(cose),
  signature: cose.signature,
});

const anchorsFor = (anchors: EvidenceAnchors, instanceId: string): readonly KeyAnchor[] =>
  anchors.byInstance.get(instanceId) ?? anchors.ofAnyDevice;

function verifyToken(token: Uint8Array, anchors: EvidenceAnchors): Checked {
  const cose = parseCose(token);
  if (cose.kind === 'mac0') throw refuse('mac-refused', 'a COSE_Mac0 token');
  const claims = parsePsaClaims(cose.payload);
  const signer = findSigner(anchorsFor(anchors, claims.instanceId), [signedOf(cose)]);
  return { content: { format: claims.profile, claims }, signer };
}

function verifyBundle(bundle: Uint8Array, anchors: EvidenceAnchors): Checked {
  const attestation = parseKeyAttestation(bundle);
  const { keyToken, platformToken, keySpki, nonce } = attestation;
  const claims = parsePsaClaims(platformToken.payload);
  checkLink(attestation, claims.nonce);
  verifySignature(openSpki(attestation.kakSpki), signedOf(keyToken));
  const signer = findSigner(anchorsFor(anchors, claims.instanceId), [signedOf(platformToken)]);
  return { content: { format: 'kat', claims, keyNonce: nonce, keySpki }, signer };
}

type PtaEvidence = Extract<EvidenceRecord, { format: 'optee-pta' }>;

function verifyPta({ parts }: PtaEvidence, anchors: EvidenceAnchors): Checked {
  const signed = parts.map(({ nonce, output }): Signed => {
    const { digest, signature } = parsePtaOutput(output);
    return { algorithm: algorithmNamed('PS256'), message: encodePtaMessage(nonce, digest), signature };
  });
  const enrolled = [...anchors.byInstance.values()].flat();
  const candidates = [...anchors.ofAnyDevice, ...enrolled].filter(({ kind }) => kind === 'RSA');
  return { content: { format: 'optee-pta', parts }, signer: findSigner(candidates, signed) };
}

function verifyRecord(record: EvidenceRecord, anchors: EvidenceAnchors, context: EvidenceContext): Checked {
  switch (record.format) {
    case 'psa':
      return verifyToken(record.token, anchors);
    case 'kat':
      return verifyBundle(record.bundle, anchors);
    case 'optee-pta':
      return verifyPta(record, anchors);
    case 'dice':
      return verifyChain(record, anchors, context);
  }
}

/** What evidence is worth. Whatever it holds gives a result; what is thrown is a mistake of ours. */
export function judgeEvidence(
  record: EvidenceRecord,
  anchors: EvidenceAnchors,
  context: EvidenceContext,
): EvidenceResult {
  try {
    const { content, signer } = verifyRecord(record, anchors, context);
    if (!signer) return leaveUnverified(content, context);
    return appraiseEvidence({ content, signer } as VerifiedEvidence, context);
  } catch (error) {
    const reason = reasonOf(error);
    if (!reason) throw error;
    return rejectEvidence(reason, context);
  }
}
