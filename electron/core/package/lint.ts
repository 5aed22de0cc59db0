// Lints a package for a kind of device: what would fail, or surprise, on that box. Pure: works on an inspection.
import { digestBytes, nonceBytes, type Role, tagBytes } from '../../../shared/cpk/layout.ts';
import type { DeviceProfile } from '../../../shared/device-profile.ts';
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
      `payload of ${size} bytes; ${profile.title} takes at most ${profile.maxPayloadBytes}`,
    ),
  );
};

const target: Rule = ({ inspection, profile }) => {
  const { arch, os } = inspection.manifest.payload.target;
  return [
    ...unless(arch === profile.arch, () =>
      find('target-arch', 'error', `made for ${arch}, the device is ${profile.arch}`),
    ),
    ...unless(os === profile.os, () =>
      find('target-os', 'error', `made for ${os}, the device runs ${profile.os}`),
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
    return unless(size === bytes, () =>
      find(`${role}-size`, 'error', `${role} has ${size ?? 'no'} bytes, must have ${bytes}`),
    );
  });

const encryption: Rule = ({ inspection }) => {
  const { enc } = inspection.manifest.payload;
  if (enc === 'none')
    return find('encryption', 'error', 'the payload is not encrypted; cpk-tool installs only AES-GCM');
  const { key_strength: bits, key_name: name } = enc['aes-gcm'];
  return [
    ...unless(bits === 256, () => find('key-strength', 'error', `key of ${bits} bits, the CPM takes 256`)),
    ...unless(name === inspection.id, () =>
      find(
        'key-name',
        'error',
        `key "${name}" is not the application id "${inspection.id}": the CPM finds the key by the id`,
      ),
    ),
  ];
};

const ids: Rule = ({ inspection }) => [
  ...unless(idPattern.test(inspection.id), () =>
    find('id', 'error', `id "${inspection.id}": letters, digits, dot, dash, underscore, at most 64`),
  ),
  ...unless(inspection.id.length >= 5 && inspection.id.length <= 36, () =>
    find('id-length', 'warning', "the blueprint's cloud takes key names of 5 to 36 characters only"),
  ),
];

const payloadSignature: Rule = ({ inspection }) => {
  const { sig, dig } = inspection.manifest.payload;
  if (sig === 'none' || dig === 'none')
    return find('payload-signature', 'error', 'cpk-tool installs only payloads with digest and signature');
  return unless(inspection.signed.payload, () =>
    find('payload-signature', 'error', 'the payload signature is still to be attached'),
  );
};

const packageSignature: Rule = ({ inspection }) =>
  unless(inspection.signed.package, () =>
    find(
      'package-signature',
      'warning',
      'the package is not signed as a whole: nothing protects its header and manifest',
    ),
  );

const certificate: Rule = ({ inspection, now }) => {
  const { certificate: found, certificateFault } = inspection;
  if (!found)
    return find(
      'certificate',
      'error',
      `cpk-tool needs an embedded X.509 certificate: ${certificateFault ?? 'there is none'}`,
    );
  const left = Date.parse(found.notAfter) - now.getTime();
  return [
    ...unless(left >= 0, () =>
      find('certificate-expiry', 'error', `the certificate expired on ${found.notAfter}`),
    ),
    ...unless(left < 0 || left >= soonMs, () =>
      find('certificate-expiry', 'warning', `the certificate expires on ${found.notAfter}`),
    ),
    ...unless(now.getTime() >= Date.parse(found.notBefore), () =>
      find('certificate-not-yet', 'error', `valid only from ${found.notBefore}`),
    ),
    ...unless(found.publishedAs === null, () =>
      find('demo-key', 'error', `signed with ${found.publishedAs}: anybody can do that`),
    ),
  ];
};

const padding: Rule = ({ inspection }) =>
  unless(inspection.gaps.length === 0, () => {
    const bytes = inspection.gaps.reduce((sum, gap) => sum + gap.sizeBytes, 0);
    return find('padding', 'warning', `${bytes} bytes belong to no stream`);
  });

const order: Rule = ({ inspection }) => {
  const starts = inspection.streams.map((stream) => stream.offset);
  const sorted = starts.every((start, at) => at === 0 || start >= (starts[at - 1] ?? 0));
  return unless(sorted, () => find('stream-order', 'warning', 'the streams do not lie in index order'));
};

const canonical: Rule = ({ inspection }) =>
  unless(inspection.layoutFaults.length === 0, () =>
    find('layout', 'info', `not canonical: ${inspection.layoutFaults.slice(0, 3).join('; ')}`),
  );

const cpmHabits: Rule = ({ profile }) =>
  unless(profile.cpmModel !== 'reference', () =>
    find('cpm-checks', 'info', 'this CPM does not check signatures: the station verifies before it loads'),
  );

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
