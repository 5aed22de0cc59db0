// What every command shares: --json, errors as data with the exit status of their code, Ctrl-C as an abort.
import type { Command } from 'commander';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { makeOutput, type Output, printError } from './output.ts';

export type CommandContext = { readonly out: Output; readonly signal: AbortSignal };

type Action<O> = (context: CommandContext, options: O, args: string[]) => Promise<number | undefined>;

/** Wires an action: adds --json, runs it, maps what it throws to an exit status. Returning a number sets the status. */
export function withAction<O extends object>(
  command: Command,
  action: Action<O>,
  opensDevice = true,
): Command {
  return command
    .option('--json', 'print JSON: one document, or one line per event')
    .action(async (...given: unknown[]) => {
      const own = given.at(-1) as Command;
      const options = own.optsWithGlobals() as O & { json?: boolean };
      const out = makeOutput(options.json === true);
      const { signal, close } = abortOnSignals(opensDevice);
      try {
        process.exitCode = (await action({ out, signal }, options, own.args)) ?? 0;
      } catch (error) {
        process.exitCode = printError(error, out.json);
      } finally {
        close();
      }
    });
}

const stopping = 'Stopping: restoring the device. Press Ctrl-C again to leave at once.\n';

/** The first Ctrl-C or SIGTERM aborts in order; a second one ends the process at once. */
function abortOnSignals(opensDevice: boolean): { signal: AbortSignal; close: () => void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    if (opensDevice) process.stderr.write(stopping);
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  const close = () => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
  };
  return { signal: controller.signal, close };
}

/** A repeatable option's values in order. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** A value that is one of a list. @throws usage.invalid */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found) return found;
  throw new ProvisionerError('usage.invalid', `${option} ${value}: ${allowed.join(', ')}`);
}
