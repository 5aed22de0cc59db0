// `trustbox devices --watch`: a line for each port that is there, then one for each that comes or goes, until Ctrl-C or until
// nobody reads any more.
import type { DeviceCard } from '../../../shared/contract/values.ts';
import type { PortInfo } from '../../../shared/device.ts';
import type { CommandContext } from '../command.ts';
import type { Output } from '../output.ts';

type PortEvent = 'present' | 'plugged' | 'unplugged';
type Known = ReadonlyMap<string, PortInfo>;

const words = { present: 'there', plugged: 'plugged in', unplugged: 'unplugged' } as const;

const portOf = ({
  serial: _serial,
  model: _model,
  verdict: _verdict,
  jobId: _job,
  ...port
}: DeviceCard): PortInfo => port;

const isSame = (a: PortInfo | undefined, b: PortInfo | undefined) => JSON.stringify(a) === JSON.stringify(b);

/** What went first: another device under the same name is one that went and one that came. */
function changesBetween(before: Known, now: Known): { event: PortEvent; device: PortInfo }[] {
  const gone = [...before.values()].filter((device) => !isSame(now.get(device.port), device));
  const come = [...now.values()].filter((device) => !isSame(before.get(device.port), device));
  return [
    ...gone.map((device) => ({ event: 'unplugged' as const, device })),
    ...come.map((device) => ({ event: 'plugged' as const, device })),
  ];
}

function tell(out: Output, event: PortEvent, device: PortInfo): void {
  const at = new Date().toISOString();
  out.event({ event, at, device });
  if (out.json) return;
  const about = [device.manufacturer, device.serialNumber, device.location].filter(Boolean).join(', ');
  out.result({}, `${at}  ${words[event].padEnd(10)}  ${device.port}${about ? `  (${about})` : ''}`);
}

/** Resolves at Ctrl-C, and when whoever read the lines is gone (`| head -1`). @throws what else ends standard output */
function untilOver(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? resolve() : reject(error));
    process.stdout.on('error', onError);
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

export async function watchDevices({ out, signal }: CommandContext): Promise<number> {
  const { locateHome } = await import('../../core/home.ts');
  const { readSettings } = await import('../../core/calls/settings.ts');
  const { openDeviceWatch } = await import('../../core/calls/device-watch.ts');
  const home = locateHome(process.env);
  const places = { virtualDir: home.virtual, usbTable: readSettings(home.settings).usbDevices };
  let known: Known | null = null;
  const watch = openDeviceWatch(places, (cards) => {
    const now = new Map(cards.map((card) => [card.port, portOf(card)]));
    if (known === null) for (const device of now.values()) tell(out, 'present', device);
    else for (const { event, device } of changesBetween(known, now)) tell(out, event, device);
    known = now;
  });
  try {
    await untilOver(signal);
    return 0;
  } finally {
    watch.close();
  }
}
