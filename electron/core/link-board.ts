// Which links are open now and how well they do, and how the last one on each port was: what screens show beside a port.
import type { LinkState, TransferState } from '../../shared/link.ts';
import type { DeviceLink, TransferProgress } from './link.ts';

export type LinkBoard = {
  /** The same link, on the board from now on. */
  watched(link: DeviceLink): DeviceLink;
  states(): ReadonlyMap<string, LinkState>;
  /** Of ports that went away nothing is kept, unless a link is open there. */
  keep(ports: ReadonlySet<string>): void;
  close(): void;
};

/** Often enough to be live, and no more than a glance can take in. */
const sampleMs = 500;
/** Less time than this tells nothing of a rate. */
const leastMs = 200;

type Watched = { readonly link: DeviceLink; transfer: TransferState | null };

const stateOf = ({ link, transfer }: Watched, isOpen: boolean): LinkState => ({
  kind: link.kind,
  isOpen,
  agent: link.agent,
  baudRate: link.baudRate,
  quality: link.quality(),
  transfer,
});

/** Measures from the first report on: what the device had before was not sent now. */
function openMeter(): (progress: TransferProgress) => TransferState {
  let first: { readonly atMs: number; readonly bytes: number } | null = null;
  return ({ sentBytes, retries }) => {
    const atMs = performance.now();
    first ??= { atMs, bytes: sentBytes };
    const ms = atMs - first.atMs;
    return {
      retries,
      bytesPerSecond: ms < leastMs ? null : Math.round((sentBytes - first.bytes) / (ms / 1000)),
    };
  };
}

function asWatched(link: DeviceLink, entry: Watched, onClose: () => void): DeviceLink {
  return {
    ...link,
    get baudRate() {
      return link.baudRate;
    },
    sendFile(file, options = {}) {
      const measure = openMeter();
      const onProgress = (progress: TransferProgress) => {
        entry.transfer = measure(progress);
        options.onProgress?.(progress);
      };
      return link.sendFile(file, { ...options, onProgress });
    },
    close() {
      onClose();
      return link.close();
    },
  };
}

/** @param onChange told when a link opens or closes, and at intervals while one is open; at most once per change */
export function openLinkBoard(onChange: (states: ReadonlyMap<string, LinkState>) => void): LinkBoard {
  const open = new Map<string, Watched>();
  const last = new Map<string, LinkState>();
  let told = '[]';
  let timer: NodeJS.Timeout | undefined;

  function tell(): void {
    for (const [port, entry] of open) last.set(port, stateOf(entry, true));
    const text = JSON.stringify([...last]);
    if (text === told) return;
    told = text;
    onChange(last);
  }
  const stopSampling = () => {
    clearInterval(timer);
    timer = undefined;
  };
  function ended(port: string, entry: Watched): void {
    if (open.get(port) !== entry) return;
    open.delete(port);
    last.set(port, stateOf(entry, false));
    if (open.size === 0) stopSampling();
    tell();
  }
  return {
    watched(link) {
      const { port } = link;
      // A job that goes on after an unplug goes on with its transfer.
      const entry: Watched = { link, transfer: last.get(port)?.transfer ?? null };
      open.set(port, entry);
      timer ??= setInterval(tell, sampleMs).unref();
      tell();
      return asWatched(link, entry, () => ended(port, entry));
    },
    states: () => last,
    keep(ports) {
      for (const port of last.keys()) if (!ports.has(port) && !open.has(port)) last.delete(port);
      tell();
    },
    close: stopSampling,
  };
}
