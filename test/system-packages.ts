// Programs that some tests run against and that npm cannot bring. Root on Debian: installed here. Elsewhere the
// tests that need them say so and skip.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const wanted: Readonly<Record<string, string>> = {
  busybox: 'busybox',
  openssl: 'openssl',
  setsid: 'util-linux',
  chromium: 'chromium',
  // The USB lab.
  'qemu-system-x86_64': 'qemu-system-x86',
  cpio: 'cpio',
  modprobe: 'kmod',
  udevadm: 'udev',
};

const isThere = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

const ownTools = join(import.meta.dirname, '..', 'node_modules', '.cache', 'trustbox-test-tools');

/** Debian's busybox-static, which is there in place of busybox, runs its own applets whatever PATH says. */
const isBusyboxStandalone = () =>
  spawnSync('busybox', ['sh', '-c', 'PATH=/nowhere; true | cat'], { stdio: 'ignore' }).status === 0;

/** Puts a plain busybox before it on this process's PATH: downloaded and unpacked, nothing of the machine replaced. */
function shadowBusybox(): void {
  const dir = join(ownTools, 'bin');
  if (!existsSync(join(dir, 'busybox'))) {
    mkdirSync(ownTools, { recursive: true });
    spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
    spawnSync('apt-get', ['download', 'busybox'], { cwd: ownTools, stdio: 'ignore' });
    const archive = readdirSync(ownTools).find((name) => name.startsWith('busybox_'));
    if (archive) spawnSync('dpkg', ['-x', archive, '.'], { cwd: ownTools, stdio: 'ignore' });
  }
  process.env.PATH = `${dir}${delimiter}${process.env.PATH}`;
}

/** Installs what is missing where that is possible without asking anybody; never fails the run by itself. */
export function installSystemPackages(): void {
  const missing = Object.keys(wanted).filter((program) => !isThere(program));
  if (missing.length > 0) installWithApt(missing);
  if (isBusyboxStandalone()) shadowBusybox();
}

function installWithApt(missing: readonly string[]): void {
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  const packages = missing.map((program) => wanted[program] ?? program);
  console.log(`${canInstall ? 'Installing' : 'Not installed, some tests will skip'}: ${packages.join(', ')}`);
  if (!canInstall) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore', env });
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], {
    stdio: 'ignore',
    env,
  });
}
