// The engine in a process of its own (utilityProcess): one desk, answering main.
import { type AnyEvent, type Reply, refusal } from '../../shared/contract/contract.ts';
import { createDesk, type Desk } from '../core/calls/desk.ts';
import { systemClock } from '../core/clock.ts';
import { locateHome } from '../core/home.ts';
import { openLog } from '../core/log.ts';
import type { FromEngine, FromMainUnasked, ToEngine } from './engine-messages.ts';
import { type ElectronPort, type MainDrivers, openMainDrivers } from './main-drivers.ts';
import { type MainKeychain, openMainKeychain } from './main-keychain.ts';

type ParentPort = {
  on(event: 'message', listener: (message: { data: ToEngine; ports: ElectronPort[] }) => void): unknown;
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

type Asked = Exclude<ToEngine, { kind: 'keychain-answer' } | FromMainUnasked>;

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

async function openDesk(keychain: MainKeychain, drivers: MainDrivers): Promise<Desk> {
  const home = locateHome(process.env);
  const log = openLog(home.log);
  const demoAnchor = process.env.TRUSTBOX_DEMO_ANCHOR;
  const emit = (event: AnyEvent) => port.postMessage({ event });
  const startDrivers = drivers.start;
  return createDesk({ home, clock: systemClock, log, demoAnchor, keychain, emit, startDrivers });
}

/** Main shows what failed, and ends this process with itself. */
async function serve(): Promise<void> {
  const keychain = openMainKeychain((message) => port.postMessage(message));
  const drivers = openMainDrivers((message) => port.postMessage(message));
  const opened = Promise.withResolvers<Desk>();
  // From the start: the desk looks at its ports while it opens.
  port.on('message', async ({ data, ports }) => {
    if (data.kind === 'keychain-answer') return keychain.hear(data.id, data.reply);
    if (data.kind === 'drivers' || data.kind === 'drivers-gone') return drivers.hear(data, ports[0]);
    port.postMessage({ id: data.id, reply: await answer(await opened.promise, data) });
  });
  const desk = await asReply(() => openDesk(keychain, drivers));
  if (!desk.ok) return port.postMessage({ failed: desk.error });
  opened.resolve(desk.value);
  port.postMessage({ ready: true });
}

await serve();
