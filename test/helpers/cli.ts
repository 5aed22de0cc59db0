// The real command in a real process.
import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const trustbox = resolve(import.meta.dirname, '..', '..', 'electron', 'cli', 'trustbox.mjs');

export type CliResult = {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly lines: readonly Record<string, unknown>[];
};

export const passphrase = 'a TEST passphrase';

const environment = (home: string, extra: NodeJS.ProcessEnv) => ({
  ...process.env,
  TRUSTBOX_HOME: home,
  TRUSTBOX_PASSPHRASE: passphrase,
  BOX_PASSWORD: 'trust',
  TRUSTBOX_STATION: 'TEST station',
  ...extra,
});

export type CliOptions = {
  readonly env?: NodeJS.ProcessEnv;
  /** In a process group of its own, as a shell starts it. */
  readonly hasGroup?: boolean;
  /** Sees each JSON line while the command runs, and the process, to kill it. */
  readonly onLine?: (line: Record<string, unknown>, child: ChildProcess) => void;
};

function parseLine(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}

export async function runCli(
  home: string,
  args: readonly string[],
  { env = {}, hasGroup = false, onLine }: CliOptions = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, [join(trustbox), ...args], {
    env: environment(home, env),
    detached: hasGroup,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Record<string, unknown>[] = [];
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    stdout += `${text}\n`;
    const line = parseLine(text);
    lines.push(line);
    onLine?.(line, child);
  });
  const status = await new Promise<number | null>((done) => child.once('close', done));
  return { status, stdout, stderr, lines };
}
