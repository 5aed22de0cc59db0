// What a policy says that somebody should think about before it is signed: what no device can reach, and what is let through.
import type { Policy } from './policy.ts';
import { say } from './sentences/sentence.ts';
import { type Level, levels, type PolicyAction, policyActions } from './verdict.ts';

export type PolicyRemark = { readonly about: string; readonly text: string };

const isAtLeast = (level: Level, least: Level) => levels.indexOf(level) >= levels.indexOf(least);

/** The highest level that evidence can reach under this policy. */
function reachable({ evidence }: Policy): Level {
  if (!evidence || (evidence.anchors.length === 0 && evidence.dice.roots.length === 0)) return 'L1';
  const { implementations, optee, dice } = evidence;
  const isMeasured =
    implementations.length > 0 ||
    optee.teeMemory.length > 0 ||
    Object.keys({ ...optee.taMemory, ...optee.taShdr }).length > 0 ||
    dice.fwid.length > 0;
  if (!isMeasured) return 'L2';
  const isBinding = optee.keyBinding.length > 0 || implementations.some(({ keyBinding }) => keyBinding);
  return isBinding ? 'L4' : 'L3';
}

function judgeAction(policy: Policy, action: PolicyAction): PolicyRemark[] {
  const rule = policy.actions[action];
  if (!rule) return [{ about: action, text: say('remark.no-rule') }];
  const highest = reachable(policy);
  const remarks: PolicyRemark[] = [];
  if (!isAtLeast(highest, rule.minimumLevel))
    remarks.push({
      about: action,
      text: say('remark.out-of-reach', { needed: rule.minimumLevel, level: highest }),
    });
  if (rule.allowL0WithReason && isAtLeast(rule.minimumLevel, 'L2'))
    remarks.push({
      about: action,
      text: say('remark.reason-passes', { needed: rule.minimumLevel }),
    });
  if (action === 'release-class-key' && ['L2', 'L3'].includes(rule.minimumLevel))
    remarks.push({
      about: action,
      text: say('remark.not-bound', { needed: rule.minimumLevel }),
    });
  return remarks;
}

/** Pure; an empty list means nothing to remark. */
export function lintPolicy(policy: Policy, now: Date): PolicyRemark[] {
  const remarks = policyActions.flatMap((action) => judgeAction(policy, action));
  if (policy.notAfter && now.getTime() > Date.parse(policy.notAfter))
    remarks.push({
      about: 'notAfter',
      text: say('remark.ran-out', { at: policy.notAfter }),
    });
  if (policy.evidence?.allowTestKeys)
    remarks.push({
      about: 'evidence',
      text: say('remark.test-keys'),
    });
  for (const { implementationId, mustInclude } of policy.evidence?.implementations ?? [])
    if (mustInclude.length === 0)
      remarks.push({
        about: implementationId.slice(0, 16),
        text: say('remark.must-include'),
      });
  return remarks;
}
