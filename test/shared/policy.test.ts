import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { decide, maxPolicyChars, parsePolicy } from '../../shared/policy.ts';
import { levels } from '../../shared/verdict.ts';
import { policyOf, testNow } from '../helpers/verdicts.ts';

const defaultJson = readFileSync(
  resolve(import.meta.dirname, '../../resources/policies/default.json'),
  'utf8',
);
const operator = { name: 'Ada', reason: 'first box of the site' };
const facts = { level: 'L0', rejections: [], operator: null, now: testNow } as const;
const release = (policy: Parameters<typeof decide>[0], changes: object = {}) =>
  decide(policy, 'release-class-key', { ...facts, ...changes });

describe('the policy file', () => {
  test('that is shipped is sound', () => {
    expect(parsePolicy(defaultJson).policy.actions['release-class-key']).toEqual({
      minimumLevel: 'L1',
      allowL0WithReason: true,
    });
  });

  test('has the same hash whatever its layout, another one when a rule changes', () => {
    const reordered = JSON.stringify(
      Object.fromEntries(Object.entries(JSON.parse(defaultJson) as object).reverse()),
    );
    expect(parsePolicy(reordered).hash).toBe(parsePolicy(defaultJson).hash);
    expect(parsePolicy(defaultJson.replace('"L1"', '"L2"')).hash).not.toBe(parsePolicy(defaultJson).hash);
  });

  test.each([
    ['not JSON', '{', 'not JSON'],
    ['an unknown field', '{"policy":1,"name":"x","version":1,"actions":{},"x":1}', 'root'],
    ['another version', '{"policy":2,"name":"x","version":1,"actions":{}}', 'policy'],
    ['no name', '{"policy":1,"version":1,"actions":{}}', 'name'],
    [
      'an unknown action',
      '{"policy":1,"name":"x","version":1,"actions":{"relase":{"minimumLevel":"L1"}}}',
      'actions',
    ],
    [
      'an unknown level',
      '{"policy":1,"name":"x","version":1,"actions":{"register":{"minimumLevel":"L9"}}}',
      'actions.register.minimumLevel',
    ],
    ['a date that is none', '{"policy":1,"name":"x","version":1,"actions":{},"notAfter":"soon"}', 'notAfter'],
    [
      'an action stated twice',
      '{"policy":1,"name":"x","version":1,"actions":{"register":{"minimumLevel":"L4"},"register":{"minimumLevel":"L0"}}}',
      'duplicate',
    ],
    ['more text than any policy needs', ' '.repeat(maxPolicyChars + 1), 'longer'],
  ])('with %s is refused, naming the field', (_name, json, said) => {
    expect(() => parsePolicy(json)).toThrow(
      expect.objectContaining({ code: 'policy.invalid', message: expect.stringContaining(said) }),
    );
  });

  test('of garbage gives only refusals', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parsePolicy(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'policy.invalid' });
          expect(error).toBeInstanceOf(ProvisionerError);
        }
      }),
    );
  });
});

describe('a decision', () => {
  const l1OrReason = policyOf({ minimumLevel: 'L1', allowL0WithReason: true });

  test('is no for an action the policy does not name', () => {
    for (const level of levels) expect(release(policyOf(null), { level, operator }).allowed).toBe(false);
  });

  test('is yes exactly from the minimum level on', () => {
    for (const minimumLevel of levels) {
      const said = levels.map((level) => release(policyOf({ minimumLevel }), { level }).allowed);
      expect(said).toEqual(levels.map((level) => level >= minimumLevel));
    }
  });

  test('at L0 needs a name and a reason', () => {
    expect(release(l1OrReason).allowed).toBe(false);
    expect(release(l1OrReason, { operator }).allowed).toBe(true);
    expect(release(l1OrReason, { operator: { name: ' ', reason: 'because' } }).allowed).toBe(false);
    expect(release(l1OrReason, { operator: { name: 'Ada', reason: '' } }).allowed).toBe(false);
  });

  test('at L0 with a reason is no where the policy does not say so', () => {
    expect(release(policyOf({ minimumLevel: 'L1' }), { operator }).allowed).toBe(false);
  });

  test('is no when anything was rejected, whatever the level and the operator', () => {
    const found = release(l1OrReason, { level: 'L1', operator, rejections: ['factory-mismatch'] });
    expect(found).toEqual({ allowed: false, why: expect.stringContaining('factory list') });
  });

  test('is "cannot verify" when the policy ran out', () => {
    const stale = policyOf({ minimumLevel: 'L0' }, { notAfter: '2026-11-23T09:59:59Z' });
    expect(release(stale, { level: 'L4', operator })).toEqual({
      allowed: false,
      why: expect.stringContaining('Cannot verify'),
    });
    const fresh = policyOf({ minimumLevel: 'L0' }, { notAfter: '2026-11-23T10:00:00Z' });
    expect(release(fresh).allowed).toBe(true);
  });
});

describe('the evidence section', () => {
  const withEvidence = (evidence: object) => JSON.stringify({ ...JSON.parse(defaultJson), evidence });

  test('is hashed as it is written', () => {
    const short = parsePolicy(withEvidence({ accept: ['kat'] }));
    const spelled = parsePolicy(withEvidence({ accept: ['kat'], allowTestKeys: false }));
    expect(short.policy.evidence).toEqual(spelled.policy.evidence);
    expect(short.hash).not.toBe(spelled.hash);
    expect(short.hash).not.toBe(parsePolicy(defaultJson).hash);
  });

  test('names the field that is wrong', () => {
    expect(() => parsePolicy(withEvidence({ accept: ['kat'], algorithms: ['HS256'] }))).toThrow(
      'evidence.algorithms',
    );
    expect(() => parsePolicy(withEvidence({ accept: [] }))).toThrow('evidence.accept');
  });
});
