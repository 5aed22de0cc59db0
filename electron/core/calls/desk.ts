// The contract, answered: one desk per running app. The carrier (IPC or WebSocket) has checked who is asking; here the
// request is parsed, the handler runs, and what it throws becomes data.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AnyEvent,
  type CallName,
  calls,
  type Handlers,
  type Reply,
  refusal,
} from '../../../shared/contract/contract.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { JobEvent } from '../../../shared/job.ts';
import type { Clock } from '../clock.ts';
import type { StartDrivers } from '../drivers/remote.ts';
import type { Home } from '../home.ts';
import { installDir } from '../install.ts';
import { type Keychain, noKeychain } from '../keys/second-lock.ts';
import type { Log } from '../log.ts';
import { createServices } from '../services.ts';
import { deviceCalls } from './device-calls.ts';
import { openDeviceWatch } from './device-watch.ts';
import { type FileShelf, openFileShelf } from './file-shelf.ts';
import { openLine } from './line.ts';
import { lineCalls } from './line-calls.ts';
import { loadCalls } from './load-calls.ts';
import { lockCalls } from './lock-calls.ts';
import { packageCalls } from './package-calls.ts';
import { recordCalls } from './record-calls.ts';
import { openIdleLock, type Session } from './session.ts';
import { readSettings } from './settings.ts';
import { stationCalls } from './station-calls.ts';
import { trustCalls } from './trust-calls.ts';
import { linkViews } from './views.ts';

export type DeskSurroundings = {
  readonly home: Home;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: AnyEvent) => void;
  /** How long a job waits for a device that went away. */
  readonly reconnectMs?: number;
  /** Absent: none is reached, as from the station. */
  readonly keychain?: Keychain | undefined;
  /** PEM file that the first set-up keeps as a trust anchor: the signer that a demonstration brings along. */
  readonly demoAnchor?: string | undefined;
  /** Starts the process of native code; absent: native code in this process. */
  readonly startDrivers?: StartDrivers | undefined;
};

export type Desk = {
  /** Answers one call; never rejects. */
  dispatch(name: string, request: unknown): Promise<Reply<unknown>>;
  readonly files: FileShelf;
  /** True while a job of this process runs: ending now would interrupt it. */
  isBusy(): boolean;
  close(): Promise<void>;
};

const readVersion = (): string =>
  (JSON.parse(readFileSync(join(installDir, 'package.json'), 'utf8')) as { version: string }).version;

export async function createDesk(surroundings: DeskSurroundings): Promise<Desk> {
  const { home, log, emit } = surroundings;
  const ending = new AbortController();
  const listeners = new Set<(event: JobEvent) => void>();
  const running = new Map<string, string>();
  const services = createServices({
    ...surroundings,
    onLinks: (states) => session.emit('links.changed', linkViews(states, session.settings.links)),
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
  });
  const files = await openFileShelf(home.session);
  const settings = readSettings(home.settings);
  const places = { virtualDir: home.virtual, usbTable: settings.usbDevices, drivers: services.drivers };
  const watch = openDeviceWatch(places, (cards) => {
    session.emit('devices.changed', cards);
    services.links.keep(new Set(cards.map(({ port }) => port)));
    line.look(cards);
  });
  const session: Session = {
    services,
    files,
    watch,
    version: readVersion(),
    settings,
    keychain: surroundings.keychain ?? noKeychain,
    demoAnchor: surroundings.demoAnchor ?? null,
    vault: null,
    emit: (name, value) => emit({ name, value } as AnyEvent),
    onJobEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signal: ending.signal,
  };
  const line = openLine(session.settings.slots, (state) => session.emit('line.changed', state));
  session.onJobEvent((event) => {
    session.emit('job.event', event);
    line.hear(event);
    if (event.event !== 'job') return;
    if (event.state === 'running') running.set(event.jobId, event.port);
    else running.delete(event.jobId);
    watch.setJob(event.port, event.state === 'running' ? event.jobId : null);
  });
  const handlers: Handlers = {
    ...stationCalls(session),
    ...lockCalls(session),
    ...deviceCalls(session),
    ...packageCalls(session),
    ...loadCalls(session),
    ...lineCalls(session, line),
    ...trustCalls(session),
    ...recordCalls(session),
  };
  const lock = openIdleLock(
    () => session.settings.idleLockMinutes,
    () => void handlers['station.lock']({}),
  );

  return {
    files: session.files,
    isBusy: () => running.size > 0,
    async dispatch(name, request) {
      lock.touch();
      return answer(handlers, { name, request, log });
    },
    async close() {
      ending.abort(new ProvisionerError('job.station-ended', 'the program was closed'));
      lock.close();
      watch.close();
      await waitUntil(() => running.size === 0, closeMs);
      await session.files.close();
      await services.close();
    },
  };
}

/** A job that is told to stop restores its device first. */
const closeMs = 20_000;

async function waitUntil(isTrue: () => boolean, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!isTrue() && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function answer(
  handlers: Handlers,
  { name, request, log }: { name: string; request: unknown; log: Log },
): Promise<Reply<unknown>> {
  try {
    if (!Object.hasOwn(calls, name))
      throw new ProvisionerError('contract.invalid-call', `no call "${name.slice(0, 80)}"`);
    const known = name as CallName;
    const parsed = calls[known].request.safeParse(request);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new ProvisionerError(
        'contract.invalid-call',
        `${known}: ${issue?.path.join('.')}: ${issue?.message}`,
      );
    }
    const handle = handlers[known] as (request: unknown) => Promise<unknown>;
    return { ok: true, value: await handle(parsed.data) };
  } catch (error) {
    const refused = refusal(error);
    if (refused.error.code === 'internal.unexpected')
      log.error({ call: name, error: String(error) }, 'call failed');
    return refused;
  }
}
