// `trustbox errors`: every error code with its exit status, whether trying again can help, and what to do.
import type { Command } from 'commander';
import { errorTable } from '../../../shared/errors/error.ts';
import { withAction } from '../command.ts';

/** The table as Markdown, as docs/error-codes.md holds it. */
export function renderErrorCodes(): string {
  const rows = Object.entries(errorTable)
    .toSorted(([a, left], [b, right]) => left.exitCode - right.exitCode || a.localeCompare(b))
    .map(
      ([code, entry]) =>
        `| ${entry.exitCode} | \`${code}\` | ${entry.retryable ? 'yes' : 'no'} | ${entry.title} | ${entry.advice} |`,
    );
  return ['| exit | code | try again? | what happened | what to do |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

export function addErrorsCommand(program: Command): void {
  const command = program
    .command('errors')
    .description('list every error code with its exit status and advice');
  withAction(command, async ({ out }) => {
    const codes = Object.entries(errorTable).map(([code, entry]) => ({ code, ...entry }));
    out.result({ errors: codes }, renderErrorCodes());
    return 0;
  });
}
