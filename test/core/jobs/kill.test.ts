// kill -9 at every step boundary and in the middle of a block, then resume: nothing lost, nothing doubled.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSteps, type StepName } from '../../../shared/job.ts';
import { type CliResult, runCli } from '../../helpers/cli.ts';
import { copyStation, loadArgs, makeStation, type TestStation } from '../../helpers/station.ts';
import { stopVirtualBoxes, type VirtualBox, withBox } from '../../helpers/virtual-box.ts';

let prepared: TestStation;

beforeAll(async () => {
  prepared = await makeStation();
});

afterAll(stopVirtualBoxes);

/** Loads until a line that `isMoment` picks, kills the process there. */
async function loadAndKill(
  station: TestStation,
  box: VirtualBox,
  isMoment: (line: Record<string, unknown>) => boolean,
): Promise<string> {
  let jobId = '';
  const killed = await runCli(station.home, loadArgs(station, box), {
    onLine: (line, child) => {
      jobId ||= String(line.jobId ?? '');
      if (isMoment(line)) child.kill('SIGKILL');
    },
  });
  expect(killed.status).toBeNull();
  return jobId;
}

const resume = (station: TestStation, jobId: string): Promise<CliResult> =>
  runCli(station.home, ['jobs', 'resume', jobId, '--password-env', 'BOX_PASSWORD', '--json']);

/** One receipt, one registration, a chain that verifies, and on the box the image once installed or more, no leftovers. */
async function expectWhole(station: TestStation, box: VirtualBox): Promise<void> {
  const records = await runCli(station.home, ['records', 'verify', '--json']);
  expect(records.lines[0]).toMatchObject({ ok: true, receipts: 1 });
  const outbox = await runCli(station.home, ['outbox', 'list', '--json']);
  expect(outbox.lines[0]?.outbox).toHaveLength(1);
  const state = await box.state();
  expect((state.installed as unknown[]).length).toBeGreaterThanOrEqual(1);
  expect((state.filesInHome as string[]).filter((name) => name.includes('trustbox'))).toEqual([]);
  expect(state.consoleLogLevel).toBe(7);
}

const boundaries = (Object.keys(loadSteps) as StepName[]).flatMap((step) => [
  { step, state: 'running' },
  { step, state: 'done' },
]);

test.each(boundaries)(
  'killed when $step is $state, a job is resumed to one receipt',
  { timeout: 120_000 },
  async ({ step, state }) => {
    const station = await copyStation(prepared);
    await withBox([], async (box) => {
      const jobId = await loadAndKill(
        station,
        box,
        (line) => line.event === 'step' && line.step === step && line.state === state,
      );
      const listed = await runCli(station.home, ['jobs', 'list', '--json']);
      expect(listed.lines[0]).toMatchObject({ jobs: [{ state: 'interrupted' }] });
      const resumed = await resume(station, jobId);
      expect(resumed.lines.at(-1), resumed.stdout + resumed.stderr).toMatchObject({
        receipt: { id: jobId, outcome: { state: 'installed' } },
      });
      expect(resumed.status).toBe(0);
      await expectWhole(station, box);
    });
  },
);

test('killed in the middle of a block, the transfer goes on behind the last good block', {
  timeout: 120_000,
}, async () => {
  const station = await makeStation(150_000);
  await withBox(['--baud', '115200'], async (box) => {
    let blocks = 0;
    const jobId = await loadAndKill(station, box, (line) => {
      // The block after the first that was appended has just begun.
      if (line.event === 'progress' && Number(line.sentBytes) > 0) blocks += 1;
      return blocks === 1;
    });
    const resumed = await resume(station, jobId);
    const progress = resumed.lines
      .filter((line) => line.event === 'progress')
      .map((line) => Number(line.sentBytes));
    expect(progress[0], resumed.stdout).toBeGreaterThan(0);
    expect(resumed.lines.at(-1)).toMatchObject({ receipt: { outcome: { state: 'installed' } } });
    await expectWhole(station, box);
  });
});
