// The program behind `trustbox virtual`: boxes in a process of their own, at the other end of real ptys.
import { mkdirSync } from 'node:fs';
import { type Box, startBox } from './box.ts';
import { type ProgramOptions, parseOptions, usage } from './options.ts';

const serialOf = (number: number) => `TBE201-V${String(number).padStart(4, '0')}`;

function announce(box: Box, { json, box: options }: ProgramOptions): void {
  const { port, serial, door } = box;
  const { user, password, profile } = options;
  if (json) console.log(JSON.stringify({ port, serial, profile, user, password, control: door }));
  else console.log(`${serial} (${profile}) is ready on ${port}, log in as ${user} / ${password}`);
}

/** Ends with the process that started us, however that ended. */
function followParent(end: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 500).unref();
}

async function run(options: ProgramOptions): Promise<void> {
  if (options.portLinks !== null) mkdirSync(options.portLinks, { recursive: true, mode: 0o700 });
  const boxes: Box[] = [];
  let isEnding = false;
  const end = async () => {
    if (isEnding) return;
    isEnding = true;
    await Promise.all(boxes.map((box) => box.close()));
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end());
  if (options.withParent) followParent(() => void end());
  const started = Array.from({ length: options.count }, async (_, at) => {
    const seed = options.box.seed + at;
    const box = await startBox(
      serialOf(options.serialBase + at),
      { ...options.box, seed },
      options.portLinks,
    );
    boxes.push(box);
    announce(box, options);
  });
  await Promise.all(started);
  setInterval(() => undefined, 60_000);
}

try {
  if (process.platform !== 'linux')
    throw new Error('virtual boxes need Linux: its ptys, its /proc and its shell');
  const options = parseOptions(process.argv.slice(2));
  if (options === null) console.log(usage);
  else await run(options);
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`);
  process.exitCode = 2;
}
