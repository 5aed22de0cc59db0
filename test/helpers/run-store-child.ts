// Starts store-child.ts on a real Node of its own, and waits for it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

type Child = { readonly lines: string[]; readonly stderr: string; readonly code: number | null };

/** @param killAfter lines after which the child gets SIGKILL, wherever it is just then */
export function runStoreChild(
  args: readonly string[],
  { killAfter = Number.POSITIVE_INFINITY } = {},
): Promise<Child> {
  const script = join(import.meta.dirname, 'store-child.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args]);
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (stdout.split('\n').length - 1 >= killAfter) child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ lines: stdout.split('\n').slice(0, -1), stderr, code }));
  });
}
