// The guest: QEMU without KVM, the host's files read-only, a writable share for what goes in and out, no network.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildInitramfs, type Kernel } from './kernel.ts';

export type CaseResult = {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  /** What was measured or seen. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly error: string | null;
};

export type GuestRun = { readonly results: readonly CaseResult[]; readonly console: string };

const root = resolve(import.meta.dirname, '..', '..');
const scenario = join(root, 'test', 'usb-lab', 'scenario.ts');
const share = '/run/lab';
/** Two ports of the virtual hub. */
const modules = ['dummy_hcd num=2', 'libcomposite', 'usb_f_acm', 'usb_f_fs', 'cdc_acm'];
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const maxConsoleChars = 20_000;

/** Which case alone, and how often the cable is out. */
const passedOn = ['LAB_ONLY', 'LAB_UNPLUGS'];

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** What the guest runs once the host's files are there. */
const startScript = ({ dir }: Kernel): string =>
  [
    `export HOME=/root PATH=${systemPath}`,
    ...passedOn
      .filter((name) => process.env[name] !== undefined)
      .map((name) => `export ${name}=${quote(process.env[name] ?? '')}`),
    'dmesg -n 1',
    ...modules.map((name) => `modprobe -d ${quote(dir)} ${name}`),
    '/lib/systemd/systemd-udevd --daemon',
    `cd ${quote(root)} && ${quote(process.execPath)} ${quote(scenario)} ${share}/results.jsonl`,
    '',
  ].join('\n');

/** One processor: with two that the emulator runs side by side, one start of Node in twenty ended in a segmentation fault. */
function qemuArguments(kernel: Kernel, dir: string): string[] {
  const machine = '-accel tcg -cpu max -smp 1 -m 2048 -nographic -no-reboot -nic none';
  return [
    ...machine.split(' '),
    ...['-kernel', kernel.image, '-initrd', join(dir, 'initramfs.gz')],
    ...['-append', 'console=ttyS0 panic=-1 quiet'],
    ...['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
    ...['-virtfs', `local,path=${dir},mount_tag=results,security_model=none`],
  ];
}

function readResults(dir: string): CaseResult[] {
  const lines = readFileSync(join(dir, 'results.jsonl'), 'utf8').split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as CaseResult);
}

/**
 * Boots, runs the scenario, powers off.
 * @param dir an empty folder: the share
 * @throws Error when QEMU cannot be started; what the guest could not finish is missing in the results
 */
export async function runGuest(kernel: Kernel, dir: string, timeoutMs: number): Promise<GuestRun> {
  buildInitramfs(kernel, join(dir, 'initramfs.gz'));
  writeFileSync(join(dir, 'start.sh'), startScript(kernel));
  writeFileSync(join(dir, 'results.jsonl'), '');
  const qemu = spawn('qemu-system-x86_64', qemuArguments(kernel, dir), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let console = '';
  qemu.stdout.on('data', (bytes: Buffer) => {
    console = (console + bytes.toString('latin1')).slice(-maxConsoleChars);
  });
  const late = setTimeout(() => qemu.kill('SIGKILL'), timeoutMs);
  await new Promise<void>((done, fail) => qemu.once('close', () => done()).once('error', fail)).finally(() =>
    clearTimeout(late),
  );
  return { results: readResults(dir), console };
}
