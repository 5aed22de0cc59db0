// Appraises a key: level, what was not proven, how it compares with history, what the policy allows. Pure.
import { groupHex } from './bytes.ts';
import type { DeviceIdentity } from './device.ts';
import { decideAll, type LoadedPolicy } from './policy.ts';
import type { DevicePublicKey } from './public-key.ts';
import { say } from './sentences/sentence.ts';
import type { HistoryReading, Level, OperatorStatement, Rejection, Verdict } from './verdict.ts';

/** One time a key was seen. */
export type Sighting = {
  readonly serial: string;
  readonly fingerprint: string;
  readonly bootId: string | null;
  readonly port: string;
  /** ISO 8601, UTC. */
  readonly at: string;
};

export type Appraisal = {
  readonly identity: DeviceIdentity;
  readonly publicKey: DevicePublicKey;
  /** Earlier sightings of this serial, oldest first. */
  readonly history: readonly Sighting[];
  /** Latest sighting of this key under another serial, if any. */
  readonly elsewhere: Sighting | null;
  readonly pinnedFingerprint: string | null;
  /** What the factory listed for this serial, if a list is loaded and names it. */
  readonly listedFingerprint: string | null;
  readonly policy: LoadedPolicy;
  readonly operator: OperatorStatement | null;
  readonly now: Date;
};

const brief = (fingerprint: string) => groupHex(fingerprint.slice(0, 16));

/** Plain words for how the key compares with what was seen before. */
export function readHistory({ identity, publicKey, history, elsewhere }: Appraisal): HistoryReading {
  if (elsewhere) {
    const text = say('reading.two-devices', { serial: elsewhere.serial, at: elsewhere.at });
    return { kind: 'same-key-two-devices', text, isAlarm: true };
  }
  const last = history.at(-1);
  if (!last) return { kind: 'first-seen', text: say('reading.first-seen'), isAlarm: false };
  if (last.fingerprint === publicKey.fingerprint) {
    return { kind: 'unchanged', text: say('reading.unchanged', { at: last.at }), isAlarm: false };
  }
  const changed = { before: brief(last.fingerprint), after: brief(publicKey.fingerprint), at: last.at };
  if (last.bootId === null || identity.bootId === null) {
    const text = say('reading.changed-boot-unknown', changed);
    return { kind: 'changed-reboot-unknown', text, isAlarm: true };
  }
  if (last.bootId === identity.bootId) {
    const text = say('reading.changed-same-boot', changed);
    return { kind: 'changed-without-reboot', text, isAlarm: true };
  }
  return { kind: 'changed-with-reboot', text: say('reading.changed-rebooted', changed), isAlarm: false };
}

function listRejections(input: Appraisal): Rejection[] {
  const { publicKey, listedFingerprint, pinnedFingerprint, elsewhere, identity } = input;
  const found: Rejection[] = [];
  if (!identity.serialNumber) found.push('no-serial');
  if (listedFingerprint && listedFingerprint !== publicKey.fingerprint) found.push('factory-mismatch');
  if (pinnedFingerprint && pinnedFingerprint !== publicKey.fingerprint) found.push('pin-mismatch');
  if (elsewhere) found.push('key-on-two-devices');
  return found;
}

/** Which of the two ways to L1 holds, in words. */
function listProofs({ publicKey, listedFingerprint, pinnedFingerprint }: Appraisal): string[] {
  const proofs: string[] = [];
  if (listedFingerprint === publicKey.fingerprint) proofs.push(say('proven.listed'));
  if (pinnedFingerprint === publicKey.fingerprint) proofs.push(say('proven.pinned'));
  return proofs;
}

const neverProvenHere = [say('not-proven.tee'), say('not-proven.software'), say('not-proven.identity')];

/** A verdict before it carries the mark that only this file gives. */
type Unmarked = { [K in keyof Verdict as K extends symbol ? never : K]: Verdict[K] };

/** The one way to a verdict. */
export function appraiseKey(input: Appraisal): Verdict {
  const proofs = listProofs(input);
  const rejections = listRejections(input);
  const level: Level = proofs.length > 0 && rejections.length === 0 ? 'L1' : 'L0';
  const missing = level === 'L0' ? [say('not-proven.enrolled')] : [];
  const verdict: Unmarked = {
    level,
    deviceSerial: input.identity.serialNumber,
    publicKey: input.publicKey,
    proven: proofs,
    notProven: [...missing, ...neverProvenHere],
    rejections,
    reading: readHistory(input),
    policyHash: input.policy.hash,
    decisions: decideAll(input.policy, { level, rejections, operator: input.operator, now: input.now }),
    operator: input.operator,
    at: input.now.toISOString(),
  };
  return verdict as Verdict;
}
