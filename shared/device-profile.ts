// What a package must be to fit a kind of device, and how its CPM behaves. Source: facts package-and-device section 2.
import type { CpmModel } from './device.ts';
import { ProvisionerError } from './errors/error.ts';
import { say } from './sentences/sentence.ts';

export type WrapSuite = 'rsaes-pkcs1-v1_5' | 'rsa-oaep-sha256';

export type DeviceProfile = {
  readonly name: string;
  readonly title: string;
  /** Largest payload the CPM takes, in bytes. */
  readonly maxPayloadBytes: number;
  readonly arch: string;
  readonly os: string;
  readonly cpmModel: CpmModel;
  readonly wrapSuite: WrapSuite;
  /** Matches what such a device calls itself; null: never chosen by name. */
  readonly modelPattern: RegExp | null;
};

const reference = {
  maxPayloadBytes: 6 * 1024 * 1024,
  arch: 'aarch64',
  os: 'OP-TEE',
  wrapSuite: 'rsaes-pkcs1-v1_5',
} as const;

export const deviceProfiles: readonly DeviceProfile[] = [
  {
    name: 'trustbox-edge-201',
    title: say('profile.trustbox-edge-201'),
    cpmModel: 'reference',
    modelPattern: /TrustBox Edge 201/i,
    ...reference,
  },
  {
    name: 'checking-cpm',
    title: say('profile.checking-cpm'),
    cpmModel: 'checking',
    modelPattern: /CPM simulator/i,
    ...reference,
  },
  {
    name: 'unknown-cpm',
    title: say('profile.unknown-cpm'),
    cpmModel: 'unknown',
    modelPattern: null,
    ...reference,
  },
];

/** @throws package.input-invalid when there is no such profile */
export function findProfile(name: string): DeviceProfile {
  const found = deviceProfiles.find((profile) => profile.name === name);
  if (found) return found;
  const names = deviceProfiles.map((profile) => profile.name).join(', ');
  throw new ProvisionerError('package.input-invalid', `no device profile "${name}"; there are: ${names}`, {
    details: { field: 'profile' },
  });
}

/** The profile for what a device calls itself; the cautious one when we do not know it. */
export const profileForModel = (model: string | null): DeviceProfile =>
  deviceProfiles.find((profile) => profile.modelPattern?.test(model ?? '')) ?? findProfile('unknown-cpm');
