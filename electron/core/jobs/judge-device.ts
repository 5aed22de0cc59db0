// Read a device, judge its key, write down that it was seen. Shared by `read`, enrolment and loading.
import { type Appraisal, type AppraisedEvidence, appraiseKey } from '../../../shared/appraise.ts';
import type { EvidenceResult } from '../../../shared/attestation/appraise-evidence.ts';
import type { DeviceIdentity } from '../../../shared/device.ts';
import type { LoadedPolicy } from '../../../shared/policy.ts';
import { type DevicePublicKey, parsePublicKey } from '../../../shared/public-key.ts';
import type { OperatorStatement, Verdict } from '../../../shared/verdict.ts';
import {
  type Collected,
  collectEvidence,
  judgeCollected,
  type KeptEvidence,
} from '../attestation/collect-evidence.ts';
import type { Clock } from '../clock.ts';
import type { CallOptions, DeviceLink } from '../link.ts';
import type { Database } from '../store/database.ts';
import { readElsewhere, readListed, readPinned, readSightings } from '../store/devices.ts';

/** As the device gives it now, unjudged. */
export type ReadKey = { readonly identity: DeviceIdentity; readonly publicKey: DevicePublicKey };
export type SeenDevice = ReadKey & { readonly collected: Collected };

/** Identity and checked key. @throws console.* device.* key.* */
export async function readKey(link: DeviceLink, options: CallOptions = {}): Promise<ReadKey> {
  const identity = await link.readIdentity(options);
  const publicKey = parsePublicKey(await link.readPublicKey(options));
  return { identity, publicKey };
}

/** Identity, checked key, and evidence where the device has any. @throws console.* device.* key.* */
export async function readDevice(
  link: DeviceLink,
  { clock, ...options }: CallOptions & { readonly clock: Clock },
): Promise<SeenDevice> {
  const read = await readKey(link, options);
  return { ...read, collected: await collectEvidence(link, read, { clock, ...options }) };
}

export type JudgeDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly policy: LoadedPolicy;
  readonly operator: OperatorStatement | null;
};

/** A verdict, and the evidence that it speaks of, to be kept. */
export type JudgedDevice = {
  readonly verdict: Verdict;
  readonly evidence: (KeptEvidence & { readonly result: EvidenceResult }) | null;
};

/** The verdict on what was read, from what the station knows. */
export async function judgeDevice(seen: SeenDevice, deps: JudgeDeps): Promise<JudgedDevice> {
  const { identity, publicKey, collected } = seen;
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
  const now = clock.now();
  const result =
    collected.kind === 'evidence' ? judgeCollected(collected.evidence, seen, { policy, now }) : null;
  const evidence: AppraisedEvidence =
    collected.kind === 'evidence' && result
      ? { kind: 'judged', id: collected.evidence.id, result }
      : collected.kind === 'failed'
        ? collected
        : { kind: 'none' };
  const verdict = appraiseKey({ identity, publicKey, ...known, evidence, policy, operator, now });
  const kept = collected.kind === 'evidence' && result ? { ...collected.evidence, result } : null;
  return { verdict, evidence: kept };
}
