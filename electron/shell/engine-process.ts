// The engine in a process of its own (utilityProcess): one desk, answering main.
import type { AnyEvent, Reply } from '../../shared/contract/contract.ts';
import { errorToData } from '../../shared/errors/error.ts';
import { createDesk, type Desk } from '../core/calls/desk.ts';
import { systemClock } from '../core/clock.ts';
import { locateHome } from '../core/home.ts';
import { openLog } from '../core/log.ts';
import type { FromEngine, ToEngine } from './engine-messages.ts';

type ParentPort = {
  on(event: 'message', listener: (message: { data: ToEngine }) => void): unknown;
  postMessage(message: FromEngine): void;
};

const port = (process as unknown as { parentPort: ParentPort }).parentPort;

async function asReply<T>(run: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    const { details, ...data } = errorToData(error);
    return { ok: false, error: { ...data, details: { ...details } } };
  }
}

function answer(desk: Desk, message: ToEngine): Promise<Reply<unknown>> {
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

async function openDesk(): Promise<Desk> {
  const home = locateHome(process.env);
  const log = openLog(home.log);
  const demoAnchor = process.env.TRUSTBOX_DEMO_ANCHOR;
  const emit = (event: AnyEvent) => port.postMessage({ event });
  return createDesk({ home, clock: systemClock, log, demoAnchor, emit });
}

/** Main shows what failed, and ends this process with itself. */
async function serve(): Promise<void> {
  const opened = await asReply(openDesk);
  if (!opened.ok) return port.postMessage({ failed: opened.error });
  const desk = opened.value;
  port.on('message', async ({ data }) => port.postMessage({ id: data.id, reply: await answer(desk, data) }));
  port.postMessage({ ready: true });
}

await serve();
