// The technician's day over the contract: set up, read, build, load, records; with real boxes on real ptys.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AnyEvent } from '../../shared/contract/contract.ts';
import { connectDesk, type DeskClient } from '../helpers/desk-client.ts';
import { testSigner } from '../helpers/station.ts';
import { startBoxesOf, startStationProcess } from '../helpers/station-process.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const passphrase = 'a TEST passphrase';
const credentials = { user: 'admin', password: 'trust' };

async function setUp(client: DeskClient): Promise<void> {
  const state = await client.call('station.set-up', {
    stationName: 'TEST station',
    operator: 'Ada',
    passphrase,
    language: 'en',
  });
  expect(state).toMatchObject({ isSetUp: true, isUnlocked: true, operator: 'Ada' });
}

async function openTestStation() {
  const dir = await makeTempDir();
  const home = join(dir, 'home');
  const station = await startStationProcess(home);
  const client = await connectDesk(station.url);
  return { dir, home, station, client };
}

async function buildFor(client: DeskClient, dir: string) {
  const signer = await testSigner();
  const paths = { key: join(dir, 'sign.pem'), cert: join(dir, 'sign.crt'), payload: join(dir, 'app.ta') };
  await writeFile(paths.key, signer.keyPem);
  await writeFile(paths.cert, signer.certificatePem);
  await writeFile(paths.payload, new Uint8Array(40_000).fill(7));
  await client.call('keys.create', { name: 'pump' });
  return client.call('packages.build', {
    payload: (await client.upload(paths.payload)).token,
    id: 'pump',
    name: 'Pump',
    vendor: 'TEST',
    version: '1.2.3',
    profile: 'trustbox-edge-201',
    keyName: 'pump',
    allowKeyReuse: false,
    certificate: (await client.upload(paths.cert)).token,
    signingKey: { file: (await client.upload(paths.key)).token, passphrase: '' },
    isDemo: false,
  });
}

const jobEnd = (jobId: string) => (event: AnyEvent) =>
  event.name === 'job.event' &&
  event.value.event === 'job' &&
  event.value.jobId === jobId &&
  event.value.state !== 'running'
    ? event.value.state
    : null;

test('from an empty station to a receipt on paper, two boxes at once', { timeout: 120_000 }, async () => {
  const { dir, home, station, client } = await openTestStation();
  expect(await client.call('station.state', {})).toMatchObject({ isSetUp: false, isUnlocked: false });
  await setUp(client);

  const { boxes } = await startBoxesOf(home, [], 2);
  const ports = boxes.map(({ port }) => port);
  await client.waitFor((event) =>
    event.name === 'devices.changed' && ports.every((port) => event.value.some((card) => card.port === port))
      ? true
      : null,
  );
  const read = await client.call('devices.read', { port: ports[0] ?? '', baudRate: 115_200, credentials });
  expect(read.identity.serialNumber).toBe(boxes[0]?.serial);
  expect(read.verdict).toMatchObject({ level: 'L0', reading: { kind: 'first-seen' } });
  expect(read.verdict.notProven.length).toBeGreaterThan(0);

  const built = await buildFor(client, dir);
  expect(built.isSigned).toBe(true);
  expect(await client.call('packages.inspect', { package: built.file.token })).toMatchObject({
    id: 'pump',
    keyName: 'pump',
    signed: { payload: true, package: true },
  });
  const checked = { package: built.file.token, keyName: 'pump', anchors: [], isDemo: false };
  expect((await client.call('packages.verify', checked)).ok).toBe(true);

  const recipe = {
    package: built.file.token,
    keyName: 'pump',
    anchors: [],
    credentials,
    baudRate: 115_200,
    raiseSpeedTo: null,
    isDemo: false,
  };
  const plans = await client.call('load.dry-run', { ...recipe, ports, operator: null });
  expect(plans.map(({ ok }) => ok)).toEqual([false, false]);
  const { started } = await client.call('load.start', {
    ...recipe,
    ports,
    operator: { name: 'Ada', reason: 'first of its kind' },
  });
  const ends = await Promise.all(started.map((jobId) => client.waitFor(jobEnd(jobId), 60_000)));
  expect(ends).toEqual(['done', 'done']);
  const { receipt, steps } = await client.call('jobs.detail', { jobId: started[0] ?? '' });
  expect(steps).toHaveLength(10);
  for (const step of steps) expect(step).toMatchObject({ state: 'done', durationMs: expect.any(Number) });
  expect(receipt).toMatchObject({ outcome: { state: 'installed' }, operator: { name: 'Ada' } });

  const found = await client.call('records.search', { text: 'pump', state: null, offset: 0, limit: 10 });
  expect(found.total).toBe(2);
  expect((await client.call('records.verify', {})).ok).toBe(true);
  const pdf = await client.download(await client.call('records.receipt-pdf', { id: started[0] ?? '' }));
  expect(new TextDecoder().decode(pdf.subarray(0, 5))).toBe('%PDF-');
  const label = await client.call('records.label', { id: started[0] ?? '' });
  expect(label.zpl).toContain(`MA,TBX1:${boxes[0]?.serial}:${receipt?.key.fingerprint}`);
  const waiting = await client.call('outbox.list', { offset: 0, limit: 100 });
  expect(waiting.total).toBe(2);
  expect(waiting.rows.map(({ serial }) => serial).toSorted()).toEqual(
    boxes.map(({ serial }) => serial).toSorted(),
  );
  client.close();
  expect(await station.stop()).toBe(0);
});

