// What cpk-tool on the box can do, as typed functions. Arguments are checked before they meet a shell; the wrapped key
// is never logged and, with the shell we use, never in a history.
import { parseBase64, toBase64, toHex } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { RawEvidence, StorageSnapshot, ToolTranscript } from '../link.ts';
import { cleanScreen, quote, withhold } from './screen.ts';
import type { RunOptions, Shell } from './shell.ts';

const maxPublicKeyChars = 2048;
const shellSafe = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A name that needs no quoting and cannot climb folders. @throws usage.invalid */
export function shellName(value: string): string {
  if (shellSafe.test(value)) return value;
  throw new ProvisionerError(
    'usage.invalid',
    `"${quote(value)}": letters, digits, dot, dash and underscore, at most 64`,
  );
}

/** Runs a program with its errors kept apart: they are printed after the output, behind a mark. */
async function runTool(shell: Shell, command: string, options: RunOptions): Promise<ToolTranscript> {
  const split = toHex(crypto.getRandomValues(new Uint8Array(8)));
  const script = [
    'E=$(mktemp 2>/dev/null || echo "$HOME/.trustbox-err")',
    `${command} 2>"$E"`,
    'X=$?',
    `printf '\\n%s\\n' ${split}; head -c 8192 "$E"; rm -f "$E"; (exit $X)`,
  ].join('\n');
  const { output, status } = await shell.run(script, options);
  const [stdout = '', stderr = ''] = output.split(`\n${split}\n`);
  return {
    stdout: cleanScreen(stdout).replace(/\n$/, ''),
    stderr: cleanScreen(stderr).trim(),
    exitStatus: status,
  };
}

/** `cpk-tool pub-key`: one line, base64 of the SubjectPublicKeyInfo. @throws device.tool-failed device.bad-answer */
export async function readPublicKey(shell: Shell, options: RunOptions = {}): Promise<Uint8Array> {
  const said = await runTool(shell, 'cpk-tool pub-key', { timeoutMs: 30_000, ...options });
  if (said.exitStatus !== 0) {
    throw new ProvisionerError(
      'device.tool-failed',
      `cpk-tool pub-key: ${quote(said.stderr || said.stdout) || `status ${said.exitStatus}`}`,
    );
  }
  const line = said.stdout.trim();
  const bytes = line.length <= maxPublicKeyChars ? parseBase64(line) : null;
  if (bytes === null || bytes.length === 0)
    throw new ProvisionerError('device.bad-answer', `cpk-tool pub-key gave no base64 line: "${quote(line)}"`);
  return bytes;
}

const noSuchCommand = 127;
const maxEvidenceChars = 90_000;

/**
 * `trustbox-evidence CHALLENGE`: one line, format and base64. Null where the box has no such helper, as a stock box.
 * @throws device.tool-failed device.bad-answer
 */
export async function readEvidence(
  shell: Shell,
  challenge: Uint8Array,
  options: RunOptions = {},
): Promise<RawEvidence | null> {
  const wanted = `command -v trustbox-evidence >/dev/null || (exit ${noSuchCommand}) && trustbox-evidence ${toHex(challenge)}`;
  const said = await runTool(shell, `{ ${wanted}; }`, { timeoutMs: 60_000, ...options });
  if (said.exitStatus === noSuchCommand) return null;
  if (said.exitStatus !== 0)
    throw new ProvisionerError(
      'device.tool-failed',
      `trustbox-evidence: ${quote(said.stderr || said.stdout)}`,
    );
  const line = said.stdout.trim();
  const [, format = '', base64 = ''] = /^([a-z0-9.-]{1,64}) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
  const evidence = line.length <= maxEvidenceChars ? parseBase64(base64) : null;
  if (evidence === null || evidence.length === 0)
    throw new ProvisionerError(
      'device.bad-answer',
      `trustbox-evidence gave no format and base64: "${quote(line)}"`,
    );
  return { format, evidence };
}

/** A tool that repeats its arguments, or a box that echoes, must not carry the wrapped key into a record or an error. */
async function withoutKey(key: string, run: () => Promise<ToolTranscript>): Promise<ToolTranscript> {
  try {
    const { stdout, stderr, exitStatus } = await run();
    return { stdout: withhold(stdout, key), stderr: withhold(stderr, key), exitStatus };
  } catch (error) {
    if (!(error instanceof ProvisionerError)) throw error;
    throw new ProvisionerError(error.code, withhold(error.message, key), { details: error.details });
  }
}

/** An RSA-4096 block; its base64 still fits a command line of the console. */
const maxWrappedKeyBytes = 512;

/**
 * `cpk-tool sync -m commandline`: hands the wrapped class key to the CPM.
 * @throws usage.invalid console.* port.lost
 */
export async function installKey(
  shell: Shell,
  request: { applicationId: string; wrappedKey: Uint8Array },
  options: RunOptions = {},
): Promise<ToolTranscript> {
  const { length } = request.wrappedKey;
  if (length > maxWrappedKeyBytes)
    throw new ProvisionerError(
      'usage.invalid',
      `a wrapped key of ${length} bytes, at most ${maxWrappedKeyBytes}`,
    );
  const key = toBase64(request.wrappedKey);
  const command = `cpk-tool sync -a ${shellName(request.applicationId)} -m commandline -k ${key}`;
  return withoutKey(key, () => runTool(shell, command, { timeoutMs: 30_000, ...options }));
}

/** `cpk-tool install -p FILE` on a staged file. */
export const installPackage = (shell: Shell, remoteName: string, options: RunOptions = {}) =>
  runTool(shell, `cpk-tool install -p ./${shellName(remoteName)}`, { timeoutMs: 120_000, ...options });

/** A digest of what the TEE's secure storage looks like from Linux, where this user may look. */
export async function snapshotStorage(shell: Shell, options: RunOptions = {}): Promise<StorageSnapshot> {
  const script = [
    'for D in "$R/var/lib/tee" "$R/data/tee"; do [ -r "$D" ] && [ -d "$D" ] && break; D=; done',
    '[ -n "$D" ] && { ls -lanR "$D"; cat "$D"/* ; } 2>/dev/null | sha256sum | cut -c 1-64',
  ].join('\n');
  const { output } = await shell.run(script, { timeoutMs: 60_000, ...options });
  const digest = /^[0-9a-f]{64}$/m.exec(output)?.[0] ?? null;
  return { readable: digest !== null, digest };
}
