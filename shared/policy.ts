// The policy: which level each action needs. JSON, checked, hashed into every record. What it does not allow is denied;
// a policy that has run out allows nothing ("cannot verify", never pass).
import { z } from 'zod';
import { evidencePolicySchema } from './attestation/evidence-policy.ts';
import { digestCanonical } from './canonical-json.ts';
import { parseStrictJson } from './cpk/strict-json.ts';
import { ProvisionerError } from './errors/error.ts';
import { say } from './sentences/sentence.ts';
import {
  type Decision,
  type Level,
  levels,
  type OperatorStatement,
  type PolicyAction,
  policyActions,
  type Rejection,
  rejections,
} from './verdict.ts';

const rule = z.strictObject({
  minimumLevel: z.enum(levels),
  /** L0 passes when an operator gives name and reason. */
  allowL0WithReason: z.boolean().default(false),
});

/** Of the line lead, in the file itself, so that a policy is not carried without it (policy-signature.ts). */
const signature = z.strictObject({
  publicKey: z.string().regex(/^[0-9a-f]{64}$/),
  signedBy: z.string().trim().min(1).max(200),
  at: z.iso.datetime(),
  value: z.string().regex(/^[0-9a-f]{128}$/),
});

const policySchema = z.strictObject({
  policy: z.literal(1),
  name: z.string().min(1).max(100),
  version: z.number().int().min(1),
  notAfter: z.iso.datetime().optional(),
  actions: z.partialRecord(z.enum(policyActions), rule),
  /** Whose evidence is believed, and what it must say. */
  evidence: evidencePolicySchema.optional(),
});

export type Policy = z.infer<typeof policySchema>;
export type PolicySignature = z.infer<typeof signature>;
export type LoadedPolicy = {
  readonly policy: Policy;
  /** Of the policy without its signature. */
  readonly hash: string;
  /** Not verified here. */
  readonly signature: PolicySignature | null;
  /** As it was read. */
  readonly json: string;
};

/** Room for ten thousand anchors. */
export const maxPolicyChars = 4 * 1024 * 1024;

const invalid = (said: string, cause?: unknown) =>
  new ProvisionerError('policy.invalid', said, cause === undefined ? {} : { cause });

/** A rule stated twice would be decided by the last one: duplicate keys are refused. */
function parseJson(json: string): unknown {
  try {
    return parseStrictJson(json);
  } catch (cause) {
    throw invalid(cause instanceof ProvisionerError ? cause.message : 'not JSON', cause);
  }
}

/** @throws policy.invalid naming the field */
export function parsePolicy(json: string): LoadedPolicy {
  if (json.length > maxPolicyChars) throw invalid(`longer than ${maxPolicyChars} characters`);
  const value = parseJson(json);
  const parsed = z.strictObject({ ...policySchema.shape, signature: signature.optional() }).safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`${issue?.path.join('.') || '(root)'}: ${issue?.message ?? 'not understood'}`);
  }
  const { signature: signed = null, ...policy } = parsed.data;
  const hash = digestCanonical('trustbox/policy/1', asWritten(value, policy));
  return { policy, hash, signature: signed, json };
}

/** The evidence section is hashed as it is written: a default that a later program adds changes no hash. */
function asWritten(value: unknown, policy: Policy): Policy {
  return policy.evidence ? { ...policy, evidence: (value as Policy).evidence } : policy;
}

type Facts = {
  readonly level: Level;
  readonly rejections: readonly Rejection[];
  readonly operator: OperatorStatement | null;
  readonly now: Date;
};

/** Somebody, and a reason: blanks are neither. */
const isNamed = (operator: OperatorStatement | null): operator is OperatorStatement =>
  operator !== null && operator.name.trim() !== '' && operator.reason.trim() !== '';

const deny = (why: string): Decision => ({ allowed: false, why });

/** What the policy says to one action. Pure. */
export function decide({ policy }: LoadedPolicy, action: PolicyAction, facts: Facts): Decision {
  const first = facts.rejections[0];
  if (first) return deny(rejections[first]);
  if (policy.notAfter && facts.now.getTime() > Date.parse(policy.notAfter)) {
    return deny(say('decision.policy-expired', { policy: policy.name, at: policy.notAfter }));
  }
  const wanted = policy.actions[action];
  if (!wanted) return deny(say('decision.not-in-policy', { policy: policy.name, action }));
  const asked = { level: facts.level, needed: wanted.minimumLevel };
  if (levels.indexOf(facts.level) >= levels.indexOf(wanted.minimumLevel))
    return { allowed: true, why: say('decision.enough', asked) };
  if (facts.level === 'L0' && wanted.allowL0WithReason) {
    return isNamed(facts.operator)
      ? { allowed: true, why: say('decision.by-operator', facts.operator) }
      : deny(say('decision.needs-reason', asked));
  }
  return deny(say('decision.too-low', asked));
}

export const decideAll = (policy: LoadedPolicy, facts: Facts): Record<PolicyAction, Decision> => ({
  register: decide(policy, 'register', facts),
  'load-package': decide(policy, 'load-package', facts),
  'release-class-key': decide(policy, 'release-class-key', facts),
});
