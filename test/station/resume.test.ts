// The station is killed in the middle of a block, or closed: the job is offered again and goes on; nothing is doubled.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AnyEvent } from '../../shared/contract/contract.ts';
import { passphrase } from '../helpers/cli.ts';
import { connectDesk, type DeskClient } from '../helpers/desk-client.ts';
import { makeStation } from '../helpers/station.ts';
import { startBoxesOf, startStationProcess } from '../helpers/station-process.ts';
import { stopVirtualBoxes, type VirtualBox } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const credentials = { user: 'admin', password: 'trust' };

async function startSlowLoad(payloadBytes: number) {
  const made = await makeStation(payloadBytes);
  const station = await startStationProcess(made.home);
  const client = await connectDesk(station.url);
  await client.call('station.set-up', { stationName: 'TEST', operator: 'Ada', passphrase, language: 'en' });
  const { boxes } = await startBoxesOf(made.home, ['--baud', '115200']);
  const [box] = boxes as [VirtualBox];
  const { token } = await client.upload(join(made.dir, 'app.cpk'));
  const { started } = await client.call('load.start', {
    ports: [box.port],
    package: token,
    keyName: 'test-app',
    anchors: [],
    credentials,
    operator: { name: 'Ada', reason: 'test' },
    baudRate: 115_200,
    raiseSpeedTo: null,
    isDemo: false,
  });
  await client.waitFor((event) =>
    event.name === 'job.event' && event.value.event === 'progress' && event.value.sentBytes > 0 ? true : null,
  );
  return { ...made, station, client, box, jobId: started[0] ?? '' };
}

const stateOf = async (client: DeskClient, jobId: string) =>
  (await client.call('jobs.list', {})).find(({ id }) => id === jobId)?.state;

const isEnd = (event: AnyEvent) =>
  event.name === 'job.event' && event.value.event === 'job' && event.value.state !== 'running'
    ? event.value.state
    : null;

async function resumeAfter(signal: NodeJS.Signals) {
  const { home, station, jobId } = await startSlowLoad(150_000);
  await station.stop(signal);
  const again = await startStationProcess(home);
  const client = await connectDesk(again.url);
  expect(await stateOf(client, jobId)).toBe('interrupted');
  await client.call('station.unlock', { passphrase });
  await client.call('jobs.resume', { jobId, credentials });
  expect(await client.waitFor(isEnd, 90_000)).toBe('done');
  const { receipts, total } = await client.call('records.search', {
    text: '',
    state: null,
    offset: 0,
    limit: 10,
  });
  expect(total).toBe(1);
  expect(receipts[0]).toMatchObject({ id: jobId, outcome: { state: 'installed' } });
  expect((await client.call('records.verify', {})).ok).toBe(true);
  client.close();
}

test('killed in the middle of a block', { timeout: 180_000 }, () => resumeAfter('SIGKILL'));

test('closed in the middle of a block: the job is interrupted, not cancelled', { timeout: 180_000 }, () =>
  resumeAfter('SIGTERM'),
);

/** The station's own process of native code. */
function driversOf(station: number): number {
  const children = readFileSync(`/proc/${station}/task/${station}/children`, 'utf8').trim().split(/\s+/);
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('driver-child'));
  return Number(found ?? 0);
}

test('a crash of native code in the middle of a block: the station lives, and the job goes on by itself', {
  timeout: 180_000,
}, async (ctx) => {
  if (process.platform !== 'linux') return ctx.skip('finds the process by /proc');
  const { station, client, jobId } = await startSlowLoad(150_000);
  const before = driversOf(station.pid);
  execFileSync('kill', ['-SEGV', String(before)]);
  const back = await client.waitFor(
    (event) => (event.name === 'job.event' && event.value.event === 'back' ? event.value : null),
    90_000,
  );
  expect(back).toMatchObject({ jobId, code: 'port.lost' });
  expect(back.sentBytes).toBeGreaterThan(0);
  expect(await client.waitFor(isEnd, 90_000)).toBe('done');
  expect(driversOf(station.pid)).not.toBe(before);
  expect((await client.call('records.verify', {})).ok).toBe(true);
  client.close();
});

test('cancelled by the operator, it is over', { timeout: 120_000 }, async () => {
  const { client, jobId } = await startSlowLoad(150_000);
  await client.call('jobs.cancel', { jobId });
  expect(await client.waitFor(isEnd, 60_000)).toBe('cancelled');
  expect((await client.ask('jobs.resume', { jobId, credentials })).ok).toBe(false);
  client.close();
});
