// Which ports are there, live, as cards. Looking at names is cheap and done often; asking the platform for details is
// not, and done when a name came or went.
import { readdir } from 'node:fs/promises';
import type { DeviceCard, VerdictView } from '../../../shared/contract/values.ts';
import type { PortInfo } from '../../../shared/device.ts';
import { listPorts } from '../ports.ts';

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

const pollMs = 400;
const isSerialName = (name: string) => /^(?:tty(?:USB|ACM|AMA|S\d|mxc|O\d)|cu\.)/.test(name);

const namesIn = (dir: string): Promise<string[]> => readdir(dir).catch(() => []);

/** Changes when a port may have come or gone; always changes where names cannot be listed. */
async function portNames(virtualDir: string): Promise<string> {
  if (process.platform === 'win32') return String(Math.floor(Date.now() / 1500));
  const [dev, virtual] = await Promise.all([namesIn('/dev'), namesIn(virtualDir)]);
  return [...dev.filter(isSerialName), ...virtual.filter((name) => name.startsWith('ttyVBX-'))].join('\n');
}

export function openDeviceWatch(virtualDir: string, onChange: (cards: DeviceCard[]) => void): DeviceWatch {
  const seen = new Map<string, SeenOnPort>();
  const jobs = new Map<string, string>();
  let ports: readonly PortInfo[] = [];
  let names: string | null = null;
  let told = '';
  let isClosed = false;

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
    const found = await portNames(virtualDir);
    if (found === names) return;
    names = found;
    ports = await listPorts(virtualDir);
    const present = new Set(ports.map(({ port }) => port));
    for (const port of seen.keys()) if (!present.has(port)) seen.delete(port);
    tell();
  }

  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, pollMs);

  return {
    async list() {
      await looking;
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
    },
  };
}
