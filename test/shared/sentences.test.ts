// The sentences of the engine: said, and read back as themselves.
import { describe, expect, test } from 'vitest';
import type { Appraisal } from '../../shared/appraise.ts';
import { judgeInstall } from '../../shared/outcome.ts';
import { fill, holesOf, readSentence, say, sentences } from '../../shared/sentences/sentence.ts';
import { sampleValues } from '../helpers/sentence-values.ts';
import { appraise, baseAppraisal, policyOf, testIdentity, testNow } from '../helpers/verdicts.ts';

const all = Object.entries(sentences);

test('each sentence is read back as itself and no other, with what stood in it', () => {
  for (const [key, template] of all) {
    const values = sampleValues(template);
    expect(readSentence(fill(template, values)), key).toEqual({ key, values });
  }
  expect(all.length).toBeGreaterThan(100);
});

test('what is in a sentence may be a sentence again', () => {
  const reading = say('reading.unchanged', { at: '2026-11-24T00:00:00.000Z' });
  const said = readSentence(say('step.judged', { level: 'L0', reading }));
  expect(said).toEqual({ key: 'step.judged', values: { level: 'L0', reading } });
  expect(readSentence(said?.values.reading ?? '')?.key).toBe('reading.unchanged');
});

test('any other text is none', () => {
  const others = [
    '',
    'L0',
    'First time',
    'L7: x',
    'x bytes belong to no stream',
    `a${'b'.repeat(5000)} MB free`,
  ];
  for (const text of others) expect(readSentence(text), text).toBeNull();
});

test('a text that fits no hole is left as a hole', () => {
  expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}');
  expect(holesOf('{a} and {b}')).toEqual(['a', 'b']);
});

describe('what the engine says is in the table', () => {
  const models = ['reference', 'checking', 'unknown'] as const;
  const checks = ['PASSED', 'FAILED'] as const;
  const failures = [
    'end deployment session',
    'tag',
    'storage',
    'start deployment session',
    'frame',
    'key',
    'x',
  ];
  const endings = [
    ...checks.flatMap((digest) =>
      checks.map((signature) => `Digest check ${digest}.\nSignature check ${signature}.\nFinished.\n`),
    ),
    'Finished.\n',
    ...failures.map((failure) => `Command failed: ${failure}\n`),
  ];

  test('of an install', () => {
    let seen = 0;
    for (const model of models)
      for (const stdout of endings)
        for (const storageChanged of [true, false, null])
          for (const exitStatus of [0, 3]) {
            const outcome = judgeInstall(model, { stdout, stderr: '', exitStatus, storageChanged });
            for (const text of [outcome.summary, ...outcome.confirmed, ...outcome.notConfirmed]) {
              expect(readSentence(text), text).not.toBeNull();
              seen += 1;
            }
          }
    expect(seen).toBeGreaterThan(400);
  });

  const { fingerprint } = baseAppraisal.publicKey;
  const at = testNow.toISOString();
  const seen = {
    serial: 'TBE201-0002',
    fingerprint: 'c'.repeat(64),
    bootId: 'boot-1',
    port: '/dev/tty',
    at,
    level: 'L0',
  };
  const appraisals: Readonly<Record<string, Partial<Appraisal>>> = {
    'first seen': {},
    unchanged: { history: [{ ...seen, fingerprint }] },
    'on two devices': { elsewhere: seen },
    'changed in one boot': { history: [seen] },
    'changed with a reboot': { history: [{ ...seen, bootId: 'boot-0' }] },
    'changed, boot unknown': { history: [{ ...seen, bootId: null }] },
    listed: { listedFingerprint: fingerprint },
    pinned: { pinnedFingerprint: fingerprint },
    'of no serial number': { identity: { ...testIdentity, serialNumber: null } },
    'accepted by an operator': { operator: { name: 'Ada', reason: 'first box of the site' } },
    'under a policy that ran out': {
      policy: policyOf({ minimumLevel: 'L0' }, { notAfter: '2020-01-01T00:00:00Z' }),
    },
    'under a stricter policy': { policy: policyOf({ minimumLevel: 'L3' }), pinnedFingerprint: fingerprint },
    'under a lax policy': { policy: policyOf({ minimumLevel: 'L0' }) },
  };

  test.each(Object.entries(appraisals))('of a key %s', (_name, changes) => {
    const { proven, notProven, reading, decisions } = appraise(changes);
    const whys = Object.values(decisions).map(({ why }) => why);
    for (const text of [...proven, ...notProven, reading.text, ...whys])
      expect(readSentence(text), text).not.toBeNull();
  });
});
