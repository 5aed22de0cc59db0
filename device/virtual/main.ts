// The program behind `trustbox virtual`: boxes in a process of their own, at the other end of real ptys.
import { mkdirSync } from 'node:fs';
import { entryOf, ProvisionerError } from '../../shared/errors/error.ts';
import { type Box, startBox } from './box.ts';
import { type ProgramOptions, parseOptions, usage } from './options.ts';
import { sweepScratch } from './scratch.ts';

const parentPollMs = 250;
const serialOf = (number: number) => `TBE201-V${String(number).padStart(4, '0')}`;

function announce(box: Box, { json, box: options }: ProgramOptions): void {
  const { port, serial, control, evidencePolicy } = box;
  const { user, password, profile } = options;
  const known = evidencePolicy === null ? {} : { evidencePolicy };
  const about = { port, serial, profile, user, password, control, pid: process.pid, ...known };
  if (json) console.log(JSON.stringify(about));
  else console.log(`${serial} (${profile}) is ready on ${port}, log in as ${user} / ${password}`);
  if (!json && evidencePolicy !== null)
    console.log(`${serial} attests; what its factory lists: ${evidencePolicy}`);
}

async function startNumber(at: number, options: ProgramOptions): Promise<Box> {
  const serial = serialOf(options.serialBase + at);
  const box = await startBox(serial, { ...options.box, seed: options.box.seed + at }, options.portLinks);
  announce(box, options);
  return box;
}

/** Resolves when it is time to end: a signal, the end of our parent, or a reader that went away. */
function awaitEnd({ withParent }: ProgramOptions): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    process.stdout.on('error', () => resolve());
    const parent = process.ppid;
    setInterval(() => {
      if (withParent && process.ppid !== parent) resolve();
    }, parentPollMs);
  });
}

/** Boxes from start to end; what was started is always cleaned up. @throws virtual.cannot-start */
async function run(options: ProgramOptions): Promise<void> {
  const end = awaitEnd(options);
  if (process.platform !== 'linux')
    throw new ProvisionerError('virtual.cannot-start', 'virtual boxes need the ptys and the /proc of Linux');
  sweepScratch();
  if (options.portLinks !== null) mkdirSync(options.portLinks, { recursive: true, mode: 0o700 });
  const starts = Array.from({ length: options.count }, (_, at) => startNumber(at, options));
  const failed = await Promise.race([end, Promise.all(starts).then(() => end)]).then(
    () => null,
    (error: unknown) => error,
  );
  const started = await Promise.allSettled(starts);
  await Promise.all(started.map((start) => start.status === 'fulfilled' && start.value.close()));
  if (failed !== null) throw failed;
}

/** @returns the exit status */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(argv);
    if (options === null) console.log(usage);
    else await run(options);
    return 0;
  } catch (error) {
    const code = error instanceof ProvisionerError ? error.code : 'virtual.cannot-start';
    console.error((error as Error).message);
    console.error(code === 'usage.invalid' ? `\n${usage}` : entryOf(code).advice);
    return entryOf(code).exitCode;
  }
}

process.exit(await main(process.argv.slice(2)));
