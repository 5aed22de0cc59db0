// The udev rule that lets whoever sits at this machine open the ports of TrustBoxes: whether it is there, and writing it
// when the operator agrees. The deb brings it along; elsewhere an administrator's consent is asked for by pkexec.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { installDir } from './install.ts';

const fileName = '70-trustbox.rules';
/** Where udev looks for rules, udev(7). */
const ruleDirs = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'].map((dir) => `${dir}/udev/rules.d`);
const ownTarget = join('/etc/udev/rules.d', fileName);
const personMs = 120_000;

export type SerialRule = {
  /** A port is there that this user may not open. */
  readonly isNeeded: boolean;
  /** Where udev has it already; null: nowhere. */
  readonly installedAt: string | null;
  /** True: an administrator can be asked from here. */
  readonly mayAsk: boolean;
  /** Where it would be written. */
  readonly path: string;
  readonly text: string;
  /** What an administrator runs instead. */
  readonly command: string;
};

export const readRuleText = (): string =>
  readFileSync(join(installDir, 'resources', 'linux', fileName), 'utf8');

function mayAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

const isOnPath = (program: string, env: NodeJS.ProcessEnv): boolean =>
  (env.PATH ?? '').split(delimiter).some((dir) => dir && mayAccess(join(dir, program), constants.X_OK));

const reload = (run: string) =>
  `${run}udevadm control --reload && ${run}udevadm trigger --subsystem-match=tty --action=change`;

export const ruleCommand = (text: string): string =>
  `sudo tee ${ownTarget} <<'EOF'\n${text.trimEnd()}\nEOF\n${reload('sudo ')}`;

/** Null where there is no udev. */
export function readSerialRule(dirs: readonly string[] = ruleDirs): SerialRule | null {
  if (process.platform !== 'linux') return null;
  const ports = readdirSync('/dev').filter((name) => /^tty(?:USB|ACM)\d/.test(name));
  const text = readRuleText();
  return {
    isNeeded: ports.some((name) => !mayAccess(join('/dev', name), constants.R_OK | constants.W_OK)),
    installedAt: dirs.map((dir) => join(dir, fileName)).find((path) => existsSync(path)) ?? null,
    mayAsk: isOnPath('pkexec', process.env),
    path: ownTarget,
    text,
    command: ruleCommand(text),
  };
}

/** The rule comes on standard input; the target is the only argument. Written whole or not at all. */
const script = `umask 022 && mkdir -p "\${1%/*}" && cat > "$1.part" && mv "$1.part" "$1" && { ${reload('')} || true; }`;

const notWritten = (message: string, cause?: unknown) =>
  new ProvisionerError('rule.not-written', message, cause === undefined ? {} : { cause });

/**
 * Writes the rule as an administrator, who is asked by the system's own dialog.
 * @throws rule.not-written
 */
export async function installSerialRule(signal: AbortSignal, target: string = ownTarget): Promise<void> {
  const text = readRuleText();
  // Without a dialog to ask by, pkexec would ask on a terminal that may be nobody's.
  const args = ['--disable-internal-agent', '/bin/sh', '-c', script, 'sh', target];
  const child = spawn('pkexec', args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(personMs)]),
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => reject(notWritten('an administrator could not be asked', cause)));
    child.once('exit', resolve);
    // It may end without having read: its status tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
  if (status === 126 || status === 127) throw notWritten('the administrator did not agree');
  if (status !== 0 || (await readFile(target, 'utf8').catch(() => null)) !== text)
    throw notWritten(`writing ${target} ended with ${status}`);
}
