// The line: units pass or fail by being plugged in, with and without the scanner.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { LineState } from '../../shared/contract/contract.ts';
import { passphrase } from '../helpers/cli.ts';
import { connectDesk, type DeskClient } from '../helpers/desk-client.ts';
import { makeStation } from '../helpers/station.ts';
import { startBoxesOf, startStationProcess } from '../helpers/station-process.ts';
import { stopVirtualBoxes, type VirtualBox } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

async function openLineStation(count: number, lineHook: readonly string[] = []) {
  const made = await makeStation(4096);
  if (lineHook.length > 0) {
    const settings = {
      settings: 1,
      stationName: 'TEST',
      operator: 'Ada',
      language: 'en',
      idleLockMinutes: 30,
    };
    writeFileSync(join(made.home, 'settings.json'), JSON.stringify({ ...settings, slots: [], lineHook }));
  }
  const station = await startStationProcess(made.home);
  const client = await connectDesk(station.url);
  if (lineHook.length > 0) await client.call('station.unlock', { passphrase });
  else
    await client.call('station.set-up', { stationName: 'TEST', operator: 'Ada', passphrase, language: 'en' });
  const { boxes } = await startBoxesOf(made.home, [], count);
  await seen(client, boxes);
  const { token } = await client.upload(made.cpk);
  const recipe = {
    package: token,
    keyName: 'test-app',
    anchors: [],
    credentials: { user: 'admin', password: 'trust' },
    operator: { name: 'Ada', reason: 'line trial' },
    baudRate: 115_200,
    raiseSpeedTo: null,
    isDemo: false,
  };
  return { ...made, client, boxes, recipe };
}

const seen = (client: DeskClient, boxes: readonly VirtualBox[]) =>
  client.waitFor((event) =>
    event.name === 'devices.changed' &&
    boxes.every(({ port }) => event.value.some((card) => card.port === port))
      ? true
      : null,
  );

/** Heard after `since`. */
const line = (client: DeskClient, pick: (state: LineState) => boolean, since = 0) =>
  client.waitFor(
    (event) =>
      event.name === 'line.changed' && client.heard.indexOf(event) >= since && pick(event.value)
        ? event.value
        : null,
    60_000,
  );

test('starts on plug-in, passes, waits for the next unit; other ports are skipped', {
  timeout: 120_000,
}, async () => {
  const { client, boxes, recipe } = await openLineStation(2);
  const [first, second] = boxes as [VirtualBox, VirtualBox];
  await client.call('line.save-slots', { slots: [{ port: first.port, label: '1' }] });
  const started = await client.call('line.start', { recipe, isScanNeeded: false, hook: false });
  expect(started.skippedPorts).toEqual([second.port]);
  const passed = await line(client, ({ slots }) => slots[0]?.state === 'pass');
  expect(passed).toMatchObject({ passed: 1, failed: 0, slots: [{ serial: first.serial }] });
  const before = client.heard.length;
  await first.control({ do: 'unplug' });
  await line(client, ({ slots }) => slots[0]?.state === 'empty', before);
  await first.control({ do: 'plug' });
  expect(await line(client, (state) => state.passed === 2, before)).toMatchObject({ failed: 0 });
  client.close();
});

test('waits for the scan; a unit that is not the one on the label fails untouched', {
  timeout: 120_000,
}, async () => {
  const { client, boxes, recipe } = await openLineStation(1);
  const [box] = boxes as [VirtualBox];
  await client.call('line.save-slots', { slots: [{ port: box.port, label: 'left' }] });
  const started = await client.call('line.start', { recipe, isScanNeeded: true, hook: false });
  expect(started.slots[0]?.state).toBe('scan');
  await client.call('line.scan', { text: 'TBX-0000' });
  const failed = await line(client, ({ slots }) => slots[0]?.state === 'fail');
  expect(failed.slots[0]?.error?.code).toBe('line.wrong-label');
  const before = client.heard.length;
  await box.control({ do: 'unplug' });
  await line(client, ({ slots }) => slots[0]?.state === 'empty', before);
  await client.call('line.scan', { text: box.serial });
  await box.control({ do: 'plug' });
  const passed = await line(client, ({ slots }) => slots[0]?.state === 'pass', before);
  expect(passed).toMatchObject({ passed: 1, failed: 1 });
  client.close();
});

test('the hook of the site gets each unit as JSON on its stdin', { timeout: 120_000 }, async () => {
  const out = join((await makeStation(1024)).dir, 'units.txt');
  const { client, boxes, recipe } = await openLineStation(1, ['/bin/sh', '-c', `cat >> '${out}'`]);
  const [box] = boxes as [VirtualBox];
  await client.call('line.save-slots', { slots: [{ port: box.port, label: '1' }] });
  await client.call('line.start', { recipe, isScanNeeded: false, hook: true });
  await line(client, ({ slots }) => slots[0]?.state === 'pass');
  await expect.poll(() => readText(out)).toContain(box.serial);
  expect(JSON.parse(readText(out))).toMatchObject({
    port: box.port,
    label: '1',
    passed: true,
    serial: box.serial,
  });
  client.close();
});

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
