// What the lab proves: one function per case, run in this order in the guest. A case makes what it needs, leaves the sockets
// empty, and returns what it measured. To add one, add a function and its sentence.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type FfsPort, openFfs } from '../../device/ffs.ts';
import { openDeviceWatch } from '../../electron/core/calls/device-watch.ts';
import type { Port } from '../../electron/core/port.ts';
import { openPort } from '../../electron/core/port.ts';
import { listPorts } from '../../electron/core/ports.ts';
import { defaultUsbTable } from '../../electron/core/usb-table.ts';
import type { DeviceCard } from '../../shared/contract/values.ts';
import type { PortInfo } from '../../shared/device.ts';
import { errorToData } from '../../shared/errors/error.ts';
import { type Gadget, listUdcs, makeGadget, mountFfs } from './gadget.ts';
import { type MainJob, runMainJob, unplugCount } from './main-job.ts';

type Facts = Readonly<Record<string, unknown>>;

const mebibyte = 1024 * 1024;
const waitMs = 20_000;
const noVirtual = '/run/lab/none';

function assert(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what);
}

function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  assert(a === b, `${what}: ${a}, expected ${b}`);
}

/** Looks until it is there. @throws Error */
async function until<T>(what: string, look: () => Promise<T | null | undefined>): Promise<T> {
  for (const endMs = performance.now() + waitMs; performance.now() < endMs; await rest(20)) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
  }
  throw new Error(`${what} did not come`);
}

const portWith = (serialNumber: string): Promise<PortInfo> =>
  until(serialNumber, async () =>
    (await listPorts(noVirtual)).find((port) => port.serialNumber === serialNumber),
  );

type BulkBox = { readonly serialNumber: string; readonly gadget: Gadget; readonly ffs: FfsPort };

const bulkBoxes: BulkBox[] = [];

/** A box with a bulk gadget, not plugged in; made once, as its process takes seconds to start here. */
async function bulkBox(at = 0): Promise<BulkBox> {
  const known = bulkBoxes[at];
  if (known) return known;
  const name = `bulk${at}`;
  const serialNumber = `TBE201-B${at}`;
  const gadget = makeGadget({ name, productId: '7b02', serialNumber, function: `ffs.${name}` });
  const box = { serialNumber, gadget, ffs: await openFfs(mountFfs(name)) };
  bulkBoxes[at] = box;
  return box;
}

let acm: Gadget | null = null;
const acmSerial = 'TBE201-0001';

/** The box with a serial gadget, not plugged in; its end of the line is /dev/ttyGS0. */
function acmBox(): Gadget {
  acm ??= makeGadget({
    name: 'acm',
    productId: '7b01',
    serialNumber: acmSerial,
    function: 'acm.usb0',
  });
  return acm;
}

const udc = (at: number): string => {
  const name = listUdcs()[at];
  assert(name !== undefined, `no device controller ${at}`);
  return name;
};

/** Sends everything that comes back where it came from. */
function echo(ffs: FfsPort): void {
  ffs.listen(
    (bytes) => void ffs.write(bytes).catch(() => undefined),
    () => undefined,
  );
}

/** Collects what comes, and how the port was lost. */
function collect(port: Port) {
  const hash = createHash('sha256');
  const got = {
    sizeBytes: 0,
    lostMs: null as number | null,
    code: '',
    digest: () => hash.copy().digest('hex'),
  };
  port.listen(
    (bytes) => {
      hash.update(bytes);
      got.sizeBytes += bytes.length;
    },
    (error) => {
      got.lostMs = performance.now();
      got.code = error.code;
    },
  );
  return got;
}

async function serialGadget(): Promise<Facts> {
  const gadget = acmBox();
  gadget.plug(udc(0));
  const port = await portWith(acmSerial);
  gadget.unplug();
  const { manufacturer, serialNumber, vendorId, productId, location, gadget: kind } = port;
  assertEqual(
    [manufacturer, serialNumber, vendorId, productId, kind],
    ['Scalys', acmSerial, '1209', '7b01', 'serial'],
    'what the port says',
  );
  assertEqual(location, '1-1', 'its socket');
  return { port: port.port, location };
}

async function bulkEcho(): Promise<Facts> {
  const box = await bulkBox();
  echo(box.ffs);
  box.gadget.plug(udc(0));
  const info = await portWith(box.serialNumber);
  assertEqual([info.port, info.gadget], ['usb:1209:7b02:1-1', 'bulk'], 'the port');
  const port = await openPort(info.port, 115_200);
  const got = collect(port);
  const sent = randomBytes(8 * mebibyte);
  const startMs = performance.now();
  // In messages of the agent's largest frame, which together are no multiple of a packet.
  for (let at = 0; at < sent.length; at += 65_540) void port.write(sent.subarray(at, at + 65_540));
  await port.drain();
  const writtenMs = performance.now() - startMs;
  await until('the echo', async () => (got.sizeBytes >= sent.length ? true : null));
  const ms = performance.now() - startMs;
  assertEqual(got.digest(), createHash('sha256').update(sent).digest('hex'), 'the echo');
  await port.close();
  box.gadget.unplug();
  return {
    bothWaysMBs: Number((sent.length / ms / 1000).toFixed(2)),
    outMBs: Number((sent.length / writtenMs / 1000).toFixed(2)),
  };
}

