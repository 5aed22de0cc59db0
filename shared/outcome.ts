// Judges an install from everything the device's tool printed and from what the box lets us read back, for the CPM
// at hand. Exit status alone is never success: cpk-tool exits 0 when its checks print FAILED, and against the
// reference CPM both checks print FAILED on a good install (facts, package-and-device sections 2 and 3).
import { z } from 'zod';
import type { CpmModel } from './device.ts';

export type InstallState = 'installed' | 'rejected' | 'unconfirmed';

/** What was seen, three-valued where the box may not let us see. */
export type InstallEvidence = {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitStatus: number;
  /** Did the TEE's secure storage change across the install? null: not readable. */
  readonly storageChanged: boolean | null;
};

export type InstallOutcome = {
  readonly state: InstallState;
  /** One sentence for the person at the box. */
  readonly summary: string;
  /** Facts that speak for it. */
  readonly confirmed: readonly string[];
  /** What nobody has checked or could confirm. */
  readonly notConfirmed: readonly string[];
};

/** An outcome as it is stored with a job. */
export const installOutcomeSchema: z.ZodType<InstallOutcome> = z.strictObject({
  state: z.enum(['installed', 'rejected', 'unconfirmed']),
  summary: z.string(),
  confirmed: z.array(z.string()),
  notConfirmed: z.array(z.string()),
});

type CheckWord = 'PASSED' | 'FAILED' | null;
type ToolWords = { digest: CheckWord; signature: CheckWord; finished: boolean; failure: string | null };

const checkWord = (stdout: string, name: string): CheckWord => {
  const found = new RegExp(`^\\s*${name} check (PASSED|FAILED)\\.\\s*$`, 'm').exec(stdout);
  return found?.[1] === 'PASSED' ? 'PASSED' : found?.[1] === 'FAILED' ? 'FAILED' : null;
};

/** The words of `cpk-tool install` that mean something. */
export function parseToolWords({ stdout, stderr }: Pick<InstallEvidence, 'stdout' | 'stderr'>): ToolWords {
  const failure = /Command failed: *(.*)$/m.exec(`${stderr}\n${stdout}`);
  return {
    digest: checkWord(stdout, 'Digest'),
    signature: checkWord(stdout, 'Signature'),
    finished: /^\s*Finished\.\s*$/m.test(stdout),
    failure: failure ? (failure[1] ?? '').trim() || 'no reason given' : null,
  };
}

/** Which part was at fault, as far as the tool's words tell. */
function explainFailure(failure: string): string {
  if (/end deployment session|end_application_deployment/i.test(failure)) {
    return 'the device refused at the end call and does not say which part: its class key is not the one the package was sealed with (was it rebooted?), or secure storage refused the image inside the package, whose own signature and version it checks. The package itself arrived whole and opens with this class key at the station';
  }
  if (/\btag\b|decrypt|authenticat|mac.?invalid|ffff3071/i.test(failure)) {
    return 'the package did not decrypt: the class key on the device is not the one it was sealed with, or the package was damaged';
  }
  if (/storage|rejected|security|ta (image|signature|version)|ffff000f/i.test(failure)) {
    return 'secure storage refused the image inside the package: its own signature or version, not the package, is at fault';
  }
  if (/start deployment session|application data/i.test(failure))
    return 'the CPM did not take the payload: it may be too large for it';
  if (/frame|magic|manifest|parse|invalid package/i.test(failure))
    return 'the tool could not read the package file';
  if (/\bkey\b|item_not_found|ffff0008/i.test(failure))
    return 'the device holds no usable class key for this package';
  return 'the tool stopped with an error';
}

const hostVerified =
  'The station verified the package signature before loading; the device did not confirm that it checked it.';
const alwaysFailed =
  'This CPM never checks signatures and compares tags before they exist, so "FAILED" is what it prints on a good install.';

type Rule = (words: ToolWords, evidence: InstallEvidence) => InstallOutcome;

