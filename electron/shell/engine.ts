// Main's end of the engine's process.
import { type MessagePortMain, utilityProcess } from 'electron';
import { type AnyEvent, type Reply, refusal } from '../../shared/contract/contract.ts';
import type { ErrorData } from '../../shared/contract/values.ts';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { openBroker } from './driver-broker.ts';
import type { FromEngine, FromMainUnasked, KeychainQuestion, ToEngine } from './engine-messages.ts';
import type { AskKeychain } from './second-lock.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

export type EngineProcess = {
  ask(
    message: WithoutId<Exclude<ToEngine, { kind: 'keychain-answer' } | FromMainUnasked>>,
  ): Promise<Reply<unknown>>;
  /** Resolves when the process can answer. */
  readonly ready: Promise<void>;
};

const gone = (): Reply<never> => refusal(new ProvisionerError('internal.unexpected', 'the engine ended'));

export type EngineStart = {
  readonly modulePath: string;
  /** Of the drivers' process. */
  readonly driversPath: string;
  readonly emit: (event: AnyEvent) => void;
  readonly askKeychain: AskKeychain;
  /** The engine ended although nobody asked it to. */
  readonly onGone: (status: number) => void;
  /** The engine could not start: no store, no log, no SQLite. */
  readonly onFailed: (error: ErrorData) => void;
};

export function startEngine(start: EngineStart): EngineProcess {
  const { modulePath, driversPath, emit, askKeychain, onGone, onFailed } = start;
  const waiting = new Map<number, (reply: Reply<unknown>) => void>();
  const child = utilityProcess.fork(modulePath, [], { serviceName: 'TrustBox engine', stdio: 'inherit' });
  const broker = openBroker(driversPath, (message: FromMainUnasked, ports: MessagePortMain[]) =>
    child.postMessage(message, ports),
  );
  let nextId = 1;
  let isGone = false;
  const ready = Promise.withResolvers<void>();
  const answerQuestion = async (id: number, question: KeychainQuestion) => {
    const reply = await askKeychain(question).then(
      (value) => ({ ok: true, value }) as const,
      (error: unknown) => refusal(error),
    );
    child.postMessage({ id, kind: 'keychain-answer', reply } satisfies ToEngine);
  };
  child.on('message', (message: FromEngine) => {
    if ('ready' in message) return ready.resolve();
    if ('failed' in message) return onFailed(message.failed);
    if ('event' in message) return emit(message.event);
    if ('drivers' in message) return broker[message.drivers]();
    if ('question' in message) return void answerQuestion(message.id, message.question);
    waiting.get(message.id)?.(message.reply);
    waiting.delete(message.id);
  });
  // A fatal error of V8. Without a listener it would be thrown here; `exit` follows and tells the user.
  child.on('error', () => undefined);
  child.on('exit', (status) => {
    isGone = true;
    for (const resolve of waiting.values()) resolve(gone());
    waiting.clear();
    onGone(status);
  });
  return {
    ready: ready.promise,
    ask(message) {
      if (isGone) return Promise.resolve(gone());
      const id = nextId;
      nextId += 1;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        child.postMessage({ ...message, id });
      });
    },
  };
}
