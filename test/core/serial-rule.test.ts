// The udev rule, written as pkexec and sudo would let it be: the real shell, with stand-ins for the programs that ask.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  installSerialRule,
  readRuleText,
  readSerialRule,
  ruleCommand,
} from '../../electron/core/serial-rule.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const { signal } = new AbortController();
const coded = expect.objectContaining({ code: 'rule.not-written' });

/** Programs first on the PATH; each is the body of a shell script. */
async function withPrograms(programs: Record<string, string>): Promise<string> {
  const dir = await makeTempDir();
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', `${bin}:/usr/bin:/bin`);
  return dir;
}

const udevadm = 'echo "$@" >> "$(dirname "$0")/../udev.log"';
const agreeing = 'test "$1" = --disable-internal-agent && shift && exec "$@"';

describe('asked for by pkexec', () => {
  test('the rule is written whole, readable by all, and udev is told', async () => {
    const dir = await withPrograms({ pkexec: agreeing, udevadm });
    const target = join(dir, 'etc', 'udev', 'rules.d', '70-trustbox.rules');
    await installSerialRule(signal, target);
    expect(readFileSync(target, 'utf8')).toBe(readRuleText());
    expect(readdirSync(dirname(target))).toEqual(['70-trustbox.rules']);
    expect(readFileSync(join(dir, 'udev.log'), 'utf8')).toBe(
      'control --reload\ntrigger --subsystem-match=tty --action=change\n',
    );
  });

  test('the rule counts as written where udev does not run', async () => {
    const dir = await withPrograms({ pkexec: agreeing, udevadm: 'exit 1' });
    const target = join(dir, 'rules.d', '70-trustbox.rules');
    await installSerialRule(signal, target);
    expect(readFileSync(target, 'utf8')).toBe(readRuleText());
  });

  test.each([
    ['an administrator who says no', 'exit 126', /did not agree/],
    ['no dialog to ask by', 'exit 127', /did not agree/],
    ['a disk that is full', 'exit 1', /ended with 1/],
    ['a program that only says it did it', 'exit 0', /ended with 0/],
  ])('%s is told, and nothing is written', async (_title, pkexec, words) => {
    const dir = await withPrograms({ pkexec, udevadm });
    const target = join(dir, 'rules.d', '70-trustbox.rules');
    const refused = installSerialRule(signal, target);
    await expect(refused).rejects.toThrow(coded);
    await expect(refused).rejects.toThrow(words);
    expect(existsSync(target)).toBe(false);
  });

  test('without pkexec nobody is asked, and the state says so before', async () => {
    const dir = await withPrograms({});
    vi.stubEnv('PATH', join(dir, 'bin'));
    expect(readSerialRule()?.mayAsk).toBe(false);
    await expect(installSerialRule(signal, join(dir, 'x'))).rejects.toThrow(coded);
    await withPrograms({ pkexec: agreeing });
    expect(readSerialRule()?.mayAsk).toBe(true);
  });
});

test('where the rule is there already, as the deb leaves it, that is known', async () => {
  const dirs = [await makeTempDir(), await makeTempDir()];
  expect(readSerialRule(dirs)?.installedAt).toBeNull();
  const path = join(dirs[1] ?? '', '70-trustbox.rules');
  writeFileSync(path, readRuleText());
  expect(readSerialRule(dirs)?.installedAt).toBe(path);
});

test('the command that is shown writes the same rule', async () => {
  const sudo = `if test "$1" = tee; then echo "$2" >> "$(dirname "$0")/../sudo.log"; exec tee "$(dirname "$0")/../written"; fi; exec "$@"`;
  const dir = await withPrograms({ sudo, udevadm });
  const done = spawnSync('/bin/sh', ['-c', ruleCommand(readRuleText())], { encoding: 'utf8' });
  expect(done.status, done.stderr).toBe(0);
  expect(readFileSync(join(dir, 'written'), 'utf8')).toBe(readRuleText());
  expect(readFileSync(join(dir, 'sudo.log'), 'utf8')).toBe('/etc/udev/rules.d/70-trustbox.rules\n');
  expect(readFileSync(join(dir, 'udev.log'), 'utf8')).toContain('control --reload');
});
