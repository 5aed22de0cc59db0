// Ctrl-C reaches every process of the group, that of native code too: the device is restored over its port all the same.
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { loadArgs, makeStation } from '../helpers/station.ts';
import { startVirtualBox, stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterAll(stopVirtualBoxes);

test('Ctrl-C in the middle of a load leaves the console as it was', { timeout: 120_000 }, async () => {
  const station = await makeStation(150_000);
  const box = await startVirtualBox(['--baud', '115200']);
  let isInterrupted = false;
  const loaded = await runCli(station.home, loadArgs(station, box), {
    hasGroup: true,
    onLine({ event, sentBytes }, { pid }) {
      if (isInterrupted || event !== 'progress' || Number(sentBytes) === 0 || pid === undefined) return;
      isInterrupted = true;
      process.kill(-pid, 'SIGINT');
    },
  });
  expect(isInterrupted).toBe(true);
  expect(loaded.lines.at(-1)).toMatchObject({ error: { code: 'job.cancelled' } });
  expect(loaded.lines.map(({ event }) => event)).not.toContain('waiting');
  const state = await box.state();
  expect(state.consoleLogLevel).toBe(7);
  expect(state.ttySettings).toMatch(/ echo /);
  expect((state.filesInHome as string[]).filter((name) => /trustbox/.test(name))).toEqual([]);
});
