// Runs a program of its own beside the command: the virtual boxes, the station.
import { spawn } from 'node:child_process';

/** Passes signals on and ends with the program's status. */
export function runProgram(path: string, args: readonly string[]): Promise<void> {
  const argv = ['--disable-warning=ExperimentalWarning', path, ...args];
  const child = spawn(process.execPath, argv, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done) => {
    child.on('exit', (code) => {
      process.exitCode = code ?? 1;
      done();
    });
  });
}
