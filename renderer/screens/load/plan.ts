// What the user has put together for a load, until it is started.
import { create } from 'zustand';
import type { Request, Response } from '../../../shared/contract/contract.ts';
import type { ErrorData, FileInfo, InspectionView } from '../../../shared/contract/values.ts';
import { ask, call } from '../../actions.ts';
import { linkRequest } from '../../parts/login.tsx';

type Lint = Response<'packages.lint'>;

/** A check without writing, and what exactly was checked: for anything else it says nothing. */
export type Checked =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly of: string }
  | { readonly kind: 'refused'; readonly of: string; readonly error: ErrorData }
  | { readonly kind: 'done'; readonly of: string; readonly results: Response<'load.dry-run'> };

export type Plan = {
  readonly file: FileInfo | null;
  readonly inspection: InspectionView | null;
  /** Why the file that was chosen last is not a package. */
  readonly refusal: ErrorData | null;
  readonly lint: Lint | null;
  readonly profile: string;
  readonly keyName: string;
  readonly anchors: readonly FileInfo[];
  readonly operator: string | null;
  readonly reason: string;
  readonly raise: boolean;
  readonly isDemo: boolean;
  readonly checked: Checked;
};

export const usePlan = create<Plan>()(() => ({
  file: null,
  inspection: null,
  refusal: null,
  lint: null,
  profile: 'trustbox-edge-201',
  keyName: '',
  anchors: [],
  operator: null,
  reason: '',
  raise: false,
  isDemo: false,
  checked: { kind: 'none' },
}));

export const change = (part: Partial<Plan>): void => usePlan.setState(part);

/** Looks into the package and checks it against the profile before anything is touched. */
export async function choosePackage(file: FileInfo): Promise<void> {
  const reply = await ask('packages.inspect', { package: file.token });
  if (!reply.ok) {
    change({ file: null, inspection: null, lint: null, keyName: '', refusal: reply.error });
    return;
  }
  change({ file, inspection: reply.value, keyName: reply.value.keyName ?? '', lint: null, refusal: null });
  await lintPlan();
}

export async function lintPlan(): Promise<void> {
  const { file, profile } = usePlan.getState();
  if (file === null) return;
  const lint = await call('packages.lint', { package: file.token, profile });
  const now = usePlan.getState();
  if (now.file?.token === file.token && now.profile === profile) change({ lint });
}

export async function chooseProfile(profile: string): Promise<void> {
  change({ profile, lint: null });
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
    anchors: plan.anchors.map(({ token }) => token),
    operator: name !== '' && reason !== '' ? { name, reason } : null,
    raiseSpeedTo: plan.raise ? 921_600 : null,
    isDemo: plan.isDemo,
  };
}

/** Names a request, so that an answer is shown for no other; kept in memory like the request itself. */
export const nameOf = (request: Request<'load.start'> | null): string => JSON.stringify(request);

export async function dryRun(request: Request<'load.start'>): Promise<void> {
  const of = nameOf(request);
  change({ checked: { kind: 'running', of } });
  const reply = await ask('load.dry-run', request);
  const { checked } = usePlan.getState();
  if (checked.kind !== 'running' || checked.of !== of) return;
  change({
    checked: reply.ok
      ? { kind: 'done', of, results: reply.value }
      : { kind: 'refused', of, error: reply.error },
  });
}
