// A result in words: the ladder with what each rung rests on, findings by kind, and claims in words with the raw value
// behind. One table (findings.ts) for screen and command line.
import { toHex } from '../bytes.ts';
import type { Attested } from '../key-timeline.ts';
import { say } from '../sentences/sentence.ts';
import { type Level, levelNames, levels } from '../verdict.ts';
import type { EvidenceContent, EvidenceResult } from './appraise-evidence.ts';
import type { PtaPart } from './evidence-record.ts';
import { type Finding, findings } from './findings.ts';
import type { PsaClaims } from './psa-token.ts';
import { ptaDigest } from './reference.ts';

export type DescribedFinding = (typeof findings)[Finding] & { readonly finding: Finding };

export const describeFindings = (found: readonly Finding[]): DescribedFinding[] =>
  [...new Set(found)].map((finding) => ({ finding, ...findings[finding] }));

/** A claim in words; `raw` as it stands in the evidence, bytes in hex. */
export type DescribedClaim = { readonly name: string; readonly words: string; readonly raw: string };

function describePsa(claims: PsaClaims): DescribedClaim[] {
  return [
    { name: 'profile', words: say('claim.profile'), raw: claims.profile },
    { name: 'instance id', words: say('claim.instance'), raw: claims.instanceId },
    { name: 'implementation id', words: say('claim.implementation'), raw: claims.implementationId },
    { name: 'lifecycle', words: say(`claim.lifecycle-${claims.lifecycle}`), raw: claims.lifecycle },
    {
      name: 'client id',
      words: say(claims.clientId < 0 ? 'claim.asked-by-normal' : 'claim.asked-by-secure'),
      raw: String(claims.clientId),
    },
    { name: 'nonce', words: say('claim.nonce'), raw: toHex(claims.nonce) },
    ...claims.components.map(({ type, version, value }) => ({
      name: `component ${type ?? 'without type'}`,
      words: version === null ? say('claim.no-version') : say('claim.version', { version }),
      raw: value,
    })),
  ];
}

const describePart = (part: PtaPart): DescribedClaim => ({
  name: part.uuid === null ? part.command : `${part.command} ${part.uuid}`,
  words: say(`claim.${part.command}`),
  raw: ptaDigest(part),
});

/** Every claim that the evidence makes. */
export function describeClaims(content: EvidenceContent): DescribedClaim[] {
  switch (content.format) {
    case 'optee-pta':
      return content.parts.map(describePart);
    case 'dice':
      return [{ name: 'fwid', words: say('claim.fwid'), raw: `sha-256:${content.riot.fwid}` }];
    case 'kat':
      return [
        { name: 'key', words: say('claim.key'), raw: toHex(content.keySpki) },
        ...describePsa(content.claims),
      ];
    default:
      return describePsa(content.claims);
  }
}

export type Rung = {
  readonly level: Level;
  readonly name: string;
  readonly isReached: boolean;
  /** What it rests on, or what is missing or speaks against it. */
  readonly findings: readonly DescribedFinding[];
};

/** What each rung needs, and what keeps a device below it. L0 and L1 do not rest on evidence. */
const rungFindings: Readonly<Partial<Record<Level, readonly Finding[]>>> = {
  L2: ['signed-by-anchor', 'fresh', 'anchor-missing', 'challenge-unknown', 'test-key-allowed'],
  L3: ['measured', 'lifecycle-allowed', 'lifecycle-not-stated', 'no-reference-values', 'demo-only'],
  L4: ['key-bound', 'key-not-bound', 'key-not-given'],
};

/** The ladder of levels, each rung with the reason why it is reached or not. */
export function describeLadder({
  level,
  findings: found,
}: Pick<EvidenceResult, 'level' | 'findings'>): Rung[] {
  const described = describeFindings(found);
  const refusals = described.filter(({ kind }) => kind === 'rejected');
  return levels
    .filter((rung) => rungFindings[rung] !== undefined)
    .map((rung) => {
      const isReached = levels.indexOf(level) >= levels.indexOf(rung);
      const own = described.filter(({ finding }) => rungFindings[rung]?.includes(finding));
      return {
        level: rung,
        name: levelNames[rung],
        isReached,
        findings: isReached ? own : [...refusals, ...own],
      };
    });
}

/** A result as JSON: what is kept with a record, and what `--json` prints. */
export const encodeResult = ({ content, findings: found, ...result }: EvidenceResult): EncodedResult => ({
  level: result.level,
  format: result.format,
  signer: result.signer,
  serial: result.serial,
  keyFingerprint: result.keyFingerprint,
  policyHash: result.policyHash,
  findings: describeFindings(found),
  claims: content ? describeClaims(content) : [],
});

export type EncodedResult = Pick<
  EvidenceResult,
  'level' | 'format' | 'signer' | 'serial' | 'keyFingerprint' | 'policyHash'
> & { readonly findings: readonly DescribedFinding[]; readonly claims: readonly DescribedClaim[] };

/** Claims that say which firmware was measured, whatever the format. */
const isMeasured = ({ name }: DescribedClaim): boolean => /^(component |ta-|tee-|fwid)/.test(name);

/** The TEE that signed, and all that it measured, to be compared with the next time; a chain names its root, which many share. */
export function attestedBy({ signer, format, claims }: EncodedResult): Attested {
  const measured = claims.filter(isMeasured).map(({ name, raw }) => `${name}=${raw}`);
  return {
    signer: format === 'dice' ? null : (signer?.spkiSha256 ?? null),
    firmware: signer === null || measured.length === 0 ? null : measured.toSorted().join('\n'),
  };
}
