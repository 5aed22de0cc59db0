// `trustbox load`, `run`, `jobs ...`: the main job, for one device or many, now or resumed.
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { entryOf, ProvisionerError } from '../../../shared/errors/error.ts';
import { describeReturn, type JobEvent, loadSteps } from '../../../shared/job.ts';
import type { LinkChoice } from '../../../shared/link.ts';
import type { Receipt } from '../../../shared/receipt.ts';
import { parseRecipe, type Recipe } from '../../../shared/recipe.ts';
import { writeAtomically } from '../../core/files.ts';
import { locateHome } from '../../core/home.ts';
import type { JobRow } from '../../core/jobs/job-store.ts';
import type { LoadInputs } from '../../core/jobs/load.ts';
import type { Services } from '../../core/services.ts';
import { type CommandContext, collect, withAction } from '../command.ts';
import { baudOf, linkOption, readCredentials } from '../link-options.ts';
import { type Output, printError, renderTable } from '../output.ts';
import { progressLine } from '../progress.ts';

type LoadOptions = {
  port: string[];
  package: string;
  key: string;
  user?: string;
  passwordEnv?: string;
  operator?: string;
  reason?: string;
  policy?: string;
  profile?: string;
  anchor?: string[];
  baud: string;
  link?: LinkChoice;
  raiseSpeed?: string;
  dryRun?: boolean;
  demo?: boolean;
};

type Site = {
  readonly user?: string | undefined;
  readonly passwordEnv?: string | undefined;
  readonly policy?: string | undefined;
};

/** Events as lines for a person, or as JSON lines. */
function watchJobs(out: Output): { emit: (event: JobEvent) => void; end: () => void } {
  const bar = progressLine({ ...out, event: () => undefined });
  const emit = (event: JobEvent) => {
    out.event(event);
    if (event.event === 'progress')
      return bar.show(loadSteps[event.step].title, event.sentBytes, event.totalBytes);
    bar.end();
    if (event.event === 'waiting')
      out.say(`  ${event.port}: waiting for the device to come back (${event.code})`);
    if (event.event === 'back') out.say(`  ${event.port}: ${describeReturn(event)}`);
    if (event.event === 'step' && event.state !== 'running') {
      const time = event.durationMs === undefined ? '' : ` (${event.durationMs} ms)`;
      out.say(
        `  ${event.port}: ${loadSteps[event.step].title}: ${event.state}${time}${event.detail ? `; ${event.detail}` : ''}`,
      );
    }
  };
  return { emit, end: bar.end };
}

