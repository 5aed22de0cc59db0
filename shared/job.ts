// Jobs as the screen, the command line and the store see them.
import type { ErrorCode } from './errors/error.ts';

export type JobState = 'pending' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
export type StepState = 'running' | 'done' | 'failed';

/** The steps of a load, in order, with their names for people. `permanent`: the device keeps what it does. */
export const loadSteps = {
  preflight: { title: 'Check package, key and policy before touching the device', permanent: false },
  connect: { title: 'Open the link and log in', permanent: false },
  read: { title: 'Read identity and public key', permanent: false },
  judge: { title: 'Judge the key', permanent: false },
  register: { title: 'Record the device for registration', permanent: false },
  send: { title: 'Send the package', permanent: false },
  'install-key': { title: 'Give the wrapped class key to the device', permanent: false },
  install: { title: 'Install the package', permanent: true },
  'clean-up': { title: 'Remove the staged file', permanent: false },
  receipt: { title: 'Sign and file the receipt', permanent: false },
} as const;

export type StepName = keyof typeof loadSteps;

export type Progress = { readonly sentBytes: number; readonly totalBytes: number; readonly retries: number };

/** What a running job tells whoever watches; each is one line under `--json`. */
export type JobEvent =
  | { readonly event: 'job'; readonly jobId: string; readonly port: string; readonly state: JobState }
  | {
      readonly event: 'step';
      readonly jobId: string;
      readonly port: string;
      readonly step: StepName;
      /** `interrupted`: the link was lost, and the job looks for it again. */
      readonly state: StepState | 'kept' | 'planned' | 'interrupted';
      readonly durationMs?: number;
      readonly detail?: string;
    }
  | ({
      readonly event: 'progress';
      readonly jobId: string;
      readonly port: string;
      readonly step: StepName;
    } & Progress)
  | { readonly event: 'waiting'; readonly jobId: string; readonly port: string; readonly code: string }
  | {
      /** The device is back and the job went on: no alarm, a line in its log. */
      readonly event: 'back';
      readonly jobId: string;
      readonly port: string;
      /** What had been lost: see linkLossCodes. */
      readonly code: string;
      /** From the loss until the port was there again. */
      readonly awayMs: number;
      /** Where a transfer went on; null: nothing was being sent. */
      readonly sentBytes: number | null;
      readonly totalBytes: number | null;
    };

/** The device went away and may come back: a job looks for it again instead of giving up. */
const linkLossCodes: readonly ErrorCode[] = [
  'port.lost',
  'port.not-found',
  'console.rebooted',
  'agent.silent',
  'agent.restarted',
  'job.device-rebooted',
];
export const isLinkLoss = (code: ErrorCode): boolean => linkLossCodes.includes(code);

/** "port back after 3.2 s, went on at 41 %", for a log and a terminal. */
export function describeReturn({ code, awayMs, sentBytes, totalBytes }: JobReturn): string {
  const isCable = code === 'port.lost' || code === 'port.not-found';
  const seconds = (awayMs / 1000).toFixed(1);
  const what = isCable ? `port back after ${seconds} s` : 'the device is back after a restart';
  return sentBytes === null || !totalBytes
    ? `${what}, went on`
    : `${what}, went on at ${Math.floor((100 * sentBytes) / totalBytes)} %`;
}
export type JobReturn = Pick<
  Extract<JobEvent, { event: 'back' }>,
  'code' | 'awayMs' | 'sentBytes' | 'totalBytes'
>;
