// What the agent does on the box it runs on. No shell: programs are started by name with their arguments as a list, names
// were checked where they came in. `root` is empty on a real box; a virtual one has its own tree.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, readdir, statfs, writeFile } from 'node:fs/promises';
import { hostname, release, type } from 'node:os';
import { delimiter, join } from 'node:path';
import type { CallAnswer, CallRequest } from '../../shared/wire/calls.ts';
import { CallFailure } from './failure.ts';

export type BoxPlace = {
  /** In front of /proc and /dev; empty on a real box. */
  readonly root: string;
  readonly stagingDir: string;
  readonly receiptsDir: string;
  /** How a class key may be wrapped for the CPM of this image. */
  readonly wrapSuites: readonly string[];
};

const toolTimeoutMs = 120_000;
const maxOutputBytes = 16_384;

const readText = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8').replaceAll('\0', '').split('\n')[0]?.trim().slice(0, 200) || null;
  } catch {
    return null;
  }
};

export function findTool(name: string): string | null {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(dir, name), constants.X_OK);
      return join(dir, name);
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** Runs a program to its end. @throws CallFailure when it cannot be started or takes too long */
function runTool(
  name: string,
  args: readonly string[],
  cwd: string,
  keepBytes = maxOutputBytes,
): Promise<CallAnswer<'install-key'>> {
  const options = { cwd, timeout: toolTimeoutMs, maxBuffer: 1024 * 1024, encoding: 'utf8' } as const;
  return new Promise((resolve, reject) => {
    execFile(name, [...args], options, (error, stdout, stderr) => {
      const cut = { stdout: stdout.slice(-keepBytes), stderr: stderr.slice(-maxOutputBytes) };
      if (error === null) resolve({ ...cut, exitStatus: 0 });
      else if (error.killed) reject(new CallFailure('timeout', `${name} ${args[0]} took too long`));
      else if (typeof error.code === 'number') resolve({ ...cut, exitStatus: error.code });
      else reject(new CallFailure('failed', `${name} cannot be started: ${error.code ?? error.signal}`));
    });
  });
}

export async function readIdentity({ root, stagingDir }: BoxPlace): Promise<CallAnswer<'identity'>> {
  const file = (path: string) => readText(join(root || '/', path));
  const { bavail, bsize } = await statfs(stagingDir);
  return {
    model: file('proc/device-tree/model'),
    serialNumber: file('proc/device-tree/serial-number') ?? file('sys/class/dmi/id/product_serial'),
    hostname: file('etc/hostname') ?? hostname(),
    kernel: `${type()} ${release()}`,
    bootId: file('proc/sys/kernel/random/boot_id'),
    teeDevice: ['dev/tee0', 'dev/teepriv0'].some((name) => existsSync(join(root || '/', name))),
    optee: file('proc/device-tree/firmware/optee/compatible'),
    cpkTool: findTool('cpk-tool'),
    freeBytes: bavail * bsize,
    clockMs: Date.now(),
  };
}

export async function readPublicKey({ stagingDir }: BoxPlace): Promise<CallAnswer<'public-key'>> {
  const said = await runTool('cpk-tool', ['pub-key'], stagingDir);
  const line = said.stdout.trim();
  if (said.exitStatus !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(line))
    throw new CallFailure(
      'failed',
      `cpk-tool pub-key: ${(said.stderr || line).slice(0, 200) || `status ${said.exitStatus}`}`,
    );
  return { der: new Uint8Array(Buffer.from(line, 'base64')) };
}

/** The helper that a box brings whose TEE attests (docs/formats/evidence.md). */
export const evidenceTool = 'trustbox-evidence';
const maxEvidenceChars = 128 * 1024;

