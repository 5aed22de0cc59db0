// What a technician does next with what is plugged in here. Pure.
import type { DeviceCard } from '../../../shared/contract/values.ts';
import type { PolicyAction } from '../../../shared/verdict.ts';
import type { WordKey } from '../../words/words.ts';

export type NextStep =
  | { readonly kind: 'busy' | 'read' | 'load'; readonly word: WordKey }
  | { readonly kind: 'stop' | 'reason'; readonly word: WordKey; readonly why: string };

const needed: readonly PolicyAction[] = ['register', 'load-package', 'release-class-key'];

/** An alarm or a refusal comes before everything; a key that nothing backs passes with a reason where the policy says so. */
export function nextStepOf({ jobId, verdict }: DeviceCard): NextStep {
  if (jobId !== null) return { kind: 'busy', word: 'devices.next.busy' };
  if (verdict === null) return { kind: 'read', word: 'devices.unread.next' };
  const [rejection] = verdict.rejections;
  if (rejection) return { kind: 'stop', word: 'devices.next.stop', why: rejection.text };
  if (verdict.reading.isAlarm) return { kind: 'stop', word: 'devices.next.alarm', why: verdict.reading.text };
  const refused = needed.map((action) => verdict.decisions[action]).find((decision) => !decision?.allowed);
  if (!refused) return { kind: 'load', word: 'devices.next.load' };
  return verdict.level === 'L0'
    ? { kind: 'reason', word: 'devices.next.reason', why: refused.why }
    : { kind: 'stop', word: 'devices.next.stop', why: refused.why };
}
