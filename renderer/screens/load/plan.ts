// What the user has put together for a load, until it is started.
import { create } from 'zustand';
import type { Request, Response } from '../../../shared/contract/contract.ts';
import type { FileInfo, InspectionView } from '../../../shared/contract/values.ts';
import { ask, call, notifyError } from '../../actions.ts';
import { linkRequest } from '../../parts/login.tsx';

type Lint = Response<'packages.lint'>;

export type Plan = {
  readonly file: FileInfo | null;
  readonly inspection: InspectionView | null;
  readonly lint: Lint | null;
  readonly profile: string;
  readonly keyName: string;
  readonly anchor: FileInfo | null;
  readonly operator: string | null;
  readonly reason: string;
  readonly raise: boolean;
  readonly isDemo: boolean;
  readonly dryRun: Response<'load.dry-run'> | 'running' | null;
};

export const usePlan = create<Plan>()(() => ({
  file: null,
  inspection: null,
  lint: null,
  profile: 'trustbox-edge-201',
  keyName: '',
  anchor: null,
  operator: null,
  reason: '',
  raise: false,
  isDemo: false,
  dryRun: null,
}));

export const change = (part: Partial<Plan>): void =>
  usePlan.setState({ ...part, dryRun: part.dryRun ?? null });

/** Looks into the package and checks it against the profile before anything is touched. */
export async function choosePackage(file: FileInfo): Promise<void> {
  const inspection = await call('packages.inspect', { package: file.token });
  if (!inspection) return;
  change({ file, inspection, keyName: inspection.keyName ?? '', lint: null });
  await lintPlan();
}

export async function lintPlan(): Promise<void> {
  const { file, profile } = usePlan.getState();
  if (file) change({ lint: await call('packages.lint', { package: file.token, profile }) });
}

export async function chooseProfile(profile: string): Promise<void> {
  change({ profile });
  await lintPlan();
}

export function requestOf(ports: readonly string[], defaultOperator: string): Request<'load.start'> | null {
  const plan = usePlan.getState();
  if (plan.file === null || plan.keyName === '' || ports.length === 0) return null;
  const name = (plan.operator ?? defaultOperator).trim();
  const reason = plan.reason.trim();
  return {
    ...linkRequest(),
    ports: [...ports],
    package: plan.file.token,
    keyName: plan.keyName,
    anchors: plan.anchor ? [plan.anchor.token] : [],
    operator: name !== '' && reason !== '' ? { name, reason } : null,
    raiseSpeedTo: plan.raise ? 921_600 : null,
    isDemo: plan.isDemo,
  };
}

export async function dryRun(request: Request<'load.start'>): Promise<void> {
  change({ dryRun: 'running' });
  const reply = await ask('load.dry-run', request);
  if (reply.ok) usePlan.setState({ dryRun: reply.value });
  else {
    usePlan.setState({ dryRun: null });
    notifyError(reply.error);
  }
}