const rejected = (summary: string, confirmed: readonly string[] = []): InstallOutcome => ({
  state: 'rejected',
  summary,
  confirmed,
  notConfirmed: [],
});

/** Storage read-back as lines for the outcome. */
function readBack(changed: boolean | null): Pick<InstallOutcome, 'confirmed' | 'notConfirmed'> {
  if (changed === true)
    return { confirmed: ['Secure storage changed during the install.'], notConfirmed: [] };
  const why =
    changed === null ? 'Secure storage could not be read on this box' : 'Secure storage looks unchanged';
  return { confirmed: [], notConfirmed: [`${why}, so the stored image was not confirmed by reading back.`] };
}

const toolFinished = 'The tool ran to its end without an error, tag check included.';

const bothPassed: Rule = (_words, { storageChanged }) => {
  const seen = readBack(storageChanged);
  return {
    state: 'installed',
    summary: 'Installed: the device checked digest and signature and both passed.',
    confirmed: [
      'Digest check passed on the device.',
      'Signature check passed on the device.',
      ...seen.confirmed,
    ],
    notConfirmed: seen.notConfirmed,
  };
};

/**
 * No error, ran to the end: a good install of the reference CPM. Its digest line compares the tag of the deployment
 * before: FAILED on a first install, PASSED when the same package is installed again in the same boot.
 */
const referenceFinished: Rule = (_words, { storageChanged }) => {
  const seen = readBack(storageChanged);
  const certain = storageChanged !== false;
  return {
    state: certain ? 'installed' : 'unconfirmed',
    summary: certain
      ? 'Installed: decrypted, tag accepted and stored. This CPM does not check the signature.'
      : 'Not confirmed: the tool reported no error, but secure storage did not change.',
    confirmed: [toolFinished, ...seen.confirmed],
    notConfirmed: [...seen.notConfirmed, alwaysFailed, hostVerified],
  };
};

const unknownFinished: Rule = (_words, { storageChanged }) => {
  const seen = readBack(storageChanged);
  return {
    state: storageChanged === true ? 'installed' : 'unconfirmed',
    summary:
      storageChanged === true
        ? 'Installed as far as can be seen: no error, and secure storage changed. The CPM on this box is not known to us.'
        : 'Not confirmed: both checks said FAILED and this CPM is not known, so that may be its habit or a refusal.',
    confirmed: [toolFinished, ...seen.confirmed],
    notConfirmed: [...seen.notConfirmed, hostVerified],
  };
};

const checkingFailed: Rule = ({ digest, signature }) =>
  rejected(`Rejected: the device's own checks failed (digest ${digest}, signature ${signature}).`);

const signatureFailedRules: Readonly<Record<CpmModel, Rule>> = {
  reference: referenceFinished,
  checking: checkingFailed,
  unknown: unknownFinished,
};

/**
 * The one verdict on an install.
 * @param model how the CPM on this box is known to behave
 */
export function judgeInstall(model: CpmModel, evidence: InstallEvidence): InstallOutcome {
  const words = parseToolWords(evidence);
  if (words.failure !== null) {
    return rejected(`Rejected: ${explainFailure(words.failure)}.`, [
      `The device said: ${words.failure.slice(0, 200)}`,
    ]);
  }
  if (evidence.exitStatus !== 0)
    return rejected(`Rejected: the tool ended with status ${evidence.exitStatus}.`);
  if (!words.finished || words.digest === null || words.signature === null) {
    return {
      state: 'unconfirmed',
      summary: 'Not confirmed: the tool did not print all of its result lines.',
      ...readBack(evidence.storageChanged),
    };
  }
  if (words.digest === 'PASSED' && words.signature === 'PASSED') return bothPassed(words, evidence);
  if (words.signature === 'FAILED') return signatureFailedRules[model](words, evidence);
  return checkingFailed(words, evidence);
}
