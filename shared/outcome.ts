// Judges an install from everything the device's tool printed and from what the box lets us read back, for the CPM
// at hand. Exit status alone is never success: cpk-tool exits 0 when its checks print FAILED, and against the
// reference CPM both checks print FAILED on a good install (facts, package-and-device sections 2 and 3).
import { z } from 'zod';
import type { CpmModel } from './device.ts';
import { say } from './sentences/sentence.ts';

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
    return say('outcome.end-call');
  }
  if (/\btag\b|decrypt|authenticat|mac.?invalid|ffff3071/i.test(failure)) {
    return say('outcome.not-decrypted');
  }
  if (/storage|rejected|security|ta (image|signature|version)|ffff000f/i.test(failure)) {
    return say('outcome.storage-refused');
  }
  if (/start deployment session|application data/i.test(failure)) return say('outcome.payload-refused');
  if (/frame|magic|manifest|parse|invalid package/i.test(failure)) return say('outcome.unreadable');
  if (/\bkey\b|item_not_found|ffff0008/i.test(failure)) return say('outcome.no-key');
  return say('outcome.tool-error');
}

const hostVerified = say('outcome.host-verified');
const alwaysFailed = say('outcome.always-failed');

type Rule = (words: ToolWords, evidence: InstallEvidence) => InstallOutcome;

const rejected = (summary: string, confirmed: readonly string[] = []): InstallOutcome => ({
  state: 'rejected',
  summary,
  confirmed,
  notConfirmed: [],
});

/** Storage read-back as lines for the outcome. */
function readBack(changed: boolean | null): Pick<InstallOutcome, 'confirmed' | 'notConfirmed'> {
  if (changed === true) return { confirmed: [say('outcome.storage-changed')], notConfirmed: [] };
  const why = changed === null ? 'outcome.storage-unread' : 'outcome.storage-unchanged';
  return { confirmed: [], notConfirmed: [say(why)] };
}

const toolFinished = say('outcome.tool-finished');

const bothPassed: Rule = (_words, { storageChanged }) => {
  const seen = readBack(storageChanged);
  return {
    state: 'installed',
    summary: say('outcome.both-passed'),
    confirmed: [say('outcome.digest-passed'), say('outcome.signature-passed'), ...seen.confirmed],
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
    summary: certain ? say('outcome.reference-installed') : say('outcome.reference-unconfirmed'),
    confirmed: [toolFinished, ...seen.confirmed],
    notConfirmed: [...seen.notConfirmed, alwaysFailed, hostVerified],
  };
};

const unknownFinished: Rule = (_words, { storageChanged }) => {
  const seen = readBack(storageChanged);
  return {
    state: storageChanged === true ? 'installed' : 'unconfirmed',
    summary: storageChanged === true ? say('outcome.unknown-installed') : say('outcome.unknown-unconfirmed'),
    confirmed: [toolFinished, ...seen.confirmed],
    notConfirmed: [...seen.notConfirmed, hostVerified],
  };
};

const checkingFailed: Rule = ({ digest, signature }) =>
  rejected(say('outcome.own-checks-failed', { digest: String(digest), signature: String(signature) }));

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
    return rejected(say('outcome.rejected', { why: explainFailure(words.failure) }), [
      say('outcome.device-said', { said: words.failure.slice(0, 200) }),
    ]);
  }
  if (evidence.exitStatus !== 0)
    return rejected(
      say('outcome.rejected', { why: say('outcome.tool-status', { status: evidence.exitStatus }) }),
    );
  if (!words.finished || words.digest === null || words.signature === null) {
    return {
      state: 'unconfirmed',
      summary: say('outcome.no-result-lines'),
      ...readBack(evidence.storageChanged),
    };
  }
  if (words.digest === 'PASSED' && words.signature === 'PASSED') return bothPassed(words, evidence);
  if (words.signature === 'FAILED') return signatureFailedRules[model](words, evidence);
  return checkingFailed(words, evidence);
}
