// What a box has on disk: identity files where Linux keeps them, a PATH, a home, secure storage.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CpmRefusal } from './cpm.ts';
import type { BoxOptions } from './options.ts';
import { installPrograms } from './programs.ts';

export type Sysroot = {
  /** What TRUSTBOX_ROOT says in the box's shell. */
  readonly dir: string;
  readonly bin: string;
  readonly home: string;
  readonly doorPath: string;
  readonly bootIdPath: string;
  readonly printkPath: string;
  readonly storageDir: string;
  /** Of the programs of the box, the agent among them. */
  readonly logPath: string;
};

/** Kernel log levels: console, default, minimum, boot default (proc(5), printk). */
const loudPrintk = '7\t4\t1\t7\n';
/** Where the box's agent keeps what it is sent. */
export const agentState = 'var/lib/trustbox-agent';
const fullDiskBytes = 256 * 1024;

const locate = (dir: string): Sysroot => ({
  dir,
  bin: join(dir, 'usr/bin'),
  home: join(dir, 'home'),
  doorPath: join(dir, 'door.sock'),
  bootIdPath: join(dir, 'proc/sys/kernel/random/boot_id'),
  printkPath: join(dir, 'proc/sys/kernel/printk'),
  storageDir: join(dir, 'var/lib/tee'),
  logPath: join(dir, 'var/log/messages'),
});

/** Names and texts of the identity files; device-tree texts end with NUL, as the kernel gives them. */
const identityFiles = (serial: string, { profile }: BoxOptions): Readonly<Record<string, string>> => ({
  'proc/device-tree/model': `${profile === 'checking' ? 'TrustBox CPM simulator' : 'Scalys TrustBox Edge 201'}\0`,
  'proc/device-tree/serial-number': `${serial}\0`,
  'proc/device-tree/firmware/optee/compatible': 'linaro,optee-tz\0',
  'proc/sys/kernel/printk': loudPrintk,
  'etc/hostname': 'trustbox\n',
  'dev/tee0': '',
  'dev/teepriv0': '',
});

/**
 * What the login shell runs first. A full disk is a limit on file size with its signal ignored: every write beyond
 * it fails with an ordinary error, as ENOSPC does ("File too large" instead of "No space left on device"); a real
 * small file system would need root.
 */
function shellProfile({ shell, user, isRoot, slowShellMs, isDiskFull }: BoxOptions): string {
  const slow = `sleep ${slowShellMs / 1000}`;
  const isSlow = slowShellMs > 0;
  // BusyBox counts blocks of 512 bytes.
  const limit = fullDiskBytes / (shell === 'bash' ? 1024 : 512);
  const place = shell === 'bash' ? `${user}@trustbox:\\w` : 'trustbox:\\w';
  return [
    `PS1='${isSlow && shell === 'busybox' ? `$(${slow})` : ''}${place}${isRoot ? '#' : '$'} '`,
    ...(isSlow && shell === 'bash' ? [`PROMPT_COMMAND='${slow}'`] : []),
    ...(isDiskFull ? [`trap '' XFSZ`, `ulimit -f ${limit}`] : []),
    '',
  ].join('\n');
}

/** Makes the box's disk in an empty folder. @throws virtual.cannot-start */
export function makeSysroot(dir: string, serial: string, options: BoxOptions): Sysroot {
  const root = locate(dir);
  for (const sub of [
    root.bin,
    root.home,
    root.storageDir,
    dirname(root.logPath),
    dirname(root.bootIdPath),
    join(dir, 'tmp'),
  ])
    mkdirSync(sub, { recursive: true });
  const files = { ...identityFiles(serial, options), 'etc/shellrc': shellProfile(options) };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  installPrograms(root, options);
  return root;
}

/** A new boot id and a loud console, as after every start of the kernel. */
export function writeBootId(root: Sysroot): string {
  const bootId = randomUUID();
  writeFileSync(root.bootIdPath, `${bootId}\n`);
  writeFileSync(root.printkPath, loudPrintk);
  return bootId;
}

export const consoleLogLevel = (root: Sysroot): number =>
  Number(readFileSync(root.printkPath, 'utf8').split(/\s/)[0]);

/**
 * An opaque object in secure storage, and its index: both look different after every write, as OP-TEE's do.
 * @returns SHA-256 of the image, hex
 * @throws CpmRefusal when the box rejects images
 */
export function storeImage(root: Sysroot, image: Uint8Array, isRejected: boolean): string {
  if (isRejected) throw new CpmRefusal(-4, 'secure storage refused the TA image');
  const index = readdirSync(root.storageDir).filter((name) => name !== 'dirf.db').length;
  writeFileSync(join(root.storageDir, index.toString(16)), randomBytes(image.length + 4096));
  writeFileSync(join(root.storageDir, 'dirf.db'), randomBytes(16_384 + index * 64));
  return createHash('sha256').update(image).digest('hex');
}