async function packetEnds(): Promise<Facts> {
  const box = await bulkBox();
  echo(box.ffs);
  box.gadget.plug(udc(0));
  const port = await openPort((await portWith(box.serialNumber)).port, 115_200);
  const got = collect(port);
  const sizes = [1, 63, 64, 65, 511, 512, 513, 1024, 32_767, 32_768, 32_769, 65_536, 262_144, 262_145];
  let expected = 0;
  for (const size of sizes) {
    await port.write(randomBytes(size));
    expected += size;
    await until(`the echo of ${size} bytes`, async () => (got.sizeBytes === expected ? true : null));
  }
  await port.close();
  box.gadget.unplug();
  return { sizes: sizes.length };
}

async function unplugInTheMiddle(): Promise<Facts> {
  const box = await bulkBox();
  const boxLost: string[] = [];
  let received = 0;
  box.ffs.listen(
    (bytes) => {
      received += bytes.length;
    },
    (error) => boxLost.push(error.code),
  );
  box.gadget.plug(udc(0));
  const before = await portWith(box.serialNumber);
  const port = await openPort(before.port, 115_200);
  const got = collect(port);
  const writes = Promise.allSettled(Array.from({ length: 64 }, () => port.write(randomBytes(65_540))));
  await until('a first part', async () => (received > 100_000 ? true : null));
  const pulledMs = performance.now();
  box.gadget.unplug();
  await until('the loss', async () => got.lostMs);
  const lostAfterMs = (got.lostMs ?? 0) - pulledMs;
  assertEqual(got.code, 'port.lost', 'the loss');
  assert(lostAfterMs < 1000, `lost only after ${lostAfterMs} ms`);
  const failed = (await writes).filter((one) => one.status === 'rejected');
  assert(failed.length > 0, 'every write said that it was done');
  assertEqual(
    [...new Set(failed.map((one) => errorToData(one.reason).code))],
    ['port.lost'],
    'how writes failed',
  );
  await until('the box to notice', async () => (boxLost.length > 0 ? true : null));
  await port.close();

  echo(box.ffs);
  box.gadget.plug(udc(0));
  const after = await portWith(box.serialNumber);
  assertEqual(
    [after.port, after.location],
    [before.port, before.location],
    'the port after plugging in again',
  );
  const again = await openPort(after.port, 115_200);
  const echoed = collect(again);
  await again.write(randomBytes(1000));
  await until('an echo after plugging in again', async () => (echoed.sizeBytes === 1000 ? true : null));
  await again.close();
  box.gadget.unplug();
  return { lostAfterMs: Math.round(lostAfterMs) };
}

async function twoSockets(): Promise<Facts> {
  const [one, two] = [await bulkBox(0), await bulkBox(1)];
  one.gadget.plug(udc(0));
  two.gadget.plug(udc(1));
  const ports = [await portWith(one.serialNumber), await portWith(two.serialNumber)];
  assertEqual(new Set(ports.map(({ port }) => port)).size, 2, 'names');
  assertEqual(new Set(ports.map(({ location }) => location)).size, 2, 'sockets');
  one.gadget.unplug();
  two.gadget.unplug();
  one.gadget.plug(udc(1));
  const moved = await portWith(one.serialNumber);
  assertEqual(moved.location, ports[1]?.location, 'a box in the other socket');
  one.gadget.unplug();
  return { locations: ports.map(({ location }) => location) };
}

