// `trustbox station`: the app on loopback, as a program of its own.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { runProgram } from '../program.ts';

const program = resolve(import.meta.dirname, '..', '..', 'station', 'station.mjs');

export function addStationCommand(parent: Command): void {
  parent
    .command('station')
    .description('serve the app on loopback for a browser, until SIGTERM')
    .option('--port <port>', 'TCP port on 127.0.0.1; 0: any free one', '0')
    .option('--json', 'print the address as one JSON line')
    .action(({ port, json }: { port: string; json?: boolean }) =>
      runProgram(program, ['--port', port, ...(json ? ['--json'] : [])]),
    );
}
