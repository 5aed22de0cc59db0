// The main job in the guest: a virtual box on the gadget's side, the command line on the host's, and a cable that is pulled in
// the middle of the transfer, again and again.
import { createHash } from 'node:crypto';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { type CliResult, runCli } from '../helpers/cli.ts';
import { scratchOf, startVirtualBoxes, type VirtualBox } from '../helpers/virtual-box.ts';
import type { Gadget } from './gadget.ts';

/** Made on the host, where that is quick: key store, package and payload. */
const madeStation = '/run/lab/station';
/** For each carrier. `npm run test:usb` asks for twenty; `npm test`, which shares an emulated processor with much else, for three. */
export const unplugCount = Number(process.env.LAB_UNPLUGS ?? 3);
const maxOutMs = 1000;
/** Behind a mark of progress; the marks leave the end of the file for the last tries. */
const maxDelayMs = 60;
const lastMark = 0.75;

export type Plug = { readonly gadget: Gadget; readonly udc: string };

/** FunctionFS takes descriptors only when the agent has opened it; a gadget without them cannot be bound. */
async function plugWhenServed({ gadget, udc }: Plug): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      gadget.plug(udc);
      return;
    } catch (error) {
      if (tries > 400) throw error;
      await rest(100);
    }
  }
}

/** Pulls the cable once behind each of so many marks of progress, a random time later, and puts it in again. */
function makePuller({ gadget, udc }: Plug) {
  const marks = Array.from({ length: unplugCount }, () => Math.random() * lastMark).toSorted((a, b) => a - b);
  let pulled = 0;
  let busy: Promise<void> | null = null;
  const pull = async () => {
    await rest(Math.random() * maxDelayMs);
    gadget.unplug();
    pulled += 1;
    await rest(Math.random() * maxOutMs);
    gadget.plug(udc);
    busy = null;
  };
  return {
    onLine({ event, step, sentBytes, totalBytes }: Record<string, unknown>): void {
      if (event !== 'progress' || step !== 'send' || busy !== null) return;
      const mark = marks[pulled];
      if (mark !== undefined && Number(sentBytes) / Number(totalBytes) >= mark) busy = pull();
    },
    count: () => pulled,
    settle: async () => busy,
  };
}

export type MainJob = {
  readonly seconds: number;
  readonly unplugged: number;
  readonly waits: number;
  readonly retransmittedMiB: number;
  readonly result: CliResult;
  readonly agentLog: string;
  readonly installed: readonly { readonly sha256: string }[];
  readonly payloadSha256: string;
};

async function loadPulled(home: string, dir: string, port: string, puller: ReturnType<typeof makePuller>) {
  const about = ['--key', 'test-app', '--user', 'admin', '--password-env', 'BOX_PASSWORD'];
  const who = ['--operator', 'T. Ester', '--reason', 'a test'];
  const args = [
    'load',
    '--port',
    port,
    '--link',
    'agent',
    '--package',
    `${dir}/app.cpk`,
    ...about,
    ...who,
    '--json',
  ];
  return runCli(home, args, { onLine: puller.onLine });
}

/** Bytes that went over the wire more than once, as the progress tells: each setback is the part that was sent in vain. */
function setbacks(lines: CliResult['lines']): number {
  let last = 0;
  let sum = 0;
  for (const { event, step, sentBytes } of lines) {
    if (event !== 'progress' || step !== 'send') continue;
    sum += Math.max(0, last - Number(sentBytes));
    last = Number(sentBytes);
  }
  return sum;
}

/**
 * @param served what the box's agent serves: /dev/ttyGS0 or a mounted FunctionFS
 * @param findPort waits for the host's port
 */
export async function runMainJob(
  name: string,
  served: string,
  plug: Plug,
  findPort: () => Promise<string>,
): Promise<MainJob> {
  const dir = `/tmp/station-${name}`;
  await cp(madeStation, dir, { recursive: true });
  const boxes = await startVirtualBoxes(['--gadget', served, '--profile', 'checking']);
  const [box] = boxes.boxes as [VirtualBox];
  await plugWhenServed(plug).catch(async (error: Error) => {
    const log = await readFile(join(scratchOf(box), 'var/log/messages'), 'utf8').catch(String);
    throw new Error(`${error.message}; the agent says: ${log}`);
  });
  const port = await findPort();
  const puller = makePuller(plug);
  const startMs = performance.now();
  const result = await loadPulled(`${dir}/home`, dir, port, puller);
  const seconds = Math.round((performance.now() - startMs) / 1000);
  await puller.settle();
  const { installed } = await box.state();
  const agentLog = await readFile(join(scratchOf(box), 'var/log/messages'), 'utf8').catch(String);
  await boxes.stop();
  plug.gadget.unplug();
  const payload = await readFile(`${dir}/app.ta`);
  return {
    seconds,
    unplugged: puller.count(),
    waits: result.lines.filter(({ event }) => event === 'waiting').length,
    retransmittedMiB: Number((setbacks(result.lines) / 1024 / 1024).toFixed(2)),
    result,
    installed,
    agentLog,
    payloadSha256: createHash('sha256').update(payload).digest('hex'),
  };
}
