// Everything that changes the store: calls to the engine, events from it, and the user's moves between screens.
import type { AnyEvent, CallName, EventValue, Request, Response } from '../shared/contract/contract.ts';
import type { DeviceCard, ErrorData, FileInfo, JobView, LinkView } from '../shared/contract/values.ts';
import type { Carrier } from './carrier.ts';
import { type JobProgress, type Notice, type Screen, useDesk } from './store.ts';

let carrier: Carrier | null = null;
let nextNotice = 1;

const set = useDesk.setState;
const get = useDesk.getState;

function reached(): Carrier {
  if (carrier === null) throw new Error('no carrier yet: call startDesk first');
  return carrier;
}

export function showScreen(screen: Screen, chosenPorts?: readonly string[]): void {
  set(chosenPorts ? { screen, chosenPorts } : { screen });
}

function notify(notice: Omit<Notice, 'id'>): number {
  const id = nextNotice;
  nextNotice += 1;
  set({ notices: [...get().notices.slice(-3), { ...notice, id }] });
  return id;
}

/** What went well is told for a while; what went wrong stays until it is dismissed. */
const doneMs = 8000;

export function notifyDone(text: string): void {
  const id = notify({ kind: 'done', text, error: null });
  setTimeout(() => dismissNotice(id), doneMs);
}

export const notifyError = (error: ErrorData): void =>
  void notify({ kind: 'error', text: error.title, error });
export const dismissNotice = (id: number): void =>
  set({ notices: get().notices.filter((notice) => notice.id !== id) });

/** The answer, or null after a notice said why not. */
export async function call<N extends CallName>(name: N, request: Request<N>): Promise<Response<N> | null> {
  const reply = await reached().call(name, request);
  if (reply.ok) return reply.value;
  notifyError(reply.error);
  return null;
}

/** The reply itself, for screens that show the refusal in its place. */
export const ask = <N extends CallName>(name: N, request: Request<N>) => reached().call(name, request);

export async function switchOnSecondLock(passphrase: string): Promise<boolean> {
  const made = await call('station.switch-on-second-lock', { passphrase });
  if (made) set({ recoveryCode: made.recoveryCode });
  return made !== null;
}

export const forgetRecoveryCode = (): void => set({ recoveryCode: null });

export async function sendFile(file: File): Promise<FileInfo | null> {
  const reply = await reached().sendFile(file);
  if (reply.ok) return reply.value;
  notifyError(reply.error);
  return null;
}

export const saveFile = (file: FileInfo): Promise<void> => reached().saveFile(file);

/** What the engine says of a job's state counts more than events that a lost connection may have swallowed. Pure. */
export function reconcile(
  progress: Readonly<Record<string, JobProgress>>,
  jobs: readonly JobView[],
): Readonly<Record<string, JobProgress>> {
  const missed = jobs.filter(({ id, state }) => (progress[id]?.state ?? state) !== state);
  const corrected = missed.flatMap(({ id, state }): [string, JobProgress][] => {
    const known = progress[id];
    return known ? [[id, { ...known, state, transfer: null, waitingFor: null }]] : [];
  });
  return corrected.length === 0 ? progress : { ...progress, ...Object.fromEntries(corrected) };
}

/** A job that already ran when this page was opened: its steps so far. */
async function catchUp({ id, port, state }: JobView): Promise<void> {
  const found = await call('jobs.detail', { jobId: id });
  if (!found || get().progress[id]) return;
  set({ progress: { ...get().progress, [id]: { ...fresh(id, port), state, steps: found.steps } } });
}

export async function refreshJobs(): Promise<void> {
  const jobs = await call('jobs.list', {});
  if (!jobs) return;
  set({ jobs, progress: reconcile(get().progress, jobs) });
  const unseen = jobs.filter(({ id, state }) => state === 'running' && !get().progress[id]);
  await Promise.all(unseen.map(catchUp));
}

const fresh = (jobId: string, port: string): JobProgress => ({
  jobId,
  port,
  state: 'running',
  steps: [],
  transfer: null,
  waitingFor: null,
  returns: [],
});

