import type { Failure } from '../../shared/wire/bodies.ts';

/** Why a call is not done: a closed reason and a sentence, both of which the station gets. */
export class CallFailure extends Error {
  readonly reason: Failure;

  constructor(reason: Failure, message: string) {
    super(message);
    this.name = 'CallFailure';
    this.reason = reason;
  }
}
