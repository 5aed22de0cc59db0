// The agent's systemd unit and udev rule: as hardened as the page says, and about the program that is really there.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAgentOptions } from '../../device/agent/options.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const dir = 'resources/agent';
const unitName = 'trustbox-agent@.service';
const unit = readFileSync(join(dir, unitName), 'utf8');
const lines = unit.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const settings = lines.filter((line) => !line.startsWith('['));
const valuesOf = (key: string) =>
  settings.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));

const isThere = (program: string) => spawnSync(program, ['--version']).error === undefined;

describe('the unit', () => {
  test.each([
    ['NoNewPrivileges', 'yes'],
    ['CapabilityBoundingSet', ''],
    ['AmbientCapabilities', ''],
    ['ProtectSystem', 'strict'],
    ['ProtectHome', 'yes'],
    ['ProtectKernelTunables', 'yes'],
    ['ProtectKernelModules', 'yes'],
    ['ProtectKernelLogs', 'yes'],
    ['ProtectControlGroups', 'yes'],
    ['ProtectProc', 'invisible'],
    ['PrivateTmp', 'yes'],
    ['PrivateNetwork', 'yes'],
    ['RestrictAddressFamilies', 'AF_UNIX'],
    ['RestrictNamespaces', 'yes'],
    ['RestrictSUIDSGID', 'yes'],
    ['SystemCallArchitectures', 'native'],
    ['DevicePolicy', 'closed'],
    ['User', 'trustbox-agent'],
    ['UMask', '0077'],
    ['MemoryMax', '256M'],
    ['LimitCORE', '0'],
  ])('has %s=%s, once', (key, value) => {
    expect(valuesOf(key)).toEqual([value]);
  });

  test('lets it have its line and the TEE, and write its own folder, nothing else', () => {
    expect(valuesOf('DeviceAllow')).toEqual(['/dev/%I rw', '/dev/tee0 rw']);
    expect(valuesOf('StateDirectory')).toEqual(['trustbox-agent']);
    for (const key of ['ReadWritePaths', 'BindPaths', 'PermissionsStartOnly', 'RootDirectory'])
      expect(valuesOf(key)).toEqual([]);
  });

  test('calls the agent as it is, without a shell and without privileges', () => {
    const [command = ''] = valuesOf('ExecStart');
    const [node, script = '', ...args] = command.split(' ');
    expect(node).toBe('/usr/bin/node');
    expect(existsSync(script.replace('/usr/lib/trustbox-agent/', ''))).toBe(true);
    const given = args.filter((arg) => arg !== '$AGENT_OPTIONS').map((arg) => arg.replace('%I', 'ttyGS0'));
    const options = parseAgentOptions(given);
    expect(options?.carrier).toMatchObject({ kind: 'serial', path: '/dev/ttyGS0' });
    expect(options?.stateDir).toBe(`/var/lib/${valuesOf('StateDirectory')[0]}`);
  });

  test('never shares a line with a login, and a virtual box cannot be played on a real one', () => {
    expect(valuesOf('Conflicts')).toEqual(['serial-getty@%i.service']);
    expect(valuesOf('UnsetEnvironment')[0]).toContain('TRUSTBOX_ROOT');
  });
});

describe('systemd itself', () => {
  const copy = async () => {
    const folder = await makeTempDir();
    copyFileSync(join(dir, unitName), join(folder, unitName));
    return folder;
  };

  test('takes the unit without a word', async (ctx) => {
    if (!isThere('systemd-analyze')) return ctx.skip('this machine has no systemd-analyze');
    const path = join(await copy(), unitName.replace('@', '@ttyGS0'));
    const said = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    // The node that it names is the box's, not this machine's.
    const about = said.stderr.split('\n').filter((line) => line !== '' && !line.includes('/usr/bin/node'));
    expect(about).toEqual([]);
  });

  test('counts its exposure as less than one of ten points', async (ctx) => {
    if (!isThere('systemd-analyze')) return ctx.skip('this machine has no systemd-analyze');
    const args = ['security', '--offline=true', '--threshold=10', join(await copy(), unitName)];
    const said = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    expect(said.status, said.stderr).toBe(0);
  });

  test('makes the user that the unit names', async (ctx) => {
    if (!isThere('systemd-sysusers')) return ctx.skip('this machine has no systemd-sysusers');
    const root = await makeTempDir();
    mkdirSync(join(root, 'etc'));
    execFileSync('systemd-sysusers', [`--root=${root}`, join(process.cwd(), dir, 'trustbox-agent.sysusers')]);
    expect(readFileSync(join(root, 'etc', 'passwd'), 'utf8')).toMatch(/^trustbox-agent:.*nologin$/m);
    expect(readFileSync(join(root, 'etc', 'group'), 'utf8')).toMatch(/^teeclnt:/m);
  });
});

test('the udev rule hands a gadget line to the agent and starts the unit on it', () => {
  const rules = readFileSync(join(dir, '70-trustbox-agent.rules'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(rules).toHaveLength(1);
  const parts = (rules[0] ?? '').split(', ');
  for (const part of parts) expect(part).toMatch(/^[A-Z]+(?:\{\w+\})?(?:==|\+=|=)"[^"]*"$/);
  expect(parts).toContain(`GROUP="${valuesOf('Group')[0]}"`);
  expect(parts).toContain('MODE="0660"');
  expect(parts).toContain(`ENV{SYSTEMD_WANTS}+="${unitName.replace('@', '@%k')}"`);
  // Never a port that may be the box's console.
  expect(parts).toContain('KERNEL=="ttyGS[0-9]*"');
});

test('the polkit rule allows one action to one user', () => {
  const text = readFileSync(join(dir, '50-trustbox-agent-reboot.rules'), 'utf8');
  type Rule = (action: { id: string }, subject: { user: string }) => string;
  const rules: Rule[] = [];
  const polkit = { addRule: (rule: Rule) => rules.push(rule), Result: { YES: 'yes', NOT_HANDLED: '-' } };
  new Function('polkit', text)(polkit);
  const ask = (id: string, user: string) => rules.map((rule) => rule({ id }, { user }));
  expect(ask('org.freedesktop.login1.reboot', 'trustbox-agent')).toEqual(['yes']);
  expect(ask('org.freedesktop.login1.reboot', 'nobody')).toEqual(['-']);
  expect(ask('org.freedesktop.login1.power-off', 'trustbox-agent')).toEqual(['-']);
  expect(readdirSync(dir)).toHaveLength(4);
});
