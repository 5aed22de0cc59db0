// What is on the PATH of a box: links to the programs a stock image has and nothing else, so that one can be missing,
// and programs whose answers are the box's own, not this machine's.
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ProvisionerError } from '../../shared/errors/error.ts';
import type { BoxOptions } from './options.ts';
import type { Sysroot } from './sysroot.ts';

/** Programs of a stock image that a console session may meet. */
const stockTools =
  `awk base64 basename bash cat chmod cksum cmp cp cut date dd df dirname du echo env expr false find
  free grep gzip head id kill ln ls md5sum mkdir mktemp mv nohup od openssl printf ps pwd rm rz sed sha1sum sha256sum
  sh sleep sort stat stty sync tail tee test timeout touch tr true tty uniq uptime wc which xargs`.split(
    /\s+/,
  );

/** Absolute path of a program of this machine, or null. */
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

/** @throws virtual.cannot-start */
export function needProgram(name: string): string {
  const path = findProgram(name);
  if (path !== null) return path;
  throw new ProvisionerError('virtual.cannot-start', `this machine has no ${name} on its PATH`);
}

function busyboxApplets(): ReadonlySet<string> {
  return new Set(execFileSync(needProgram('busybox'), ['--list'], { encoding: 'utf8' }).split('\n'));
}

/**
 * Some builds (Debian's busybox-static) run their own applets whatever PATH says: a box with such a shell would answer
 * with this machine's name, and its `reboot` would be this machine's.
 * @throws virtual.cannot-start
 */
function refuseStandalone(): void {
  const args = ['sh', '-c', 'PATH=/nowhere; true | cat'];
  if (spawnSync(needProgram('busybox'), args, { stdio: 'ignore' }).status !== 0) return;
  throw new ProvisionerError(
    'virtual.cannot-start',
    "this machine's busybox runs its own applets whatever PATH says: install the package busybox instead of busybox-static",
  );
}

function linkTools(bin: string, { shell, hide }: BoxOptions): void {
  if (shell === 'busybox') refuseStandalone();
  const applets = shell === 'busybox' ? busyboxApplets() : new Set<string>();
  for (const tool of stockTools.filter((name) => !hide.includes(name))) {
    const target = findProgram(applets.has(tool) ? 'busybox' : tool);
    if (target) symlinkSync(target, join(bin, tool));
  }
}

/** Single-quoted for sh. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Script texts by name. */
function shadows(root: Sysroot, { freeBytes, evidence }: BoxOptions): Readonly<Record<string, string>> {
  const node = (file: string) =>
    `exec ${quote(process.execPath)} --disable-warning=ExperimentalWarning ${quote(join(import.meta.dirname, file))} ${quote(root.doorPath)}`;
  const printk = quote(root.printkPath);
  const freeKib = Math.floor((freeBytes ?? 0) / 1024);
  const df = `printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\n/dev/root 1000000 1 ${freeKib} 99%% /\\n'`;
  return {
    hostname: 'echo trustbox',
    uname: `case $1 in
-n) echo trustbox ;; -r) echo 5.15.0-trustbox ;; -m) echo aarch64 ;; -sr) echo 'Linux 5.15.0-trustbox' ;;
-a) echo 'Linux trustbox 5.15.0-trustbox #1 SMP PREEMPT aarch64 GNU/Linux' ;; *) echo Linux ;;
esac`,
    dmesg: `case $1 in
-n) case $2 in [1-8]) printf '%s\\t4\\t1\\t7\\n' "$2" > ${printk} ;; *) echo "dmesg: unknown level '$2'" >&2; exit 1 ;; esac ;;
*) printf '%s\\n' '[    0.000000] Booting Linux on physical CPU 0x0000000000' '[    1.843210] optee: revision 3.16' ;;
esac`,
    reboot: node('ask.ts').concat(' reboot'),
    'cpk-tool': `${node('cpk-tool.ts')} "$@"`,
    ...(evidence.length === 0 ? {} : { 'trustbox-evidence': `${node('evidence-tool.ts')} "$@"` }),
    ...(freeBytes === null ? {} : { df }),
  };
}

/** Fills the box's PATH folder. @throws virtual.cannot-start */
export function installPrograms(root: Sysroot, options: BoxOptions): void {
  linkTools(root.bin, options);
  for (const [name, text] of Object.entries(shadows(root, options))) {
    if (options.hide.includes(name)) continue;
    const path = join(root.bin, name);
    // A link would be written through.
    rmSync(path, { force: true });
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
  }
}
