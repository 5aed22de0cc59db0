// `trustbox devices`, `read`, `diagnose`, `pin`: what is plugged in, who it is, and why it does not answer.
import type { Command } from 'commander';
import { groupHex, toBase64 } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Verdict } from '../../../shared/verdict.ts';
import type { JudgedDevice, SeenDevice } from '../../core/jobs/judge-device.ts';
import type { DeviceLink } from '../../core/link.ts';
import { type CommandContext, withAction } from '../command.ts';
import { addLinkOptions, baudOf, type LinkOptions, readCredentials } from '../link-options.ts';
import { renderTable } from '../output.ts';

async function listDevices(
  context: CommandContext,
  options: { find?: string; watch?: boolean },
): Promise<number> {
  const { out } = context;
  if (options.watch) return (await import('./devices-watch.ts')).watchDevices(context);
  const { locateHome } = await import('../../core/home.ts');
  if (options.find !== undefined) return findKnown({ out }, options.find);
  const { listPorts } = await import('../../core/ports.ts');
  const { readSettings } = await import('../../core/calls/settings.ts');
  const home = locateHome(process.env);
  const ports = await listPorts(home.virtual, readSettings(home.settings).usbDevices);
  const rows = ports.map((port) => [
    port.port,
    port.manufacturer ?? '',
    port.serialNumber ?? '',
    port.location ?? '',
    port.virtual ? 'virtual' : port.gadget ? 'agent' : '',
  ]);
  out.result(
    { devices: ports },
    ports.length === 0
      ? 'No serial port is there. Plug a device in, or start `trustbox virtual`.'
      : renderTable(['port', 'maker', 'serial', 'location', ''], rows),
  );
  return 0;
}

async function findKnown({ out }: Pick<CommandContext, 'out'>, text: string): Promise<number> {
  const { withServices } = await import('../context.ts');
  const { findDevices } = await import('../../core/store/devices.ts');
  const found = await withServices(({ db }) => findDevices(db, text));
  const rows = found.map((row) => [
    row.serial,
    row.level,
    groupHex(row.fingerprint.slice(0, 16)),
    row.port,
    row.last_seen,
  ]);
  out.result(
    { devices: found },
    renderTable(['serial', 'level', 'fingerprint', 'last port', 'last seen'], rows),
  );
  return 0;
}

/** A verdict as people read it. */
export function renderVerdict(verdict: Verdict): string {
  const lines = [
    `Level        ${verdict.level}`,
    `Fingerprint  ${groupHex(verdict.publicKey.fingerprint)}`,
    `History      ${verdict.reading.text}`,
    ...verdict.proven.map((text) => `Proven       ${text}`),
    ...verdict.notProven.map((text) => `Not proven   ${text}`),
    ...verdict.rejections.map((reason) => `Rejected     ${reason}`),
    ...Object.entries(verdict.decisions).map(
      ([action, { allowed, why }]) => `${allowed ? 'Allowed ' : 'Refused '}     ${action}: ${why}`,
    ),
  ];
  return lines.join('\n');
}

/** "agent trustbox-agent 1.0, 115200 baud, round trip 12 ms, 0 of 14 frames sent again" */
function describeLink({ kind, agent, baudRate, quality }: VisitedLink): string {
  const parts = [
    agent === null ? kind : `${kind} ${agent}`,
    baudRate === null ? 'USB bulk' : `${baudRate} baud`,
    ...(quality?.roundTripMs == null ? [] : [`round trip ${Math.round(quality.roundTripMs)} ms`]),
    ...(quality ? [`${quality.resentCount} of ${quality.sentCount} frames sent again`] : []),
  ];
  return parts.join(', ');
}

type VisitOptions = LinkOptions & { policy?: string };
type VisitedLink = Pick<DeviceLink, 'kind' | 'agent' | 'baudRate'> & {
  readonly quality: ReturnType<DeviceLink['quality']>;
};

export type Visited = JudgedDevice & { readonly seen: SeenDevice; readonly link: VisitedLink };

/** One device read, judged and written down. */
export async function visitDevice({ signal }: CommandContext, options: VisitOptions): Promise<Visited> {
  const { withServices } = await import('../context.ts');
  const { judgeDevice, readDevice } = await import('../../core/jobs/judge-device.ts');
  const { recordSeen } = await import('../../core/store/devices.ts');
  const credentials = await readCredentials(options);
  return withServices(async (services) => {
    const { db, clock } = services;
    const policy = await services.readPolicy(options.policy);
    const wanted = { baudRate: baudOf(options.baud), credentials, signal, link: options.link };
    const link = await services.openLink(options.port, wanted);
    try {
      const seen = await readDevice(link, { signal, clock });
      const judged = await judgeDevice(seen, { db, clock, policy, operator: null });
      await recordSeen(db, { identity: seen.identity, ...judged, link });
      const { kind, agent, baudRate } = link;
      return { seen, ...judged, link: { kind, agent, baudRate, quality: link.quality() } };
    } finally {
      await link.close();
    }
  });
}

/** Device, key and verdict as JSON. */
export function encodeVisit(
  { seen, verdict, link }: Visited,
  port: string,
): Record<'device' | 'publicKey' | 'verdict' | 'link', object> {
  const { publicKey, ...judged } = verdict;
  const { spki, fingerprint, bits } = publicKey;
  return {
    device: { ...seen.identity, port },
    publicKey: { spki: toBase64(spki), fingerprint, bits },
    verdict: judged,
    link,
  };
}

