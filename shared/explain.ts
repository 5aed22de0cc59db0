// Why a policy said yes or no: each action with what it needs, what the record had, and the rule that decided. Pure; for
// the command line and the screen.
import { decideAll, type LoadedPolicy } from './policy.ts';
import {
  type Level,
  levelNames,
  levels,
  type OperatorStatement,
  type PolicyAction,
  policyActions,
  type Rejection,
} from './verdict.ts';

export type Judged = {
  readonly level: Level;
  readonly rejections: readonly Rejection[];
  readonly operator: OperatorStatement | null;
  /** When it was judged. */
  readonly at: Date;
};

export type Explained = {
  readonly action: PolicyAction;
  /** Null: the policy has no rule, which refuses every device. */
  readonly needs: Level | null;
  readonly allowsL0: boolean;
  readonly allowed: boolean;
  readonly why: string;
};

/** One line for each action, by the rules of that policy at that time. */
export function explainPolicy(
  loaded: LoadedPolicy,
  { level, rejections, operator, at }: Judged,
): Explained[] {
  const decisions = decideAll(loaded, { level, rejections, operator, now: at });
  return policyActions.map((action) => ({
    action,
    needs: loaded.policy.actions[action]?.minimumLevel ?? null,
    allowsL0: loaded.policy.actions[action]?.allowL0WithReason === true,
    ...decisions[action],
  }));
}

/** A level as a receipt has it. */
export const parseLevel = (text: string): Level => levels.find((level) => level === text) ?? 'L0';

export const nameLevel = (level: Level): string => `${level} ${levelNames[level]}`;
