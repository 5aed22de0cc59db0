import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeInstall, parseToolWords } from '../../shared/outcome.ts';

const said = (digest: string, signature: string, tail = 'Finished.') =>
  `Opening package...\nVerifying...\n    Digest check ${digest}.\n    Signature check ${signature}.\n${tail}\n`;

const run = (stdout: string, over: object = {}) => ({
  stdout,
  stderr: '',
  exitStatus: 0,
  storageChanged: true,
  ...over,
});

test('the reference CPM prints FAILED twice on a good install, and that is said in words', () => {
  const outcome = judgeInstall('reference', run(said('FAILED', 'FAILED')));
  expect(outcome.state).toBe('installed');
  expect(outcome.notConfirmed.join(' ')).toContain('never checks signatures');
});

test('the reference CPM with unchanged storage is not called installed', () => {
  expect(judgeInstall('reference', run(said('FAILED', 'FAILED'), { storageChanged: false })).state).toBe(
    'unconfirmed',
  );
});

test('the reference CPM whose storage cannot be read says what was not confirmed', () => {
  const outcome = judgeInstall('reference', run(said('FAILED', 'FAILED'), { storageChanged: null }));
  expect(outcome.state).toBe('installed');
  expect(outcome.notConfirmed[0]).toContain('could not be read');
});

test('a checking CPM installs only when both checks passed', () => {
  expect(judgeInstall('checking', run(said('PASSED', 'PASSED'))).state).toBe('installed');
  expect(judgeInstall('checking', run(said('PASSED', 'FAILED'))).state).toBe('rejected');
  expect(judgeInstall('checking', run(said('FAILED', 'PASSED'))).state).toBe('rejected');
  expect(judgeInstall('checking', run(said('FAILED', 'FAILED'))).state).toBe('rejected');
});

test('the reference CPM prints PASSED for the digest when the same package is installed again', () => {
  expect(judgeInstall('reference', run(said('PASSED', 'FAILED'))).state).toBe('installed');
});

test('a failure at the end call, which the tool does not explain, names what is left', () => {
  const over = {
    stderr: '[ERROR] Command failed: Failed to end deployment session. (CpmError(EndApplicationDeployment))',
    exitStatus: 1,
  };
  const outcome = judgeInstall('reference', run('', over));
  expect(outcome.state).toBe('rejected');
  expect(outcome.summary).toMatch(/class key.*secure storage/s);
});

test('an unknown CPM that says FAILED is unconfirmed unless storage changed', () => {
  expect(judgeInstall('unknown', run(said('FAILED', 'FAILED'), { storageChanged: null })).state).toBe(
    'unconfirmed',
  );
  expect(judgeInstall('unknown', run(said('FAILED', 'FAILED'))).state).toBe('installed');
});

test('exit 0 with cut-off output is not success', () => {
  expect(judgeInstall('reference', run(said('FAILED', 'FAILED', ''))).state).toBe('unconfirmed');
  expect(judgeInstall('checking', run('Opening package...\n')).state).toBe('unconfirmed');
});

test('an error on standard error rejects whatever the exit status', () => {
  const over = { stderr: 'Command failed: tag mismatch', exitStatus: 0 };
  const outcome = judgeInstall('checking', run(said('PASSED', 'PASSED'), over));
  expect(outcome.state).toBe('rejected');
  expect(outcome.summary).toContain('class key');
});

test('a storage refusal blames the image, not the package', () => {
  const over = { stderr: 'Command failed: storage refused the image', exitStatus: 1 };
  expect(judgeInstall('reference', run('', over)).summary).toContain('image inside the package');
});

test('a non-zero exit without words is a rejection', () => {
  expect(judgeInstall('reference', run(said('FAILED', 'FAILED'), { exitStatus: 137 })).state).toBe(
    'rejected',
  );
});

test('garbage is never called installed by a checking or unknown CPM without the words', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (stdout, stderr) => {
      fc.pre(!/check PASSED/.test(stdout));
      expect(judgeInstall('checking', run(stdout, { stderr })).state).not.toBe('installed');
      expect(parseToolWords({ stdout, stderr }).digest).not.toBe('PASSED');
    }),
  );
});
