// electron-builder really packages for Linux, over a stand-in for Electron's folder: the archive, what lies beside it, and
// the fuses that were burnt. Then the engine runs from the archive's content alone, on plain Node. The deb around it is made
// with a stand-in for fpm, which electron-builder would download; no other installer is built.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildScreens, buildShell } from '../../electron/cli/build.ts';
import { installDir } from '../../electron/core/install.ts';
import { makeStandInDist, readFuses } from '../helpers/stand-in-dist.ts';
import { startShell } from '../helpers/start-shell.ts';
import { makeTempDir, removeTempDirs } from '../helpers/temp-dir.ts';

const require = createRequire(import.meta.url);
const builderCli = require.resolve('electron-builder/cli.js');
const asar = createRequire(require.resolve('electron-builder'))('@electron/asar') as {
  extractAll(archive: string, target: string): void;
};

let output = '';
let packed = '';
let content = '';

function build(target: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const common = ['--x64', '--publish', 'never', `-c.directories.output=${target}`];
  const done = spawnSync(process.execPath, [builderCli, ...common, ...args], {
    cwd: installDir,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (done.status !== 0) throw new Error(`electron-builder: ${done.stdout}${done.stderr}`);
}

beforeAll(async () => {
  buildScreens();
  buildShell();
  const folder = await makeTempDir();
  makeStandInDist(join(folder, 'dist'));
  output = join(folder, 'out');
  build(output, ['--linux', 'dir', `-c.electronDist=${join(folder, 'dist')}`]);
  packed = join(output, 'linux-unpacked');
  content = join(folder, 'content');
  asar.extractAll(join(packed, 'resources', 'app.asar'), content);
}, 180_000);
afterAll(removeTempDirs);

test('the fuses that were burnt: cookies encrypted, archive checked and alone; nothing else is on', () => {
  expect(readFuses(join(packed, 'trustbox-provisioner'))).toEqual([
    'enableCookieEncryption',
    'enableEmbeddedAsarIntegrityValidation',
    'onlyLoadAppFromAsar',
  ]);
});

test('native modules and the udev rule lie outside the archive, and no native module only inside', () => {
  const outside = join(packed, 'resources', 'app.asar.unpacked');
  const native = globSync('**/*.node', { cwd: content });
  expect(native.some((path) => path.includes('linux-x64'))).toBe(true);
  for (const path of native) expect(existsSync(join(outside, path)), path).toBe(true);
  expect(existsSync(join(outside, 'resources', 'linux', '70-trustbox.rules'))).toBe(true);
});

test('the archive starts with the bundled main and holds neither sources, tests nor the libraries of the screens', () => {
  const { main, type } = JSON.parse(readFileSync(join(content, 'package.json'), 'utf8')) as {
    main: string;
    type: string;
  };
  expect([existsSync(join(content, main)), type]).toEqual([true, 'module']);
  expect(existsSync(join(content, 'out', 'renderer', 'index.html'))).toBe(true);
  for (const left of ['electron', 'shared', 'renderer', 'test', 'node_modules/react', 'node_modules/zod'])
    expect(existsSync(join(content, left)), left).toBe(false);
});

test('the engine runs from what was packaged, with its ports, its paper and its labels', async () => {
  const engineModule = join(content, 'out', 'shell', 'engine-process.mjs');
  const { invokeFrom } = await startShell({ engineModule });
  const frame = { url: 'app://trustbox/', parent: null };
  const call = (name: string, request: object = {}) =>
    invokeFrom({ frame }, ['trustbox:call', name, request]);
  expect(await call('station.state')).toMatchObject({ ok: true });
  expect(await call('devices.list')).toMatchObject({ ok: true });
  expect(await call('trust.state')).toMatchObject({ ok: true, value: { isOwnPolicy: false } });
  const fromContent = createRequire(join(content, 'out', 'shell', 'engine-process.mjs'));
  for (const name of ['serialport', '@serialport/bindings-cpp', 'pdfkit', 'bwip-js/node', 'usb'])
    expect(() => fromContent(name), name).not.toThrow();
});

test('the deb installs the udev rule and tells udev, after what electron-builder does itself', async (ctx) => {
  if (!existsSync('/usr/bin/dpkg-deb')) return ctx.skip('dpkg-deb is not installed');
  const fpm = join(import.meta.dirname, '..', 'helpers', 'stand-in-fpm.mjs');
  build(output, ['--linux', 'deb', '--prepackaged', packed], { CUSTOM_FPM_PATH: fpm });
  const [deb] = globSync('*.deb', { cwd: output });
  const dpkg = (...args: string[]) => execFileSync('dpkg-deb', args, { cwd: output, encoding: 'utf8' });
  const content = join(output, 'deb');
  dpkg('--raw-extract', deb ?? '', content);
  const rule = join(content, 'usr', 'lib', 'udev', 'rules.d', '70-trustbox.rules');
  expect(readFileSync(rule, 'utf8')).toBe(readFileSync('resources/linux/70-trustbox.rules', 'utf8'));
  expect(dpkg('--contents', deb ?? '')).toMatch(
    /^-rw-r--r-- root\/root .*\/usr\/lib\/udev\/rules\.d\/70-trustbox\.rules$/m,
  );
  expect(existsSync(join(content, 'opt', 'TrustBox Provisioner', 'trustbox-provisioner'))).toBe(true);
  const postinst = readFileSync(join(content, 'DEBIAN', 'postinst'), 'utf8');
  expect(postinst).toContain("update-alternatives --install '/usr/bin/trustbox-provisioner'");
  expect(postinst).toMatch(/udevadm control --reload[\s\S]*udevadm trigger --subsystem-match=tty/);
  expect(spawnSync('bash', ['-n'], { input: postinst }).status).toBe(0);
});
