// What has arrived on the line and was not yet taken, with waits that end by finding, by deadline, by abort or by loss.
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Port } from '../port.ts';

/** More than any answer: identity, tool output and prompts are a few KiB. */
const maxHeldBytes = 256 * 1024;

export type Wait = { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined };

export type Inbox = {
  /** All held bytes as Latin-1 text, one character a byte. */
  text(): string;
  bytes(): Uint8Array;
  clear(): void;
  /** Resolves with what `find` returns as soon as that is not null; null at the deadline. @throws port.lost console.flooded */
  waitFor<T>(find: (text: string) => T | null, wait: Wait): Promise<T | null>;
  /** Resolves when nothing arrived for a while, or the wait is over. */
  settle(quietMs: number, wait: Wait): Promise<void>;
};

/** @param heard what came before on this port and was nobody else's; copied */
export function openInbox(port: Port, heard: Uint8Array = new Uint8Array(0)): Inbox {
  let held = Buffer.from(heard);
  let lastMs = performance.now();
  let failure: ProvisionerError | null = null;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const check of [...waiting]) check();
  };
  port.listen(
    (bytes) => {
      held = Buffer.concat([held, bytes]);
      lastMs = performance.now();
      if (held.length > maxHeldBytes) {
        failure ??= new ProvisionerError(
          'console.flooded',
          `more than ${maxHeldBytes} bytes without an answer`,
        );
        held = held.subarray(held.length - 4096);
      }
      wake();
    },
    (error) => {
      failure ??= error;
      wake();
    },
  );
  const text = () => held.toString('latin1');

  const waitFor = <T>(find: (text: string) => T | null, { timeoutMs, signal }: Wait): Promise<T | null> =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer);
        waiting.delete(check);
        signal?.removeEventListener('abort', onAbort);
        act();
      };
      const onAbort = () => finish(() => reject(signal?.reason));
      const check = () => {
        const found = find(text());
        if (found !== null) finish(() => resolve(found));
        else if (failure) finish(() => reject(failure));
      };
      const timer = setTimeout(() => finish(() => resolve(null)), timeoutMs);
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort);
      waiting.add(check);
      check();
    });

  return {
    text,
    bytes: () => held,
    clear() {
      held = Buffer.alloc(0);
    },
    waitFor,
    async settle(quietMs, { timeoutMs, signal }) {
      const startMs = performance.now();
      const endMs = startMs + timeoutMs;
      while (performance.now() < endMs) {
        const idleMs = performance.now() - Math.max(lastMs, startMs);
        if (idleMs >= quietMs) return;
        await waitFor(() => null, {
          timeoutMs: Math.min(quietMs - idleMs + 1, endMs - performance.now()),
          signal,
        });
      }
    },
  };
}
