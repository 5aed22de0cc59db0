// Lints a package for a kind of device: what would fail, or surprise, on that box. Pure: works on an inspection.
import { digestBytes, nonceBytes, type Role, tagBytes } from '../../../shared/cpk/layout.ts';
import type { DeviceProfile } from '../../../shared/device-profile.ts';
import { say } from '../../../shared/sentences/sentence.ts';
import type { Inspection } from './inspect.ts';
import { idPattern } from './manifest-for.ts';

export type Severity = 'error' | 'warning' | 'info';

/** Everything lint can find, in the order it looks. */
export const ruleNames = [
  'payload-size',
  'target-arch',
  'target-os',
  'nonce-size',
  'tag-size',
  'digest-size',
  'encryption',
  'key-strength',
  'key-name',
  'id',
  'id-length',
  'payload-signature',
  'package-signature',
  'certificate',
  'certificate-expiry',
  'certificate-not-yet',
  'demo-key',
  'padding',
  'stream-order',
  'layout',
  'cpm-checks',
] as const;

export type RuleName = (typeof ruleNames)[number];
export type Finding = { readonly rule: RuleName; readonly severity: Severity; readonly detail: string };

type Subject = { readonly inspection: Inspection; readonly profile: DeviceProfile; readonly now: Date };
type Rule = (subject: Subject) => Finding[];

const soonMs = 30 * 24 * 3600 * 1000;

const find = (rule: RuleName, severity: Severity, detail: string): Finding[] => [{ rule, severity, detail }];
const unless = (fine: boolean, finding: () => Finding[]): Finding[] => (fine ? [] : finding());

const sizeOf = ({ streams }: Inspection, role: Role): number | null =>
  streams.find((stream) => stream.role === role)?.sizeBytes ?? null;

const payloadSize: Rule = ({ inspection, profile }) => {
  const size = sizeOf(inspection, 'payload') ?? 0;
  return unless(size <= profile.maxPayloadBytes, () =>
    find(
      'payload-size',
      'error',
      say('lint.payload-size', { bytes: size, profile: profile.title, maxBytes: profile.maxPayloadBytes }),
    ),
  );
};

const target: Rule = ({ inspection, profile }) => {
  const { arch, os } = inspection.manifest.payload.target;
  return [
    ...unless(arch === profile.arch, () =>
      find('target-arch', 'error', say('lint.target-arch', { found: arch, wanted: profile.arch })),
    ),
    ...unless(os === profile.os, () =>
      find('target-os', 'error', say('lint.target-os', { found: os, wanted: profile.os })),
    ),
  ];
};

const exactSizes: Rule = ({ inspection }) =>
  (
    [
      ['nonce', nonceBytes],
      ['tag', tagBytes],
      ['digest', digestBytes],
    ] as const
  ).flatMap(([role, bytes]) => {
    const size = sizeOf(inspection, role);
    const said =
      size === null
        ? say('lint.no-stream', { role, wantedBytes: bytes })
        : say('lint.exact-size', { role, bytes: size, wantedBytes: bytes });
    return unless(size === bytes, () => find(`${role}-size`, 'error', said));
  });

const encryption: Rule = ({ inspection }) => {
  const { enc } = inspection.manifest.payload;
  if (enc === 'none') return find('encryption', 'error', say('lint.not-encrypted'));
  const { key_strength: bits, key_name: name } = enc['aes-gcm'];
  return [
    ...unless(bits === 256, () => find('key-strength', 'error', say('lint.key-strength', { bits }))),
    ...unless(name === inspection.id, () =>
      find('key-name', 'error', say('lint.key-name', { key: name, id: inspection.id })),
    ),
  ];
};

const ids: Rule = ({ inspection }) => [
  ...unless(idPattern.test(inspection.id), () => find('id', 'error', say('lint.id', { id: inspection.id }))),
  ...unless(inspection.id.length >= 5 && inspection.id.length <= 36, () =>
    find('id-length', 'warning', say('lint.id-length')),
  ),
];

const payloadSignature: Rule = ({ inspection }) => {
  const { sig, dig } = inspection.manifest.payload;
  if (sig === 'none' || dig === 'none')
    return find('payload-signature', 'error', say('lint.payload-unsigned'));
  return unless(inspection.signed.payload, () =>
    find('payload-signature', 'error', say('lint.payload-signature-due')),
  );
};

const packageSignature: Rule = ({ inspection }) =>
  unless(inspection.signed.package, () => find('package-signature', 'warning', say('lint.package-unsigned')));

const certificate: Rule = ({ inspection, now }) => {
  const { certificate: found, certificateFault } = inspection;
  if (!found)
    return find(
      'certificate',
      'error',
      say('lint.no-certificate', { why: certificateFault ?? say('lint.there-is-none') }),
    );
  const left = Date.parse(found.notAfter) - now.getTime();
  return [
    ...unless(left >= 0, () =>
      find('certificate-expiry', 'error', say('lint.certificate-expired', { at: found.notAfter })),
    ),
    ...unless(left < 0 || left >= soonMs, () =>
      find('certificate-expiry', 'warning', say('lint.certificate-expires', { at: found.notAfter })),
    ),
    ...unless(now.getTime() >= Date.parse(found.notBefore), () =>
      find('certificate-not-yet', 'error', say('lint.certificate-not-yet', { at: found.notBefore })),
    ),
    ...unless(found.publishedAs === null, () =>
      find('demo-key', 'error', say('lint.demo-key', { name: found.publishedAs ?? '' })),
    ),
  ];
};

const padding: Rule = ({ inspection }) =>
  unless(inspection.gaps.length === 0, () => {
    const bytes = inspection.gaps.reduce((sum, gap) => sum + gap.sizeBytes, 0);
    return find('padding', 'warning', say('lint.padding', { bytes }));
  });

const order: Rule = ({ inspection }) => {
  const starts = inspection.streams.map((stream) => stream.offset);
  const sorted = starts.every((start, at) => at === 0 || start >= (starts[at - 1] ?? 0));
  return unless(sorted, () => find('stream-order', 'warning', say('lint.stream-order')));
};

const canonical: Rule = ({ inspection }) =>
  unless(inspection.layoutFaults.length === 0, () =>
    find(
      'layout',
      'info',
      say('layout.not-canonical', { faults: inspection.layoutFaults.slice(0, 3).join('; ') }),
    ),
  );

const cpmHabits: Rule = ({ profile }) =>
  unless(profile.cpmModel !== 'reference', () => find('cpm-checks', 'info', say('lint.cpm-checks')));

const rules: readonly Rule[] = [
  payloadSize,
  target,
  exactSizes,
  encryption,
  ids,
  payloadSignature,
  packageSignature,
  certificate,
  padding,
  order,
  canonical,
  cpmHabits,
];

/** Every finding of every rule, in the order of the rules. */
export const lintPackage = (inspection: Inspection, profile: DeviceProfile, now: Date): Finding[] =>
  rules.flatMap((rule) => rule({ inspection, profile, now }));
