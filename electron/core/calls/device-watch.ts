// Which ports are there, live, as cards. The platform tells when to look; a poll is the net below it. Looking at names is cheap;
// asking the platform for details is not, and done when a name came or went.
import { readdir } from 'node:fs/promises';
import type { DeviceCard, VerdictView } from '../../../shared/contract/values.ts';
import type { PortInfo } from '../../../shared/device.ts';
import { type Drivers, localDrivers } from '../drivers/drivers.ts';
import { isSerialName, isVirtualName, type PortEvents, watchPorts } from '../port-events.ts';
import type { UsbEntry } from '../usb-table.ts';

export type SeenOnPort = {
  readonly serial: string | null;
  readonly model: string | null;
  readonly verdict: VerdictView;
};

export type DeviceWatch = {
  list(): Promise<DeviceCard[]>;
  /** What was read on a port; forgotten when the port goes. */
  setSeen(port: string, seen: SeenOnPort): void;
  setJob(port: string, jobId: string | null): void;
  close(): void;
};

export type WatchedPlaces = {
  readonly virtualDir: string;
  readonly usbTable: readonly UsbEntry[];
  /** How often to look without being told; for tests. */
  readonly pollMs?: number;
  /** Absent: native code in this process. */
  readonly drivers?: Drivers;
};

/** Where the platform tells of everything, and where it does not. */
const toldPollMs = 2000;
const untoldPollMs = 400;
/** A platform that takes longer to answer is not waited for; the next look asks again. */
const lookTimeoutMs = 5000;

const namesIn = (dir: string): Promise<string[]> => readdir(dir).catch(() => []);

/** Changes when a port may have come or gone; always changes where names cannot be listed. */
async function portNames({ virtualDir, usbTable, drivers = localDrivers }: WatchedPlaces): Promise<string> {
  if (process.platform === 'win32') return String(Math.floor(Date.now() / 1500));
  const [dev, virtual, usb] = await Promise.all([
    namesIn('/dev'),
    namesIn(virtualDir),
    drivers.listUsbPorts(usbTable),
  ]);
  const names = [
    ...dev.filter(isSerialName),
    ...virtual.filter(isVirtualName),
    ...usb.map(({ port }) => port),
  ];
  return names.join('\n');
}

/** What resolves too late is null. */
function inTime<T>(promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), lookTimeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** One run at a time; a wish during a run is one more run. */
function oneAtATime(run: () => Promise<void>) {
  let running: Promise<void> | null = null;
  let isWanted = false;
  const start = async (): Promise<void> => {
    try {
      while (isWanted) {
        isWanted = false;
        await run();
      }
    } finally {
      running = null;
    }
  };
  return {
    want(): Promise<void> {
      isWanted = true;
      running ??= start();
      return running;
    },
    isRunning: () => running !== null,
    done: () => running ?? Promise.resolve(),
  };
}

export function openDeviceWatch(places: WatchedPlaces, onChange: (cards: DeviceCard[]) => void): DeviceWatch {
  const { drivers = localDrivers } = places;
  const seen = new Map<string, SeenOnPort>();
  const jobs = new Map<string, string>();
  let ports: readonly PortInfo[] = [];
  let names: string | null = null;
  let told = '';
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let events: PortEvents | null = null;

  const cardOf = (port: PortInfo): DeviceCard => {
    const known = seen.get(port.port);
    return {
      ...port,
      serial: known?.serial ?? null,
      model: known?.model ?? null,
      verdict: known?.verdict ?? null,
      jobId: jobs.get(port.port) ?? null,
    };
  };
  const cards = () =>
    ports.map(cardOf).toSorted((a, b) => a.port.localeCompare(b.port, 'en', { numeric: true }));

  function tell(): void {
    const now = cards();
    const text = JSON.stringify(now);
    if (text === told || isClosed) return;
    told = text;
    onChange(now);
  }

  async function look(): Promise<void> {
    const found = await inTime(portNames(places));
    if (found === null || found === names || isClosed) return;
    const listed = await inTime(drivers.listPorts(places.virtualDir, places.usbTable));
    if (listed === null) return;
    names = found;
    ports = listed;
    const present = new Set(ports.map(({ port }) => port));
    for (const port of seen.keys()) if (!present.has(port)) seen.delete(port);
    tell();
  }

  const looks = oneAtATime(look);
  const first = looks.want();
  void watchPorts(places.virtualDir, () => void looks.want(), drivers).then((watching) => {
    if (isClosed) return watching.close();
    events = watching;
    const everyMs = places.pollMs ?? (watching.isComplete ? toldPollMs : untoldPollMs);
    timer = setInterval(() => looks.isRunning() || void looks.want(), everyMs);
    // What came between the first look and the watching.
    void looks.want();
  });

  return {
    async list() {
      await first;
      await looks.done();
      return cards();
    },
    setSeen(port, what) {
      seen.set(port, what);
      tell();
    },
    setJob(port, jobId) {
      if (jobId === null) jobs.delete(port);
      else jobs.set(port, jobId);
      tell();
    },
    close() {
      isClosed = true;
      clearInterval(timer);
      events?.close();
    },
  };
}
