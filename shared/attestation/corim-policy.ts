// A manifest taken into a policy: what it knows is added, nothing is taken away, and the version goes up. Who may sign the
// outcome is as before; how a key is bound, no manifest says.
import { toBase64 } from '../bytes.ts';
import type { Policy } from '../policy.ts';
import type { AttestKey, Corim, ReferenceComponent } from './corim.ts';
import { type EvidencePolicy, evidencePolicySchema, type Implementation } from './evidence-policy.ts';
import { psaProfiles } from './psa-token.ts';

export type TakenIn = { readonly policy: Policy; readonly referenceCount: number; readonly keyCount: number };

type Component = Implementation['components'][number];

const isSame = (a: Component, b: Component): boolean =>
  a.type === b.type && a.digest === b.digest && a.signerId === b.signerId && a.minVersion === b.minVersion;

const toComponents = ({ type, digests, signerId, version }: ReferenceComponent): Component[] =>
  digests.map((digest) => ({
    type,
    digest,
    ...(signerId === null ? {} : { signerId }),
    ...(version === null ? {} : { minVersion: version }),
  }));

/** Every kind of component that a manifest names must be there: leaving one out must not pass. */
function addReferences(known: Implementation, references: readonly ReferenceComponent[]): Implementation {
  const own = references.filter(({ implementationId }) => implementationId === known.implementationId);
  const components = [...known.components];
  for (const component of own.flatMap(toComponents))
    if (!components.some((one) => isSame(one, component))) components.push(component);
  return {
    ...known,
    components,
    mustInclude: [...new Set([...known.mustInclude, ...own.map(({ type }) => type)])],
  };
}

function addKeys(anchors: EvidencePolicy['anchors'], keys: readonly AttestKey[], source: string) {
  const added = keys
    .map(({ instanceId, spki }) => ({ spki: toBase64(spki), source, instanceId }))
    .filter(
      (key) => !anchors.some(({ spki, instanceId }) => spki === key.spki && instanceId === key.instanceId),
    );
  return [...anchors, ...added];
}

const newEvidence = (): EvidencePolicy => evidencePolicySchema.parse({ accept: [...psaProfiles] });

/** @param source who vouches for the keys, as it is shown at a verdict. Not checked against the policy's schema */
export function takeIntoPolicy(policy: Policy, corim: Corim, source: string): TakenIn {
  const evidence = policy.evidence ?? newEvidence();
  const ids = new Set([
    ...evidence.implementations.map(({ implementationId }) => implementationId),
    ...corim.references.map(({ implementationId }) => implementationId),
  ]);
  const empty = { components: [], mustInclude: [] };
  const implementations = [...ids].map((implementationId) =>
    addReferences(
      evidence.implementations.find((one) => one.implementationId === implementationId) ?? {
        implementationId,
        ...empty,
      },
      corim.references,
    ),
  );
  const anchors = addKeys(evidence.anchors, corim.attestKeys, source);
  const count = (all: readonly Implementation[]) =>
    all.reduce((sum, { components }) => sum + components.length, 0);
  return {
    policy: { ...policy, version: policy.version + 1, evidence: { ...evidence, implementations, anchors } },
    referenceCount: count(implementations) - count(evidence.implementations),
    keyCount: anchors.length - evidence.anchors.length,
  };
}
