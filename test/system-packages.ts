// Programs that some tests run against and that npm cannot bring. Root on Debian: installed here. Elsewhere the
// tests that need them say so and skip.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const wanted: Readonly<Record<string, string>> = {
  busybox: 'busybox-static',
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

/** Installs what is missing where that is possible without asking anybody; never fails the run by itself. */
export function installSystemPackages(): void {
  const missing = Object.keys(wanted).filter((program) => !isThere(program));
  if (missing.length === 0) return;
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
