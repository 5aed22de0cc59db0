// `trustbox virtual`: boxes to train and test with. The boxes are a program of their own, at the other end of a
// real pty; this command starts it and stays until it is told to stop.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { locateHome } from '../../core/home.ts';
import { runProgram } from '../program.ts';

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

function runBoxes(args: readonly string[]): Promise<void> {
  const links = locateHome(process.env).virtual;
  mkdirSync(links, { recursive: true, mode: 0o700 });
  return runProgram(program, ['--port-links', links, '--with-parent', ...args]);
}
