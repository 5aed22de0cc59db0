// One store: what the engine told, and what the user has open. Changed by the plain functions of actions.ts alone.
import { create } from 'zustand';
import type { LineState, StationState } from '../shared/contract/contract.ts';
import type { DeviceCard, ErrorData, JobView, LinkView } from '../shared/contract/values.ts';
import type { JobReturn } from '../shared/job.ts';

export const screens = [
  'devices',
  'packages',
  'load',
  'line',
  'keys',
  'outbox',
  'records',
  'diagnose',
  'settings',
] as const;
export type Screen = (typeof screens)[number];

export type StepProgress = {
  readonly step: string;
  readonly state: string;
  readonly detail: string | null;
  readonly durationMs: number | null;
};

/** A job as its events tell it, since this page was opened. */
export type JobProgress = {
  readonly jobId: string;
  readonly port: string;
  readonly state: string;
  readonly steps: readonly StepProgress[];
  /** What is being sent now; times are performance.now() milliseconds. */
  readonly transfer: {
    readonly step: string;
    readonly sentBytes: number;
    readonly totalBytes: number;
    readonly retries: number;
    readonly startedMs: number;
    readonly startedBytes: number;
    readonly nowMs: number;
  } | null;
  readonly waitingFor: string | null;
  /** When the device was away and the job went on: lines of its log. */
  readonly returns: readonly JobReturn[];
};

export type Notice = {
  readonly id: number;
  readonly kind: 'error' | 'done';
  readonly text: string;
  readonly error: ErrorData | null;
};

export type Desk = {
  readonly isConnected: boolean;
  readonly station: StationState | null;
  readonly devices: readonly DeviceCard[];
  /** By port. */
  readonly links: Readonly<Record<string, LinkView>>;
  readonly jobs: readonly JobView[];
  readonly progress: Readonly<Record<string, JobProgress>>;
  readonly line: LineState | null;
  readonly building: {
    readonly phase: string;
    readonly doneBytes: number;
    readonly totalBytes: number;
  } | null;
  readonly screen: Screen;
  /** Ports chosen for a load or a diagnosis, from the devices screen. */
  readonly chosenPorts: readonly string[];
  readonly notices: readonly Notice[];
  /** Of a second lock that was just switched on; shown until it is written down, then forgotten. */
  readonly recoveryCode: string | null;
};

export const useDesk = create<Desk>()(() => ({
  isConnected: false,
  station: null,
  devices: [],
  links: {},
  jobs: [],
  progress: {},
  line: null,
  building: null,
  screen: 'devices',
  chosenPorts: [],
  notices: [],
  recoveryCode: null,
}));
