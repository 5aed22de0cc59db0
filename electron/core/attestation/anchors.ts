// Whose evidence is believed: keys by instance id, keys of any device, and roots of certificate chains.
import { createPublicKey, type X509Certificate } from 'node:crypto';
import type { EvidencePolicy } from '../../../shared/attestation/evidence-policy.ts';
import { parseBase64 } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { parseAnchor } from '../package/anchor.ts';
import { fingerprintOf } from '../package/signing.ts';
import { type EvidenceKey, openSpki, toEvidenceKey } from './signature.ts';

export type KeyAnchor = EvidenceKey & { readonly source: string; readonly serial: string | null };
export type RootAnchor = {
  readonly certificate: X509Certificate;
  readonly pem: string;
  readonly spkiSha256: string;
  readonly source: string;
};

export type EvidenceAnchors = {
  readonly byInstance: ReadonlyMap<string, readonly KeyAnchor[]>;
  readonly ofAnyDevice: readonly KeyAnchor[];
  readonly roots: readonly RootAnchor[];
};

/** A PEM that somebody names as an anchor beside the policy: a public key, or a root certificate. */
export type NamedPem = { readonly pem: string; readonly source: string };

const invalid = (source: string, cause: unknown) =>
  new ProvisionerError('anchor.invalid', `${source} holds no key or certificate that can be an anchor`, {
    cause,
  });

function attempt<T>(source: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    throw invalid(source, cause);
  }
}

function openRoot({ pem, source }: NamedPem): RootAnchor {
  const anchor = attempt(source, () => parseAnchor(pem));
  const { certificate } = anchor;
  const spkiSha256 = attempt(source, () => fingerprintOf(certificate.publicKey));
  return { certificate, pem: anchor.pem, spkiSha256, source };
}

const openKeyPem = ({ pem, source }: NamedPem): KeyAnchor => ({
  ...attempt(source, () => toEvidenceKey(createPublicKey(pem))),
  source,
  serial: null,
});

const isRoot = ({ pem }: NamedPem): boolean => pem.includes('-----BEGIN CERTIFICATE-----');

const openListed = ({ spki, source, serial }: EvidencePolicy['anchors'][number]): KeyAnchor => ({
  ...attempt(source, () => openSpki(parseBase64(spki) ?? new Uint8Array())),
  source,
  serial: serial ?? null,
});

/**
 * The anchors of a policy, and those that are named beside it.
 * @throws anchor.invalid
 */
export function openAnchors(policy: EvidencePolicy, named: readonly NamedPem[] = []): EvidenceAnchors {
  const byInstance = new Map<string, KeyAnchor[]>();
  const ofAnyDevice = named.filter((pem) => !isRoot(pem)).map(openKeyPem);
  for (const listed of policy.anchors) {
    const anchor = openListed(listed);
    if (listed.instanceId === undefined) ofAnyDevice.push(anchor);
    else byInstance.set(listed.instanceId, [...(byInstance.get(listed.instanceId) ?? []), anchor]);
  }
  const rootPems = policy.dice.roots.map(({ certificate, source }) => ({ pem: certificate, source }));
  return { byInstance, ofAnyDevice, roots: [...rootPems, ...named.filter(isRoot)].map(openRoot) };
}