export const renderVisit = ({ seen: { identity }, verdict, link }: Visited, port: string): string =>
  `Device       ${identity.model ?? 'unknown model'}, serial ${identity.serialNumber ?? 'unknown'}, on ${port}\nLink         ${describeLink(link)}\n${renderVerdict(verdict)}`;

async function readOne(context: CommandContext, options: VisitOptions): Promise<number> {
  const visited = await visitDevice(context, options);
  context.out.result(encodeVisit(visited, options.port), renderVisit(visited, options.port));
  return 0;
}

async function diagnoseOne({ out, signal }: CommandContext, options: LinkOptions): Promise<number> {
  const { diagnose } = await import('../../core/diagnose.ts');
  const { locateHome } = await import('../../core/home.ts');
  const { openLog } = await import('../../core/log.ts');
  const { systemClock } = await import('../../core/clock.ts');
  const { readSettings } = await import('../../core/calls/settings.ts');
  const { nothingKnown } = await import('../../core/open-link.ts');
  const home = locateHome(process.env);
  const credentials = await readCredentials(options);
  const set = readSettings(home.settings).links.find(({ port }) => port === options.port);
  const link = options.link ?? set?.link ?? 'auto';
  const request = { port: options.port, baudRate: baudOf(options.baud), credentials, link };
  const log = openLog(home.log);
  const report = await diagnose(request, { ...nothingKnown, clock: systemClock, log, signal });
  const marks = { true: 'ok  ', false: 'FAIL', null: '-   ' } as const;
  const lines = report.findings.flatMap(({ point, ok, saw, advice }) => [
    `${marks[String(ok) as keyof typeof marks]} ${point.padEnd(11)} ${saw}`,
    ...(advice ? [`     what to do: ${advice}`] : []),
  ]);
  out.result(report, lines.join('\n'));
  return report.ok ? 0 : 1;
}

async function pinOne(
  { out }: CommandContext,
  options: { operator: string },
  [serial = '', fingerprint = '']: string[],
): Promise<number> {
  const { withServices } = await import('../context.ts');
  const { findDevices, pinDevice } = await import('../../core/store/devices.ts');
  const { writeJournal } = await import('../../core/records/journal.ts');
  const hex = fingerprint.replace(/[\s:]/g, '').toLowerCase();
  return withServices(async ({ db, clock }) => {
    const device = (await findDevices(db, serial)).find((row) => row.serial === serial);
    if (!device)
      throw new ProvisionerError('usage.invalid', `device ${serial} has not been read by this station`);
    if (device.fingerprint !== hex)
      throw new ProvisionerError(
        'usage.invalid',
        'this is not the fingerprint that was last read of the device; compare all 64 digits',
      );
    await pinDevice(db, serial, hex);
    await writeJournal(db, clock, {
      kind: 'key-pinned',
      body: { serial, fingerprint: hex, operator: options.operator },
    });
    out.result({ serial, fingerprint: hex, pinned: true }, `Pinned ${serial}.`);
    return 0;
  });
}

async function importFactoryList(
  { out }: CommandContext,
  _options: object,
  [path = '']: string[],
): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const { withServices } = await import('../context.ts');
  const { parseFactoryList } = await import('../../../shared/factory-list.ts');
  const { replaceFactoryList } = await import('../../core/store/devices.ts');
  const { writeJournal } = await import('../../core/records/journal.ts');
  const { digestCanonical } = await import('../../../shared/canonical-json.ts');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ProvisionerError('factory.list-invalid', `${path} cannot be read`, { cause });
  });
  const list = parseFactoryList(text);
  return withServices(async ({ db, clock }) => {
    await replaceFactoryList(db, list);
    const digest = digestCanonical('trustbox/factory-list/1', Object.fromEntries(list));
    await writeJournal(db, clock, { kind: 'factory-list', body: { devices: list.size, digest } });
    out.result({ devices: list.size, digest }, `${list.size} devices listed.`);
    return 0;
  });
}

export function addDeviceCommands(program: Command): void {
  withAction(
    program
      .command('devices')
      .description('list the ports that are there now')
      .option('--find <text>', 'search known devices by serial or fingerprint instead')
      .option('--watch', 'go on: one line for each port that comes or goes, until Ctrl-C')
      .addHelpText(
        'after',
        '\nWith --watch --json each line is {"event":"present"|"plugged"|"unplugged","at":...,"device":{...}}; "present" are those at the start.',
      ),
    listDevices,
    false,
  );
  withAction(
    addLinkOptions(program.command('read').description('read a device and judge its key'))
      .option('--policy <file>', 'policy to judge by')
      .addHelpText(
        'after',
        '\nExample:\n  trustbox read --port /dev/ttyUSB0 --user admin --password-env BOX_PASSWORD --json',
      ),
    readOne,
  );
  withAction(
    addLinkOptions(
      program.command('diagnose').description('find out why a device does not answer, point by point'),
    ),
    diagnoseOne,
  );
  withAction(
    program
      .command('pin')
      .description("pin a device's key, after comparing its fingerprint")
      .argument('<serial>')
      .argument('<fingerprint>', '64 hex digits')
      .requiredOption('--operator <name>', 'who compared it'),
    pinOne,
  );
  withAction(
    program
      .command('factory-list')
      .description('import the factory list (CSV: serial,fingerprint), replacing the one before')
      .argument('<file>'),
    importFactoryList,
  );
}
