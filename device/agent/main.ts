// `trustbox-agent`: the program on the box that a station talks to. Started by systemd (resources/agent).
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { entryOf, ProvisionerError } from '../../shared/errors/error.ts';
import { type AgentOptions, parseAgentOptions, usage } from './options.ts';
import { type Carrier, serveLink } from './session.ts';
import { openStaging } from './staging.ts';
import { keepPort } from './tty.ts';
import { keepUsb } from './usb.ts';

const packageJson = resolve(import.meta.dirname, '..', '..', 'package.json');
const readRelease = () => (JSON.parse(readFileSync(packageJson, 'utf8')) as { version: string }).version;
const log = (line: string) => console.error(`trustbox-agent: ${line}`);

/** The largest frame and the most messages on their way that this agent takes: 512 KiB of memory a session. */
const terms = { release: readRelease(), frame: 64 * 1024, window: 8 };

async function run({ carrier, stateDir, cpmSocket, wrapSuites }: AgentOptions): Promise<void> {
  const staging = openStaging(join(stateDir, 'staging'));
  const place = {
    // As the console's scripts: set in a virtual box, which has its own tree, and nowhere else.
    root: process.env.TRUSTBOX_ROOT ?? '',
    stagingDir: join(stateDir, 'staging'),
    receiptsDir: join(stateDir, 'receipts'),
    wrapSuites,
  };
  const surroundings = { place, staging, cpmSocket };
  const serve = (link: Carrier) => serveLink(link, surroundings, terms);
  const close = carrier.kind === 'usb' ? keepUsb(carrier.dir, serve, log) : keepPort(carrier, serve, log);
  log(`serving ${carrier.kind === 'usb' ? carrier.dir : carrier.path}`);
  await new Promise<void>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done());
  });
  await close();
}

/** @returns the exit status */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = parseAgentOptions(argv);
    if (options === null) console.log(usage);
    else await run(options);
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    if (!(error instanceof ProvisionerError)) return 1;
    console.error(`\n${usage}`);
    return entryOf(error.code).exitCode;
  }
}

process.exit(await main(process.argv.slice(2)));
