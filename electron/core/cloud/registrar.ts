// What the outbox asks of a cloud: register these devices, one answer each. The sender knows no cloud, a registrar knows
// no database.
import type { ErrorCode } from '../../../shared/errors/error.ts';
import type { OutboxRow } from '../store/outbox.ts';

/** A field in which the cloud's device differs from the record. */
export type Difference = { readonly field: string; readonly ours: string; readonly theirs: string };

export type RegistrarAnswer =
  /** The cloud has the device as the record says; `isNew` is false when it had it already. */
  | { readonly kind: 'registered'; readonly isNew: boolean; readonly etag: string | null }
  /** Only a person can go on: `answer` is what the service said, as it said it, at most 4 KiB. */
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly answer: string;
      readonly differences: readonly Difference[];
    }
  /** Not now: throttled, a fault of the service, no network. Null: the service named no time. */
  | {
      readonly kind: 'later';
      readonly code: ErrorCode;
      readonly message: string;
      readonly retryAfterMs: number | null;
    };

export type RegisterOptions = {
  readonly signal: AbortSignal;
  /** Records (by outbox id) whose differing device a person decided to replace. */
  readonly replace: ReadonlySet<number>;
};

export type Registrar = {
  /** Most records in one call. */
  readonly batchSize: number;
  /** Service calls a minute that 80 % of the tier allow. */
  readonly callsPerMinute: number;
  /** One answer per record, in order. Sent twice, a record makes one device. Throws only what an abort throws. */
  register(records: readonly OutboxRow[], options: RegisterOptions): Promise<readonly RegistrarAnswer[]>;
};
