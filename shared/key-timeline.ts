// The keys that a device showed over time, and how each change reads: reboot, reflash, swap or attack, with what speaks for it. Pure.
import { say } from './sentences/sentence.ts';

/** Who signed the evidence of a sighting, and what it measured; null where that is not known. */
export type Attested = { readonly signer: string | null; readonly firmware: string | null };

/** One time a key was seen; `attested` null: no evidence came with it. */
export type KeySighting = {
  readonly fingerprint: string;
  readonly bootId: string | null;
  readonly port: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly level: string | null;
  readonly attested: Attested | null;
};

export const keyReadings = ['first', 'same', 'reboot', 'reflash', 'swap', 'attack', 'unclear'] as const;
export type KeyReading = (typeof keyReadings)[number];

/** Sightings in a row that differ in nothing. */
export type KeyPeriod = Omit<KeySighting, 'at' | 'attested'> & {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly reading: KeyReading;
  readonly signs: readonly string[];
};

type Change = {
  readonly isSameKey: boolean;
  readonly boot: 'same' | 'changed' | 'unknown';
  readonly signer: 'same' | 'changed' | null;
  readonly firmware: 'same' | 'changed' | null;
  readonly evidence: 'gone' | 'new' | null;
  readonly isMoved: boolean;
};

const compare = (before: string | null, after: string | null): 'same' | 'changed' | null =>
  before === null || after === null ? null : before === after ? 'same' : 'changed';

function changeOf(before: KeySighting, after: KeySighting): Change {
  const evidence = before.attested === null ? 'new' : 'gone';
  return {
    isSameKey: before.fingerprint === after.fingerprint,
    boot: compare(before.bootId, after.bootId) ?? 'unknown',
    signer: compare(before.attested?.signer ?? null, after.attested?.signer ?? null),
    firmware: compare(before.attested?.firmware ?? null, after.attested?.firmware ?? null),
    evidence: (before.attested === null) === (after.attested === null) ? null : evidence,
    isMoved: before.port !== after.port,
  };
}

/** A key that another TEE signs for, or that changes without a start, is nothing that a box does by itself. */
function readSameKey({ signer, firmware }: Change): KeyReading {
  if (signer === 'changed') return 'attack';
  return firmware === 'changed' ? 'reflash' : 'same';
}

function readNewKey({ boot, signer, firmware, evidence }: Change): KeyReading {
  if (signer === 'changed') return 'swap';
  if (boot === 'same') return 'attack';
  if (firmware === 'changed') return 'reflash';
  return boot === 'unknown' || evidence === 'gone' ? 'unclear' : 'reboot';
}

const bootSign = ({ boot, isSameKey }: Change): string => {
  if (boot === 'unknown') return say('sign.boot-unknown');
  if (boot === 'same') return say('sign.boot-same');
  return say(isSameKey ? 'sign.boot-changed' : 'sign.key-per-boot');
};

const signsOf = (change: Change): string[] => [
  ...(change.isSameKey ? [say('sign.key-kept')] : []),
  bootSign(change),
  ...(change.signer ? [say(`sign.signer-${change.signer}`)] : []),
  ...(change.firmware ? [say(`sign.firmware-${change.firmware}`)] : []),
  ...(change.evidence ? [say(`sign.evidence-${change.evidence}`)] : []),
  ...(change.isMoved ? [say('sign.port-changed')] : []),
];

const isAlike = (a: KeySighting, b: KeySighting): boolean =>
  a.fingerprint === b.fingerprint &&
  a.bootId === b.bootId &&
  a.port === b.port &&
  a.level === b.level &&
  a.attested?.signer === b.attested?.signer &&
  a.attested?.firmware === b.attested?.firmware;

function openPeriod(seen: KeySighting, before: KeySighting | null): KeyPeriod {
  const { fingerprint, bootId, port, level, at } = seen;
  const change = before && changeOf(before, seen);
  const reading = change ? (change.isSameKey ? readSameKey(change) : readNewKey(change)) : 'first';
  const signs = change ? signsOf(change) : [];
  return { fingerprint, bootId, port, level, from: at, to: at, count: 1, reading, signs };
}

/** @param sightings oldest first. @returns periods, oldest first */
export function readTimeline(sightings: readonly KeySighting[]): KeyPeriod[] {
  const periods: KeyPeriod[] = [];
  sightings.forEach((seen, index) => {
    const before = sightings[index - 1] ?? null;
    const last = periods.at(-1);
    if (before && last && isAlike(before, seen))
      periods[periods.length - 1] = { ...last, to: seen.at, count: last.count + 1 };
    else periods.push(openPeriod(seen, before));
  });
  return periods;
}