/** What an event makes of a job's progress. Pure but for the time, which is given. */
export function advance(
  before: JobProgress | undefined,
  event: EventValue<'job.event'>,
  nowMs: number,
): JobProgress {
  const job = before ?? fresh(event.jobId, event.port);
  if (event.event === 'job') {
    const steps = event.state === 'running' ? [] : job.steps;
    return { ...job, state: event.state, steps, transfer: null, waitingFor: null };
  }
  if (event.event === 'back') {
    const { code, awayMs, sentBytes, totalBytes } = event;
    return { ...job, waitingFor: null, returns: [...job.returns, { code, awayMs, sentBytes, totalBytes }] };
  }
  if (event.event === 'waiting') return { ...job, waitingFor: event.code, transfer: null };
  if (event.event === 'step') {
    const step = {
      step: event.step,
      state: event.state,
      detail: event.detail ?? null,
      durationMs: event.durationMs ?? null,
    };
    const at = job.steps.findIndex((known) => known.step === event.step);
    // A step that runs again belongs to a new attempt: what came after it is to be done anew.
    const earlier = at < 0 ? job.steps : job.steps.slice(0, at);
    const later = at < 0 || event.state === 'running' ? [] : job.steps.slice(at + 1);
    return {
      ...job,
      steps: [...earlier, step, ...later],
      transfer: null,
      waitingFor: null,
    };
  }
  const isSame = job.transfer?.step === event.step;
  return {
    ...job,
    transfer: {
      step: event.step,
      sentBytes: event.sentBytes,
      totalBytes: event.totalBytes,
      retries: event.retries,
      startedMs: isSame && job.transfer ? job.transfer.startedMs : nowMs,
      startedBytes: isSame && job.transfer ? job.transfer.startedBytes : event.sentBytes,
      nowMs,
    },
  };
}

function hearJob(event: EventValue<'job.event'>): void {
  const { progress } = get();
  set({ progress: { ...progress, [event.jobId]: advance(progress[event.jobId], event, performance.now()) } });
  // Once the key is judged the job is tied to a serial number, which is its name from then on.
  const isNamed = event.event === 'step' && event.step === 'judge' && event.state === 'done';
  if (event.event === 'job' || isNamed) void refreshJobs();
}

/** A chosen port that went away is no longer chosen: what is plugged in there next may be another device. Pure. */
export function keepPresent(chosen: readonly string[], devices: readonly DeviceCard[]): readonly string[] {
  const present = chosen.filter((port) => devices.some((card) => card.port === port));
  return present.length === chosen.length ? chosen : present;
}

const showDevices = (devices: readonly DeviceCard[]): void =>
  set({ devices, chosenPorts: keepPresent(get().chosenPorts, devices) });

export const showLinks = (links: readonly LinkView[]): void =>
  set({ links: Object.fromEntries(links.map((link) => [link.port, link])) });

export function hear(event: AnyEvent): void {
  if (event.name === 'devices.changed') showDevices(event.value);
  if (event.name === 'links.changed') showLinks(event.value);
  if (event.name === 'station.changed') set({ station: event.value });
  if (event.name === 'line.changed') set({ line: event.value });
  if (event.name === 'package.progress') set({ building: event.value });
  if (event.name === 'job.event') hearJob(event.value);
}

async function refreshAll(): Promise<void> {
  const [station, devices, links, line] = await Promise.all([
    call('station.state', {}),
    call('devices.list', {}),
    call('devices.links', {}),
    call('line.state', {}),
    refreshJobs(),
  ]);
  if (station) set({ station });
  if (devices) showDevices(devices);
  if (links) showLinks(links);
  if (line) set({ line });
}

/** Takes the carrier and keeps the store in step with the engine. */
export function startDesk(opened: Carrier): void {
  carrier = opened;
  opened.onEvent(hear);
  opened.onConnection((isConnected) => {
    set({ isConnected });
    if (isConnected) void refreshAll();
  });
}
