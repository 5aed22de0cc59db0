// What a call was refused with.
import { expect } from 'vitest';
import { type ErrorCode, type ErrorDetails, ProvisionerError } from '../../shared/errors/error.ts';

function refusalOf(run: () => unknown): ProvisionerError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ProvisionerError);
    return error as ProvisionerError;
  }
  throw new Error('nothing was refused');
}

export const codeOf = (run: () => unknown): ErrorCode => refusalOf(run).code;
export const detailsOf = (run: () => unknown): ErrorDetails => refusalOf(run).details;

/** What a promise was refused with. */
export async function refusalOfAsync(promise: Promise<unknown>): Promise<ProvisionerError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error === null) throw new Error('nothing was refused');
  if (!(error instanceof ProvisionerError)) throw error;
  return error;
}

/** The code a promise was refused with. */
export const codeOfAsync = async (promise: Promise<unknown>): Promise<ErrorCode> =>
  (await refusalOfAsync(promise)).code;
