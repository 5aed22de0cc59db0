// What a box has on disk: identity files where Linux keeps them, a closed PATH of stock tools, a home, secure storage.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import type { BoxOptions } from './options.ts';

export type Sysroot = {
  readonly dir: string;
  readonly bin: string;
  readonly home: string;
  readonly doorPath: string;
  readonly bootIdPath: string;
  readonly printkPath: string;
  readonly storageDir: string;
};

/** Programs of a stock image that a console session may meet. */
const stockTools = [
  'awk',
  'base64',
  'basename',
  'cat',
  'chmod',
  'cksum',
  'cp',
  'cut',
  'date',
  'dd',
  'df',
  'dirname',
  'du',
  'env',
  'expr',
  'false',
  'find',
  'grep',
  'gzip',
  'head',
  'id',
  'ln',
  'ls',
  'md5sum',
  'mkdir',
  'mktemp',
  'mv',
  'od',
  'openssl',
  'ps',
  'pwd',
  'rm',
  'rz',
  'sed',
  'sha256sum',
  'sh',
  'sleep',
  'sort',
  'stat',
  'stty',
  'sync',
  'tail',
  'tee',
  'test',
  'timeout',
  'touch',
  'tr',
  'true',
  'tty',
  'uniq',
  'wc',
  'which',
  'xargs',
] as const;

export function findProgram(name: string): string | null {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(dir, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder; the next one may have it.
    }
  }
  return null;
}

function busyboxApplets(): ReadonlySet<string> {
  const busybox = findProgram('busybox');
  return new Set(busybox ? execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n') : []);
}

function linkTools(bin: string, options: BoxOptions): void {
  const applets = options.shell === 'busybox' ? busyboxApplets() : new Set<string>();
  for (const tool of stockTools) {
    if (options.hide.includes(tool)) continue;
    const target = applets.has(tool) ? findProgram('busybox') : findProgram(tool);
    if (target) symlinkSync(target, join(bin, tool));
  }
}

const script = (path: string, text: string) => {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
};

/** Programs whose answers are the box's own, not this machine's. */
function writeShadows(root: Sysroot, options: BoxOptions, ask: string): void {
  const tools = join(import.meta.dirname, 'cpk-tool.ts');
  const node = `'${process.execPath}' --disable-warning=ExperimentalWarning`;
  script(join(root.bin, 'hostname'), "echo 'trustbox'");
  script(
    join(root.bin, 'uname'),
    `case $1 in -n) echo trustbox;; -sr) echo 'Linux 5.15.0-trustbox';; -m) echo aarch64;; *) echo Linux;; esac`,
  );
  script(
    join(root.bin, 'dmesg'),
    `[ "$1" = -n ] && [ -n "$2" ] && printf '%s\\t4\\t1\\t7\\n' "$2" > '${root.printkPath}'`,
  );
  script(join(root.bin, 'reboot'), `${node} '${ask}' '${root.doorPath}' reboot`);
  if (!options.hide.includes('cpk-tool'))
    script(join(root.bin, 'cpk-tool'), `exec ${node} '${tools}' '${root.doorPath}' "$@"`);
  if (options.freeBytes === null || options.hide.includes('df')) return;
  const blocks = Math.floor(options.freeBytes / 1024);
  execFileSync('rm', ['-f', join(root.bin, 'df')]);
  script(
    join(root.bin, 'df'),
    `printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\n/dev/root 1000000 1 ${blocks} 99%% /\\n'`,
  );
}

/** Makes the box's disk under an empty folder. */
export function makeSysroot(dir: string, serial: string, options: BoxOptions): Sysroot {
  const root: Sysroot = {
    dir,
    bin: join(dir, 'usr/bin'),
    home: join(dir, 'home'),
    doorPath: join(dir, 'door.sock'),
    bootIdPath: join(dir, 'proc/sys/kernel/random/boot_id'),
    printkPath: join(dir, 'proc/sys/kernel/printk'),
    storageDir: join(dir, 'var/lib/tee'),
  };
  for (const sub of [
    'usr/bin',
    'home',
    'dev',
    'etc',
    'var/lib/tee',
    'proc/sys/kernel/random',
    'proc/device-tree/firmware/optee',
  ]) {
    mkdirSync(join(dir, sub), { recursive: true });
  }
  const model = options.profile === 'checking' ? 'TrustBox CPM simulator' : 'Scalys TrustBox Edge 201';
  const files: Readonly<Record<string, string>> = {
    'proc/device-tree/model': `${model}\0`,
    'proc/device-tree/serial-number': `${serial}\0`,
    'proc/device-tree/firmware/optee/compatible': 'linaro,optee-tz\0',
    'proc/sys/kernel/printk': '7\t4\t1\t7\n',
    'etc/hostname': 'trustbox\n',
    'dev/tee0': '',
    'dev/teepriv0': '',
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text);
  linkTools(root.bin, options);
  writeShadows(root, options, join(import.meta.dirname, 'ask.ts'));
  return root;
}

/** A new boot id, as the kernel makes one. */
export function writeBootId(root: Sysroot): string {
  const bootId = randomUUID();
  writeFileSync(root.bootIdPath, `${bootId}\n`);
  writeFileSync(root.printkPath, '7\t4\t1\t7\n');
  return bootId;
}

/** True while kernel messages of the informational level reach the console. */
export const isConsoleLoud = (root: Sysroot): boolean =>
  Number(readFileSync(root.printkPath, 'utf8').split(/\s/)[0]) > 4;

/** An opaque object in secure storage, and its index: both look different after every write, as OP-TEE's do. */
export function storeImage(root: Sysroot, image: Uint8Array): string {
  const index = readdirSync(root.storageDir).filter((name) => name !== 'dirf.db').length;
  writeFileSync(join(root.storageDir, index.toString(16)), randomBytes(image.length + 4096));
  writeFileSync(join(root.storageDir, 'dirf.db'), randomBytes(16_384 + index * 64));
  return createHash('sha256').update(image).digest('hex');
}
