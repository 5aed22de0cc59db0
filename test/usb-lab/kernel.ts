// The guest's kernel and first file system. The kernel is kept in the user's cache folder, by version: Debian's stock kernel
// package, downloaded and unpacked but not installed, and an initramfs: a BusyBox with the modules that mount the rest.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

export type Kernel = {
  readonly image: string;
  /** For `modprobe -d DIR`. */
  readonly dir: string;
};

const wantedPackage = 'linux-image-amd64';
const firstModules = ['virtio_pci', '9p', '9pnet_virtio', 'overlay', 'configfs'];
const initScript = join(import.meta.dirname, 'init.sh');
const cacheDir = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'trustbox-usb-lab');
/** Tools of an administrator, which another user's PATH may leave out. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

const run = (program: string, args: readonly string[], cwd = cacheDir): string =>
  execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Program and the package that brings it. */
const programs = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox',
  cpio: 'cpio',
  modprobe: 'kmod',
  udevadm: 'udev',
  'apt-get': 'apt (Debian)',
} as const;

/** Why the lab cannot run on this machine, with what to install; null when it can. */
export function whyNoLab(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the USB lab needs Linux on x86-64';
  const missing = Object.entries(programs)
    .filter(([program]) => spawnSync('sh', ['-c', `command -v ${program}`], { env }).status !== 0)
    .map(([, name]) => name);
  return missing.length === 0 ? null : `the USB lab needs these packages: ${missing.join(', ')}`;
}

/** What the meta package depends on now, for example linux-image-6.1.0-56-amd64. @throws NoKernel when apt does not know */
function nameKernelPackage(): string {
  const said = run('apt-cache', ['depends', wantedPackage], '/');
  const name = /Depends: (linux-image-\d\S+)/.exec(said)?.[1];
  if (!name) throw new NoKernel(`apt does not know what ${wantedPackage} depends on: run apt-get update`);
  return name;
}

/** What a machine without network, or without Debian's package lists, cannot have. */
export class NoKernel extends Error {}

function download(name: string, dir: string): void {
  try {
    run('apt-get', ['download', name], dir);
  } catch (error) {
    throw new NoKernel(`the guest's kernel, ${name}, cannot be downloaded`, { cause: error });
  }
}

/** Downloads and unpacks beside the final place, so that a half-made folder is never used. */
function unpackKernel(name: string, dir: string): void {
  const draft = `${dir}.draft-${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  download(name, draft);
  const archive = readdirSync(draft).find((file) => file.endsWith('.deb'));
  run('dpkg', ['-x', archive ?? '', draft], draft);
  rmSync(join(draft, archive ?? ''));
  // A merged /usr keeps them there; depmod and modprobe look in /lib.
  if (!existsSync(join(draft, 'lib'))) symlinkSync('usr/lib', join(draft, 'lib'));
  run('depmod', ['-b', draft, versionIn(draft)], draft);
  rmSync(dir, { recursive: true, force: true });
  renameSync(draft, dir);
}

const versionIn = (dir: string): string => readdirSync(join(dir, 'lib', 'modules'))[0] ?? '';

/** Files to insert for these modules, what they depend on first. */
function listModules(dir: string): string[] {
  const said = firstModules.map((name) =>
    run('modprobe', ['-d', dir, '-S', versionIn(dir), '--show-depends', name]),
  );
  const files = said.join('').matchAll(/^insmod (\S+)/gm);
  return [...new Set([...files].map((match) => match[1] ?? ''))];
}

/** Copies a module; BusyBox inserts plain ones only. */
function placeModule(file: string, to: string): string {
  copyFileSync(file, join(to, basename(file)));
  if (file.endsWith('.xz')) run('xz', ['-d', basename(file)], to);
  if (file.endsWith('.zst')) run('zstd', ['-d', '--rm', basename(file)], to);
  return basename(file).replace(/\.(xz|zst)$/, '');
}

/** A program with the libraries that it is linked to, if any. */
function placeProgram(program: string, tree: string): void {
  const libraries = spawnSync('ldd', [program], { encoding: 'utf8' }).stdout.matchAll(/(\/\S+) \(0x/g);
  for (const file of [...libraries].map((match) => match[1] ?? '')) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    copyFileSync(file, join(tree, file));
  }
  copyFileSync(program, join(tree, 'bin', 'busybox'));
}

/** @param file where it is written; its folder is used for the parts @throws Error when a program or module is missing */
export function buildInitramfs({ dir }: Kernel, file: string): void {
  const tree = `${file}.tree`;
  for (const name of ['bin', 'modules', 'proc', 'sys', 'dev', 'root', 'below', 'above'])
    mkdirSync(join(tree, name), { recursive: true });
  const order = listModules(dir).map((file) => placeModule(file, join(tree, 'modules')));
  writeFileSync(join(tree, 'modules', 'order'), `${order.join('\n')}\n`);
  placeProgram(run('sh', ['-c', 'command -v busybox'], dir).trim(), tree);
  copyFileSync(initScript, join(tree, 'init'));
  chmodSync(join(tree, 'init'), 0o755);
  run('sh', ['-c', `find . | cpio --quiet -o -H newc | gzip -1 > '${file}'`], tree);
  rmSync(tree, { recursive: true });
}

/** Ready to boot; the first call downloads about 70 MB. @throws NoKernel when the package cannot be had */
export function prepareKernel(): Kernel {
  mkdirSync(cacheDir, { recursive: true });
  const name = nameKernelPackage();
  const dir = join(cacheDir, name);
  if (!existsSync(dir)) unpackKernel(name, dir);
  return { image: join(dir, 'boot', `vmlinuz-${versionIn(dir)}`), dir };
}