test('nobody comes in without the token, twice with it, from another page or by another name', async () => {
  const { station, client } = await openTestStation();
  const { origin, cookie } = client;
  const status = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(`${origin}${path}`, { headers, redirect: 'manual' })).status;
  expect(await status(new URL(station.url).search ? `/${new URL(station.url).search}` : '/')).toBe(403);
  expect(await status('/')).toBe(401);
  expect(await status('/', { cookie })).toBe(200);
  expect(await status('/', { cookie, origin: 'http://evil.example' })).toBe(403);
  expect(await status('/..%2f..%2fpackage.json', { cookie })).toBe(404);
  expect(await status('/files/00000000000000000000000000000000', { cookie })).toBe(404);
  await expect(connectDesk(station.url)).rejects.toThrow('403');
  client.close();
});

test('a call that is not in the contract, or not of its shape, is refused by name', async () => {
  const { client } = await openTestStation();
  const wrong = await client.ask('devices.find', { text: 7 } as never);
  expect(wrong).toMatchObject({ ok: false, error: { code: 'contract.invalid-call' } });
  const unknown = await client.ask('vault.dump' as never, {} as never);
  expect(unknown).toMatchObject({ ok: false, error: { code: 'contract.invalid-call' } });
  const locked = await client.ask('keys.create', { name: 'x' });
  expect(locked).toMatchObject({ ok: false, error: { code: 'vault.locked' } });
  client.close();
});

test('plugged in and unplugged is told at once; another box on the port is not the one that was read', async () => {
  const { home, client } = await openTestStation();
  await setUp(client);
  const { boxes } = await startBoxesOf(home);
  const [box] = boxes;
  const port = box?.port ?? '';
  const isThere = (wanted: boolean, since: number) => (event: AnyEvent) =>
    event.name === 'devices.changed' &&
    client.heard.indexOf(event) >= since &&
    event.value.some((card) => card.port === port) === wanted
      ? event.value
      : null;
  await client.waitFor(isThere(true, 0));
  await client.call('devices.read', { port, baudRate: 115_200, credentials });
  expect((await client.call('devices.list', {}))[0]).toMatchObject({ serial: box?.serial, virtual: true });
  const before = client.heard.length;
  await box?.control({ do: 'unplug' });
  await client.waitFor(isThere(false, before));
  await box?.control({ do: 'plug' });
  const back = await client.waitFor(isThere(true, before));
  expect(back.find((card) => card.port === port)).toMatchObject({ serial: null, verdict: null });
  client.close();
});
