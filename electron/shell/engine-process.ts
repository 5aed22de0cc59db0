// The engine in a process of its own (utilityProcess): one desk, answering main.
import { type AnyEvent, type Reply, refusal } from '../../shared/contract/contract.ts';
import { createDesk, type Desk } from '../core/calls/desk.ts';
import { systemClock } from '../core/clock.ts';
import { locateHome } from '../core/home.ts';
import { openLog } from '../core/log.ts';
import type { FromEngine, ToEngine } from './engine-messages.ts';
import { type MainKeychain, openMainKeychain } from './main-keychain.ts';

type ParentPort = {
  on(event: 'message', listener: (message: { data: ToEngine }) => void): unknown;
  postMessage(message: FromEngine): void;
};

const port = (process as unknown as { parentPort: ParentPort }).parentPort;

async function asReply<T>(run: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    return refusal(error);
  }
}

type Asked = Exclude<ToEngine, { kind: 'keychain-answer' }>;

function answer(desk: Desk, message: Asked): Promise<Reply<unknown>> {
  switch (message.kind) {
    case 'call':
      return desk.dispatch(message.name, message.request);
    case 'add-file':
      return asReply(() => desk.files.addPath(message.path));
    case 'find-file':
      return asReply(async () => desk.files.find(message.token));
    case 'is-busy':
      return asReply(async () => desk.isBusy());
    case 'close':
      return asReply(() => desk.close());
  }
}

async function openDesk(keychain: MainKeychain): Promise<Desk> {
  const home = locateHome(process.env);
  const log = openLog(home.log);
  const demoAnchor = process.env.TRUSTBOX_DEMO_ANCHOR;
  const emit = (event: AnyEvent) => port.postMessage({ event });
  return createDesk({ home, clock: systemClock, log, demoAnchor, keychain, emit });
}

/** Main shows what failed, and ends this process with itself. */
async function serve(): Promise<void> {
  const keychain = openMainKeychain((message) => port.postMessage(message));
  const opened = await asReply(() => openDesk(keychain));
  if (!opened.ok) return port.postMessage({ failed: opened.error });
  const desk = opened.value;
  port.on('message', async ({ data }) => {
    if (data.kind === 'keychain-answer') return keychain.hear(data.id, data.reply);
    port.postMessage({ id: data.id, reply: await answer(desk, data) });
  });
  port.postMessage({ ready: true });
}

await serve();