/** The receipt as a file beside the database, as the last line, and in words. */
async function showReceipt({ out }: CommandContext, receipt: Receipt): Promise<void> {
  const folder = locateHome(process.env).receipts;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${receipt.id}.json`);
  await writeAtomically(
    path,
    async (file) => void (await file.write(`${JSON.stringify(receipt, null, 2)}\n`)),
    0o600,
  );
  const { outcome, device, key } = receipt;
  const words = [
    `${device.serial ?? 'device'}: ${outcome.state.toUpperCase()}. ${outcome.summary}`,
    `  level ${key.level}; ${key.reading}`,
    ...outcome.confirmed.map((line) => `  confirmed: ${line}`),
    ...outcome.notConfirmed.map((line) => `  not confirmed: ${line}`),
    `  receipt ${path}`,
  ];
  out.result({ receipt }, words.join('\n'));
}

type One = {
  readonly context: CommandContext;
  readonly services: Services;
  readonly run: () => Promise<{ result: { receipt: Receipt } }>;
};

/** Runs one job; a receipt is shown even when its outcome is bad. Returns the exit status. */
async function runOne({ context, services, run }: One): Promise<number> {
  const { listReceipts } = await import('../../core/records/receipts.ts');
  try {
    await showReceipt(context, (await run()).result.receipt);
    return 0;
  } catch (error) {
    const id = error instanceof ProvisionerError ? error.details.receipt : undefined;
    const receipt =
      id === undefined ? undefined : (await listReceipts(services.db)).find((one) => one.id === id);
    if (!receipt || !(error instanceof ProvisionerError)) return printError(error, context.out.json);
    await showReceipt(context, receipt);
    return entryOf(error.code).exitCode;
  }
}

const statementOf = (operator?: string, reason?: string) =>
  operator && reason ? { name: operator, reason } : null;

async function inputsFrom(options: LoadOptions): Promise<LoadInputs> {
  return {
    action: 'load',
    packagePath: resolve(options.package),
    keyName: options.key,
    anchors: await Promise.all((options.anchor ?? []).map((path) => readFile(path, 'utf8'))),
    keptAnchors: options.anchor === undefined,
    profile: options.profile ?? null,
    operator: statementOf(options.operator, options.reason),
    user: options.user ?? '',
    baudRate: baudOf(options.baud),
    link: options.link,
    raiseSpeedTo: options.raiseSpeed === undefined ? null : numberOf('--raise-speed', options.raiseSpeed),
    isDemo: options.demo === true,
  };
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new ProvisionerError('usage.invalid', `${name} ${text}: a whole number`);
}

/** All ports at once; the exit status is that of the first one that went wrong. */
async function loadPorts(
  context: CommandContext,
  ports: readonly string[],
  work: { inputs: LoadInputs; site: Site; dryRun: boolean },
): Promise<number> {
  const { openStationVault, withServices } = await import('../context.ts');
  const { loadDevice } = await import('../../core/jobs/load.ts');
  const { site, inputs } = work;
  const credentials = await readCredentials({
    ...(site.user ? { user: site.user } : {}),
    ...(site.passwordEnv ? { passwordEnv: site.passwordEnv } : {}),
  });
  const watcher = watchJobs(context.out);
  return withServices(async (services) => {
    const policy = await services.readPolicy(site.policy);
    const vault = await openStationVault(services);
    const deps = await services.prepareLoad({ vault, credentials, policy });
    if (work.dryRun) {
      const { dryRunDevice } = await import('../../core/jobs/dry-run.ts');
      const plans = await Promise.all(
        ports.map((port) =>
          dryRunDevice(
            { port, inputs, signal: context.signal },
            { ...deps, log: services.log, emit: watcher.emit },
          ),
        ),
      );
      context.out.result({ dryRun: plans }, plans.map((plan) => `${plan.port}: ${plan.summary}`).join('\n'));
      return plans.every((plan) => plan.ok) ? 0 : entryOf('policy.refused').exitCode;
    }
    const request = (port: string) => ({
      kind: inputs.action,
      port,
      inputs: inputs as unknown as Record<string, unknown>,
    });
    const statuses = await Promise.all(
      ports.map((port) =>
        runOne({
          context,
          services,
          run: () => services.engine.start(request(port), loadDevice(inputs, deps), context.signal),
        }),
      ),
    );
    return statuses.find((status) => status !== 0) ?? 0;
  }, watcher.emit).finally(watcher.end);
}

async function load(context: CommandContext, options: LoadOptions): Promise<number> {
  return loadPorts(context, options.port, {
    inputs: await inputsFrom(options),
    site: options,
    dryRun: options.dryRun === true,
  });
}

async function readRecipe(path: string): Promise<Recipe> {
  const json = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ProvisionerError('recipe.invalid', `${path} cannot be read`, { cause });
  });
  return parseRecipe(json);
}

async function runRecipe(
  context: CommandContext,
  options: { port?: string[]; operator?: string; reason?: string; link?: LinkChoice; dryRun?: boolean },
  [path = '']: string[],
): Promise<number> {
  const recipe = await readRecipe(path);
  const beside = (file: string) => resolve(dirname(path), file);
  const ports = options.port ?? recipe.ports;
  if (ports.length === 0)
    throw new ProvisionerError('usage.invalid', 'the recipe names no ports: give --port');
  const inputs: LoadInputs = {
    action: recipe.action,
    packagePath: recipe.package ? beside(recipe.package) : null,
    keyName: recipe.key ?? null,
    anchors: await Promise.all(recipe.anchors.map((file) => readFile(beside(file), 'utf8'))),
    keptAnchors: recipe.anchors.length === 0,
    profile: recipe.profile ?? null,
    operator: statementOf(options.operator ?? recipe.operator, options.reason ?? recipe.reason),
    user: recipe.user,
    baudRate: recipe.baudRate,
    link: options.link ?? recipe.link,
    raiseSpeedTo: null,
    isDemo: false,
  };
  const site = {
    user: recipe.user,
    passwordEnv: recipe.passwordEnv,
    policy: recipe.policy && beside(recipe.policy),
  };
  return loadPorts(context, ports, { inputs, site, dryRun: options.dryRun === true });
}

const jobLine = (job: JobRow) => [
  job.id.slice(0, 8),
  job.state,
  job.kind,
  job.serial ?? '',
  job.port,
  job.updatedAt,
  job.error?.code ?? '',
];

async function listJobs({ out }: CommandContext): Promise<number> {
  const { withServices } = await import('../context.ts');
  const jobs = await withServices(({ engine }) => engine.list());
  out.result(
    { jobs },
    renderTable(['job', 'state', 'kind', 'serial', 'port', 'last change', 'error'], jobs.map(jobLine)),
  );
  return 0;
}

async function resumeJob(
  context: CommandContext,
  options: { user?: string; passwordEnv?: string; policy?: string; link?: LinkChoice },
  [id = '']: string[],
): Promise<number> {
  const { openStationVault, withServices } = await import('../context.ts');
  const { loadDevice } = await import('../../core/jobs/load.ts');
  const watcher = watchJobs(context.out);
  return withServices(async (services) => {
    const job = (await services.engine.list()).find((row) => id.length >= 4 && row.id.startsWith(id));
    if (!job) throw new ProvisionerError('job.not-found', `no job "${id}"`);
    const stored = job.inputs as unknown as LoadInputs;
    const inputs = options.link ? { ...stored, link: options.link } : stored;
    const user = options.user ?? inputs.user;
    const credentials = await readCredentials({
      ...(user ? { user } : {}),
      ...(options.passwordEnv ? { passwordEnv: options.passwordEnv } : {}),
    });
    const deps = await services.prepareLoad({
      vault: await openStationVault(services),
      credentials,
      policy: await services.readPolicy(options.policy),
    });
    return runOne({
      context,
      services,
      run: () => services.engine.resume(job.id, () => loadDevice(inputs, deps), context.signal),
    });
  }, watcher.emit).finally(watcher.end);
}

async function cancelJob({ out }: CommandContext, _options: object, [id = '']: string[]): Promise<number> {
  const { withServices } = await import('../context.ts');
  const job = await withServices(({ engine }) => engine.cancel(id));
  out.result(
    { job },
    job.state === 'running'
      ? 'Asked the job to stop; it restores the device first.'
      : `The job is ${job.state}.`,
  );
  return 0;
}

export function addLoadCommands(program: Command): void {
  withAction(
    program
      .command('load')
      .description('load a class key and a package into devices')
      .requiredOption('--port <port>', 'port of the device (repeatable)', collect)
      .requiredOption('--package <file>')
      .requiredOption('--key <name>')
      .addOption(linkOption())
      .option('--user <user>')
      .option('--password-env <variable>')
      .option('--operator <name>', 'who accepts an unproven key')
      .option('--reason <text>', 'and why')
      .option('--policy <file>')
      .option('--profile <name>', 'device profile; default: by what the device calls itself')
      .option(
        '--anchor <pem>',
        'trust anchor for the signer (repeatable); default: those of `trustbox trust list`',
        collect,
      )
      .option('--baud <rate>', 'speed of the line', '115200')
      .option('--raise-speed <rate>', 'try this speed for the visit')
      .option('--dry-run', 'check, read and judge; write nothing')
      .option('--demo', 'accept published test keys'),
    load,
  );
  withAction(
    program
      .command('run')
      .description('run a recipe')
      .argument('<recipe>')
      .option('--port <port>', 'instead of those in the recipe (repeatable)', collect)
      .addOption(linkOption())
      .option('--operator <name>')
      .option('--reason <text>')
      .option('--dry-run', 'check, read and judge; write nothing'),
    runRecipe,
  );
  const jobs = program.command('jobs').description('what runs, ran and was interrupted');
  withAction(jobs.command('list').description('all jobs, newest first'), listJobs);
  withAction(
    jobs
      .command('resume')
      .description('go on with an interrupted job')
      .argument('<job>', 'id or its first characters')
      .option('--user <user>')
      .option('--password-env <variable>')
      .addOption(linkOption())
      .option('--policy <file>'),
    resumeJob,
  );
  withAction(jobs.command('cancel').description('stop a job').argument('<job>'), cancelJob);
}