/** One line: format and evidence in base64. */
export async function readEvidence(
  { stagingDir }: BoxPlace,
  { format, nonce }: CallRequest<'evidence'>,
): Promise<CallAnswer<'evidence'>> {
  const args = [Buffer.from(nonce).toString('hex'), ...(format === '' ? [] : [format])];
  const said = await runTool(evidenceTool, args, stagingDir, maxEvidenceChars);
  const [, given = '', base64 = ''] =
    /^([a-z0-9.-]{1,64}) ([A-Za-z0-9+/]+={0,2})\n?$/.exec(said.stdout) ?? [];
  if (said.exitStatus === 0 && base64 !== '')
    return { format: given, evidence: new Uint8Array(Buffer.from(base64, 'base64')) };
  const words = (said.stderr || 'no line of format and base64').trim().slice(0, 200);
  throw new CallFailure(said.exitStatus === 3 ? 'not-found' : 'failed', `${evidenceTool}: ${words}`);
}

/** Words of the tool without the key, which it may repeat. */
const withhold = (text: string, key: string) => text.replaceAll(key, '[key]');

export async function installKey(
  { stagingDir }: BoxPlace,
  { applicationId, wrapped }: CallRequest<'install-key'>,
): Promise<CallAnswer<'install-key'>> {
  const key = Buffer.from(wrapped).toString('base64');
  const args = ['sync', '-a', applicationId, '-m', 'commandline', '-k', key];
  const said = await runTool('cpk-tool', args, stagingDir);
  return { ...said, stdout: withhold(said.stdout, key), stderr: withhold(said.stderr, key) };
}

export const installPackage = (
  { stagingDir }: BoxPlace,
  name: string,
): Promise<CallAnswer<'install-package'>> => runTool('cpk-tool', ['install', '-p', `./${name}`], stagingDir);

/** Where OP-TEE's REE file system keeps its objects, as tee-supplicant is configured by default. */
const storageDirs = ['var/lib/tee', 'data/tee'];

export function snapshotStorage({ root }: BoxPlace): CallAnswer<'storage-snapshot'> {
  for (const dir of storageDirs.map((name) => join(root || '/', name))) {
    try {
      const names = readdirSync(dir).toSorted();
      const hash = createHash('sha256');
      for (const name of names) hash.update(`${name}\0`).update(readFileSync(join(dir, name)));
      return { digest: new Uint8Array(hash.digest()) };
    } catch {
      // Not there, or not for this user.
    }
  }
  return { digest: null };
}

/** What receipt-list can name. */
const maxReceipts = 1000;

export async function putReceipt(
  { receiptsDir }: BoxPlace,
  { name, receipt }: CallRequest<'receipt-put'>,
): Promise<void> {
  await mkdir(receiptsDir, { recursive: true, mode: 0o700 });
  const names = await readdir(receiptsDir);
  if (names.length >= maxReceipts && !names.includes(name))
    throw new CallFailure('no-space', `${maxReceipts} receipts are kept`);
  await writeFile(join(receiptsDir, name), receipt, { mode: 0o600 });
}

export async function listReceipts({ receiptsDir }: BoxPlace): Promise<CallAnswer<'receipt-list'>> {
  const names = await readdir(receiptsDir).catch(() => []);
  return { names: names.toSorted().slice(-maxReceipts) };
}

const logPaths = ['var/log/messages', 'var/log/syslog'];
const maxLogChars = 60_000;
const maxLogBytes = 256 * 1024;

/** The end of a file, of any size, as text; null: it cannot be read. */
async function readTail(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, maxLogBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

const newest = (lines: readonly string[], count: number) => lines.slice(Math.max(0, lines.length - count));

/** The journal where systemd keeps one, otherwise the log file. */
export async function tailLog(
  { root, stagingDir }: BoxPlace,
  lines: number,
): Promise<CallAnswer<'log-tail'>> {
  for (const path of logPaths) {
    const text = await readTail(join(root || '/', path));
    if (text !== null)
      return { text: newest(text.trimEnd().split('\n'), lines).join('\n').slice(-maxLogChars) };
  }
  if (root !== '' || findTool('journalctl') === null)
    throw new CallFailure('not-found', 'no log that this user may read');
  const said = await runTool('journalctl', ['-n', String(lines), '--no-pager'], stagingDir);
  return { text: said.stdout.slice(-maxLogChars) };
}

export const reboot = ({ stagingDir }: BoxPlace): Promise<unknown> => runTool('reboot', [], stagingDir);
