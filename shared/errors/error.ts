// The one error class, and the closed table of everything the product can refuse.
// Each area keeps its own table beside this file; a code is a key of one of them.
import { agentErrors } from './agent-errors.ts';
import { consoleErrors } from './console-errors.ts';
import { evidenceErrors } from './evidence-errors.ts';
import { jobErrors } from './job-errors.ts';
import { keyErrors } from './key-errors.ts';
import { packageErrors } from './package-errors.ts';
import { stationErrors } from './station-errors.ts';

/** What every code carries for people and for scripts. */
export type ErrorEntry = {
  /** One line: what happened. */
  readonly title: string;
  /** What a technician does next. */
  readonly advice: string;
  /** Exit status of the command line, 1 to 125. */
  readonly exitCode: number;
  /** True when the same call may succeed later with nothing changed by a person. */
  readonly retryable: boolean;
};

export const errorTable = {
  ...packageErrors,
  ...consoleErrors,
  ...agentErrors,
  ...keyErrors,
  ...evidenceErrors,
  ...jobErrors,
  ...stationErrors,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** Plain values only: they go to logs, screens and records. Never key material. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** The only error the product throws on purpose. */
export class ProvisionerError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ProvisionerError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Title, advice, exit status and retryability of a code. */
export const entryOf = (code: ErrorCode): ErrorEntry => errorTable[code];

/** An error as data, for the contract boundary and `--json`. */
export function errorToData(error: unknown) {
  const known = error instanceof ProvisionerError;
  const code: ErrorCode = known ? error.code : 'internal.unexpected';
  const { title, advice, retryable } = entryOf(code);
  const message = error instanceof Error ? error.message : String(error);
  return { code, message, title, advice, retryable, details: known ? error.details : {} };
}
