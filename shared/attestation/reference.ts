// Measurements against reference values. A measurement that the policy does not know is refused, and so is one that is
// older than allowed or that is missing: leaving a component out must not pass.
import { toHex } from '../bytes.ts';
import type { EvidencePolicy, Implementation } from './evidence-policy.ts';
import type { PtaPart } from './evidence-record.ts';
import type { Finding } from './findings.ts';
import { parsePtaOutput } from './optee-pta.ts';
import type { PsaClaims, PsaComponent } from './psa-token.ts';

const hashBySize: Readonly<Record<number, string>> = { 64: 'sha-256', 96: 'sha-384', 128: 'sha-512' };

const digestOf = (hex: string): string => `${hashBySize[hex.length]}:${hex}`;

/** Numbers between dots, compared one by one; false when the text is none such. */
export function isAtLeast(version: string | null, least: string): boolean {
  if (version === null || !/^\d{1,9}(?:\.\d{1,9}){0,5}$/.test(version)) return false;
  const [has, needs] = [version.split('.').map(Number), least.split('.').map(Number)];
  for (let at = 0; at < Math.max(has.length, needs.length); at += 1) {
    const difference = (has[at] ?? 0) - (needs[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

type Reference = Implementation['components'][number];

const isSame = (component: PsaComponent, reference: Reference): boolean =>
  component.type === reference.type &&
  digestOf(component.value) === reference.digest &&
  (reference.signerId === undefined || reference.signerId === component.signerId);

const isNewEnough = (component: PsaComponent, { minVersion }: Reference): boolean =>
  minVersion === undefined || isAtLeast(component.version, minVersion);

function judgeComponent(component: PsaComponent, references: readonly Reference[]): Finding | null {
  const ofType = references.filter(({ type }) => type === component.type);
  if (ofType.some((one) => isSame(component, one) && isNewEnough(component, one))) return null;
  // A downgraded component has an old digest too: the version says more than that the digest is not known.
  const isOld = ofType.length > 0 && ofType.every((one) => !isNewEnough(component, one));
  return isOld ? 'component-old' : 'component-unknown';
}

/** What the policy knows of the implementation that a token names. */
export const implementationOf = (claims: PsaClaims, policy: EvidencePolicy): Implementation | undefined =>
  policy.implementations.find(({ implementationId }) => implementationId === claims.implementationId);

/** Measurements and lifecycle of a PSA token. */
export function judgeComponents(claims: PsaClaims, policy: EvidencePolicy): Finding[] {
  const lifecycle: Finding = policy.lifecycle.includes(claims.lifecycle)
    ? 'lifecycle-allowed'
    : 'lifecycle-refused';
  const implementation = implementationOf(claims, policy);
  if (!implementation) return [lifecycle, 'no-reference-values'];
  const present = new Set(claims.components.map(({ type }) => type));
  const faults: (Finding | null)[] = [
    ...claims.components.map((component) => judgeComponent(component, implementation.components)),
    implementation.mustInclude.some((type) => !present.has(type)) ? 'component-missing' : null,
    // Without a single measurement nothing was measured.
    claims.components.length === 0 ? 'component-missing' : null,
  ];
  const found = faults.filter((fault) => fault !== null);
  return [lifecycle, ...(found.length > 0 ? found : ['measured' as const])];
}

/** The reference values of a part's own kind; undefined when the policy has none. */
function ptaReferences({ command, uuid }: PtaPart, { optee }: EvidencePolicy): readonly string[] | undefined {
  if (command === 'tee-memory') return optee.teeMemory.length > 0 ? optee.teeMemory : undefined;
  return (command === 'ta-memory' ? optee.taMemory : optee.taShdr)[uuid ?? ''];
}

export const ptaDigest = ({ output }: PtaPart): string => digestOf(toHex(parsePtaOutput(output).digest));

/** Kinds of measurement that the policy has reference values for, and that must therefore be there. */
function requiredParts({ optee }: EvidencePolicy): string[] {
  const ofTas = (command: string, tas: object) => Object.keys(tas).map((uuid) => `${command} ${uuid}`);
  return [
    ...(optee.teeMemory.length > 0 ? ['tee-memory null'] : []),
    ...ofTas('ta-memory', optee.taMemory),
    ...ofTas('ta-shdr', optee.taShdr),
  ];
}

/** Measurements of OP-TEE's PTA, each against its own kind of reference. */
export function judgePtaParts(parts: readonly PtaPart[], policy: EvidencePolicy): Finding[] {
  const required = requiredParts(policy);
  if (required.length === 0) return ['lifecycle-not-stated', 'no-reference-values'];
  const present = new Set(parts.map(({ command, uuid }) => `${command} ${uuid}`));
  const isUnknown = parts.some((part) => ptaReferences(part, policy)?.includes(ptaDigest(part)) !== true);
  const isMissing = required.some((name) => !present.has(name));
  if (isUnknown) return ['lifecycle-not-stated', 'component-unknown'];
  return ['lifecycle-not-stated', isMissing ? 'component-missing' : 'measured'];
}

/** The measurement of a DICE leaf. */
export function judgeFwid(fwid: string, { dice }: EvidencePolicy): Finding[] {
  if (dice.fwid.length === 0) return ['lifecycle-not-stated', 'no-reference-values'];
  return ['lifecycle-not-stated', dice.fwid.includes(digestOf(fwid)) ? 'measured' : 'component-unknown'];
}
