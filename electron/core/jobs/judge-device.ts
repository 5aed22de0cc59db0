// Read a device, judge its key, write down that it was seen. Shared by `read`, enrolment and loading.
import { type Appraisal, appraiseKey } from '../../../shared/appraise.ts';
import type { DeviceIdentity } from '../../../shared/device.ts';
import type { LoadedPolicy } from '../../../shared/policy.ts';
import { type DevicePublicKey, parsePublicKey } from '../../../shared/public-key.ts';
import type { OperatorStatement, Verdict } from '../../../shared/verdict.ts';
import type { Clock } from '../clock.ts';
import type { CallOptions, DeviceLink } from '../link.ts';
import type { Database } from '../store/database.ts';
import { readElsewhere, readListed, readPinned, readSightings } from '../store/devices.ts';

export type SeenDevice = { readonly identity: DeviceIdentity; readonly publicKey: DevicePublicKey };

/** Identity and checked key, as the device gives them now. @throws console.* device.* key.* */
export async function readDevice(link: DeviceLink, options: CallOptions = {}): Promise<SeenDevice> {
  const identity = await link.readIdentity(options);
  const publicKey = parsePublicKey(await link.readPublicKey(options));
  return { identity, publicKey };
}

export type JudgeDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly policy: LoadedPolicy;
  readonly operator: OperatorStatement | null;
};

/** The verdict on what was read, from what the station knows. */
export async function judgeDevice({ identity, publicKey }: SeenDevice, deps: JudgeDeps): Promise<Verdict> {
  const { db, clock, policy, operator } = deps;
  const serial = identity.serialNumber;
  const known: Pick<Appraisal, 'history' | 'elsewhere' | 'pinnedFingerprint' | 'listedFingerprint'> =
    serial === null
      ? { history: [], elsewhere: null, pinnedFingerprint: null, listedFingerprint: null }
      : {
          history: await readSightings(db, serial),
          elsewhere: await readElsewhere(db, publicKey.fingerprint, serial),
          pinnedFingerprint: await readPinned(db, serial),
          listedFingerprint: await readListed(db, serial),
        };
  return appraiseKey({ identity, publicKey, ...known, policy, operator, now: clock.now() });
}
