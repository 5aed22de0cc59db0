// What waits to be registered, on the command line.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { loadArgs, makeStation } from '../helpers/station.ts';
import { startVirtualBox, stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterAll(stopVirtualBoxes);

test('a loaded device waits in the outbox, and is exported whole without leaving it', {
  timeout: 120_000,
}, async () => {
  const station = await makeStation();
  const box = await startVirtualBox();
  expect((await runCli(station.home, loadArgs(station, box))).status).toBe(0);
  const listed = await runCli(station.home, ['outbox', 'list', '--json']);
  expect(listed.lines.at(-1)).toMatchObject({ outbox: [{ state: 'pending', body: { serial: box.serial } }] });
  const path = join(station.dir, 'outbox.json');
  await writeFile(path, 'older');
  const exported = await runCli(station.home, ['outbox', 'export', '--out', path, '--json']);
  expect(exported.lines.at(-1)).toMatchObject({ records: 1, path });
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
    outbox: 1,
    records: listed.lines.at(-1)?.outbox,
  });
  expect((await runCli(station.home, ['outbox', 'list', '--json'])).lines).toEqual(listed.lines);
});
