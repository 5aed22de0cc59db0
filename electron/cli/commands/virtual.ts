// `trustbox virtual`: boxes to train and test with. The boxes are a program of their own, at the other end of a
// real pty; this command starts it and stays until it is told to stop.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { locateHome } from '../../core/home.ts';

const program = resolve(import.meta.dirname, '..', '..', '..', 'device', 'virtual', 'main.ts');

export function addVirtualCommand(parent: Command): void {
  parent
    .command('virtual')
    .description('start virtual TrustBoxes, each on a real pty, until SIGTERM')
    .helpOption(false)
    .allowUnknownOption()
    .argument('[options...]', 'see `trustbox virtual --help`')
    .action((options: string[], _own: object, command: Command) =>
      runBoxes(command.args.length > 0 ? command.args : options),
    );
}

/** Passes signals on and ends with the status of the boxes' program. */
function runBoxes(args: readonly string[]): Promise<void> {
  const links = locateHome(process.env).virtual;
  mkdirSync(links, { recursive: true, mode: 0o700 });
  const argv = [
    '--disable-warning=ExperimentalWarning',
    program,
    '--port-links',
    join(links),
    '--with-parent',
    ...args,
  ];
  const child = spawn(process.execPath, argv, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done) => {
    child.on('exit', (code) => {
      process.exitCode = code ?? 1;
      done();
    });
  });
}