/** Lists and opens in a process of its own, as a user with no rights. @returns what opening gave, and whether it was listed */
async function tryAsNobody(port: string): Promise<{ code: string; isListed: boolean }> {
  const program = `
    const { openPort } = await import('${coreModule('port.ts')}');
    const { listPorts } = await import('${coreModule('ports.ts')}');
    const code = await openPort('${port}', 0).then(() => 'opened', (error) => error.code);
    const isListed = (await listPorts('${noVirtual}')).some(({ port }) => port === '${port}');
    console.log(JSON.stringify({ code, isListed }));`;
  const options = ['--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, options, { uid: 65_534, gid: 65_534 });
  return JSON.parse(stdout) as { code: string; isListed: boolean };
}

const coreModule = (name: string) =>
  pathToFileURL(join(import.meta.dirname, '..', '..', 'electron', 'core', name)).href;

async function refusals(): Promise<Facts> {
  const box = await bulkBox();
  box.gadget.plug(udc(0));
  const { port } = await portWith(box.serialNumber);
  const codeOf = (path: string) =>
    openPort(path, 115_200).then(
      () => 'opened',
      (error) => errorToData(error).code,
    );
  const first = await openPort(port, 115_200);
  assertEqual(await codeOf(port), 'port.busy', 'a second opening');
  await first.close();
  assertEqual(
    await tryAsNobody(port),
    { code: 'port.not-permitted', isListed: true },
    'what a user without rights gets',
  );
  assertEqual(await codeOf('usb:1209:7b02:9-9'), 'port.not-found', 'an empty socket');
  await box.ffs.close();
  await until('the box to go', async () => ((await codeOf(port)) === 'port.not-found' ? true : null));
  return {};
}

/** How long after the kernel has a device the screen has its card, and after it went that the card is gone, milliseconds. */
async function shownAfter(gadget: Gadget, serialNumber: string, isThere: () => boolean): Promise<number[]> {
  let cards: readonly DeviceCard[] = [];
  const places = { virtualDir: noVirtual, usbTable: defaultUsbTable, pollMs: 3_600_000 };
  const watch = openDeviceWatch(places, (now) => {
    cards = now;
  });
  await watch.list();
  await rest(500);
  const isShown = () => cards.some((card) => card.serialNumber === serialNumber);
  const delay = async (change: () => void, isNow: (is: boolean) => boolean) => {
    change();
    const marks: number[] = [];
    for (const is of [isThere, isShown])
      marks.push(await until('a change', async () => (isNow(is()) ? performance.now() : null)));
    return Math.round((marks[1] ?? 0) - (marks[0] ?? 0));
  };
  const shownMs = await delay(
    () => gadget.plug(udc(0)),
    (is) => is,
  );
  const goneMs = await delay(
    () => gadget.unplug(),
    (is) => !is,
  );
  watch.close();
  return [shownMs, goneMs];
}

async function hotPlug(): Promise<Facts> {
  const serial = await shownAfter(acmBox(), acmSerial, () => existsSync('/dev/ttyACM0'));
  const box = await bulkBox();
  const bulk = await shownAfter(box.gadget, box.serialNumber, () =>
    existsSync('/sys/bus/usb/devices/1-1/serial'),
  );
  return { serialMs: serial, bulkMs: bulk };
}

function assertDone({ result, installed, payloadSha256, unplugged, agentLog, ...facts }: MainJob): Facts {
  const said = `${result.stderr}\n${result.stdout.slice(-3000)}\nthe agent: ${agentLog.slice(-1000)}`;
  assertEqual(result.status, 0, `the exit status; it said: ${said}`);
  const last = result.lines.at(-1) as { receipt?: { outcome?: { state?: string } } };
  assertEqual(last.receipt?.outcome?.state, 'installed', 'the receipt');
  assertEqual(
    installed.map(({ sha256 }) => sha256),
    [payloadSha256],
    'what the box has installed',
  );
  assertEqual(unplugged, unplugCount, 'how often the cable was out');
  assert(facts.waits >= unplugCount / 2, `the job noticed only ${facts.waits} of them`);
  return { unplugged, ...facts };
}

async function mainJobOverBulk(): Promise<Facts> {
  const name = 'bulkmain';
  const serialNumber = 'TBE201-M1';
  const gadget = makeGadget({ name, productId: '7b02', serialNumber, function: `ffs.${name}` });
  const findPort = async () => (await portWith(serialNumber)).port;
  return assertDone(await runMainJob(name, mountFfs(name), { gadget, udc: udc(0) }, findPort));
}

/** The agent serves the gadget's end of the line, as `trustbox-agent --port /dev/ttyGS0` does on a box. */
async function mainJobOverSerial(): Promise<Facts> {
  const findPort = async () => (await portWith(acmSerial)).port;
  return assertDone(await runMainJob('acm', '/dev/ttyGS0', { gadget: acmBox(), udc: udc(0) }, findPort));
}

export const cases: Readonly<Record<string, () => Promise<Facts>>> = {
  'the serial gadget shows its ids, its serial number and its socket': serialGadget,
  'what is plugged in or pulled out is shown because the kernel tells, not the poll': hotPlug,
  '8 MiB over bulk come back intact': bulkEcho,
  'messages of every length about the ends of packets come back': packetEnds,
  'pulled out in the middle, both ends hear of it, and it goes on in the same socket': unplugInTheMiddle,
  'two boxes have different sockets, and a moved box has its new one': twoSockets,
  'a bulk port that is held, not ours to open or not there is refused by name, and listed if it is there':
    refusals,
  [`the main job over bulk, with the cable out ${unplugCount} times`]: mainJobOverBulk,
  [`the main job over the serial gadget, with the cable out ${unplugCount} times`]: mainJobOverSerial,
};
