// Jobs as the screen, the command line and the store see them.

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
      readonly state: StepState | 'kept' | 'planned';
      readonly durationMs?: number;
      readonly detail?: string;
    }
  | ({
      readonly event: 'progress';
      readonly jobId: string;
      readonly port: string;
      readonly step: StepName;
    } & Progress)
  | { readonly event: 'waiting'; readonly jobId: string; readonly port: string; readonly code: string };
