// The main job through the real command, against boxes that do not always behave.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../helpers/cli.ts';
import { copyStation, loadArgs, makeStation, type TestStation } from '../../helpers/station.ts';
import { startVirtualBoxes, stopVirtualBoxes, type VirtualBox, withBox } from '../../helpers/virtual-box.ts';

let prepared: TestStation;

beforeAll(async () => {
  prepared = await makeStation();
});
afterAll(stopVirtualBoxes);

const without = (args: string[], option: string) =>
  args.filter((arg, at) => arg !== option && args[at - 1] !== option);

async function installedOn(box: VirtualBox): Promise<number> {
  return ((await box.state()).installed as unknown[]).length;
}

describe('outcomes', () => {
  test('a checking CPM that says PASSED is installed and confirmed', async () => {
    const station = await copyStation(prepared);
    await withBox(['--profile', 'checking'], async (box) => {
      const loaded = await runCli(station.home, loadArgs(station, box));
      expect(loaded.lines.at(-1)).toMatchObject({
        receipt: { outcome: { state: 'installed', summary: expect.stringContaining('both passed') } },
      });
      expect(loaded.status).toBe(0);
    });
  });

  test.each([
    ['an image that secure storage refuses', ['--reject-install'], 67, /image inside the package/],
    ['a key that the CPM does not hold', ['--wrong-key'], 34, /sync/],
  ] as const)('%s is not called a success', async (_title, options, status, words) => {
    const station = await copyStation(prepared);
    await withBox(options, async (box) => {
      const loaded = await runCli(station.home, loadArgs(station, box));
      expect(loaded.status).toBe(status);
      expect(loaded.stdout).toMatch(words);
      expect(await installedOn(box)).toBe(0);
    });
  });
});

describe('refused before the device is touched', () => {
  test.each([
    [
      'an L0 key without an operator',
      (args: string[]) => without(without(args, '--operator'), '--reason'),
      51,
    ],
    [
      'a key that is not in the vault',
      (args: string[]) => args.map((arg) => (arg === 'test-app' ? 'other-key' : arg)),
      46,
    ],
    ['an unknown profile', (args: string[]) => [...args, '--profile', 'toaster'], 13],
    [
      'another anchor',
      (args: string[]) => [...args, '--anchor', `${import.meta.dirname}/../../fixtures/cpk-tool-demo.crt`],
      11,
    ],
  ] as const)('%s', async (_title, change, status) => {
    const station = await copyStation(prepared);
    await withBox([], async (box) => {
      expect((await runCli(station.home, change(loadArgs(station, box)))).status).toBe(status);
      expect(await box.state()).toMatchObject({ installed: [], hasKey: false });
    });
  });
});

test('a dry run reads and judges, writes nothing here or there', async () => {
  const station = await copyStation(prepared);
  await withBox([], async (box) => {
    const dry = await runCli(station.home, [...loadArgs(station, box), '--dry-run']);
    expect(dry.lines.at(-1)).toMatchObject({
      dryRun: [{ ok: true, level: 'L0', planned: expect.arrayContaining(['install']) }],
    });
    expect(await box.state()).toMatchObject({ installed: [], hasKey: false });
    expect((await runCli(station.home, ['jobs', 'list', '--json'])).lines[0]).toEqual({ jobs: [] });
    expect((await runCli(station.home, ['devices', '--find', '', '--json'])).lines[0]).toEqual({
      devices: [],
    });
  });
});

test('a second job on the same port is refused while the first runs', async () => {
  const station = await copyStation(prepared);
  await withBox(['--slow-shell', '500'], async (box) => {
    const second: Promise<{ status: number | null }>[] = [];
    const first = await runCli(station.home, loadArgs(station, box), {
      onLine: (line) => {
        if (line.step === 'connect' && line.state === 'running')
          second.push(runCli(station.home, loadArgs(station, box)));
      },
    });
    expect(first.status).toBe(0);
    expect((await second[0])?.status).toBe(60);
    expect(await installedOn(box)).toBe(1);
  });
});

test.each(['sync', 'install', 'transfer:4000'])(
  'a box that loses power at %s is waited for and loaded in the same job',
  { timeout: 120_000 },
  async (at) => {
    const station = await copyStation(prepared);
    await withBox(['--power-loss', at], async (box) => {
      const loaded = await runCli(station.home, loadArgs(station, box));
      expect(
        loaded.lines.some((line) => line.event === 'waiting'),
        loaded.stdout,
      ).toBe(true);
      expect(loaded.lines.at(-1)).toMatchObject({
        receipt: { outcome: { state: 'installed' }, key: { reading: expect.stringContaining('reboot') } },
      });
      expect((await runCli(station.home, ['records', 'verify', '--json'])).lines[0]).toMatchObject({
        ok: true,
        receipts: 1,
      });
    });
  },
);

test('another device on the port stops the job before anything is written to it', {
  timeout: 120_000,
}, async () => {
  const station = await copyStation(prepared);
  await withBox([], async (first) => {
    const { jobId, port } = await new Promise<{ jobId: string; port: string }>((done) => {
      void runCli(station.home, loadArgs(station, first), {
        onLine: (line, child) => {
          if (line.step === 'send' && line.state === 'running') child.kill('SIGKILL');
        },
      }).then((killed) => done({ jobId: String(killed.lines[0]?.jobId), port: first.port }));
    });
    await first.control({ do: 'unplug' });
    const folder = port.slice(0, port.lastIndexOf('/'));
    const other = await startVirtualBoxes(['--serial-base', '2', '--port-links', folder]);
    try {
      const { symlinkSync } = await import('node:fs');
      symlinkSync(other.boxes[0]?.port ?? '', port);
      const resumed = await runCli(station.home, [
        'jobs',
        'resume',
        jobId,
        '--password-env',
        'BOX_PASSWORD',
        '--json',
      ]);
      expect(resumed.status, resumed.stdout).toBe(63);
      expect(await other.boxes[0]?.state()).toMatchObject({ installed: [], hasKey: false });
      const { rmSync } = await import('node:fs');
      rmSync(port);
    } finally {
      await other.stop();
    }
  });
});

test('Ctrl-C cancels in order: the box is as it was, the job says cancelled', {
  timeout: 60_000,
}, async () => {
  const station = await makeStation(150_000);
  await withBox(['--baud', '115200'], async (box) => {
    const cancelled = await runCli(station.home, loadArgs(station, box), {
      onLine: (line, child) => {
        if (line.step === 'send' && line.state === 'running') setTimeout(() => child.kill('SIGINT'), 1500);
      },
    });
    expect(cancelled.status).toBe(66);
    expect((await runCli(station.home, ['jobs', 'list', '--json'])).lines[0]).toMatchObject({
      jobs: [{ state: 'cancelled' }],
    });
    const state = await box.state();
    expect(state).toMatchObject({ consoleLogLevel: 7, filesInHome: [] });
  });
});

test('many devices at once: each its own job and receipt', { timeout: 120_000 }, async () => {
  const station = await copyStation(prepared);
  const { boxes, stop } = await startVirtualBoxes([], 3);
  try {
    const [first, ...rest] = boxes;
    const args = loadArgs(station, first as VirtualBox);
    const loaded = await runCli(station.home, [...args, ...rest.flatMap(({ port }) => ['--port', port])]);
    const receipts = loaded.lines.filter((line) => 'receipt' in line);
    expect(receipts).toHaveLength(3);
    expect(loaded.status).toBe(0);
    expect((await runCli(station.home, ['records', 'verify', '--json'])).lines[0]).toMatchObject({
      ok: true,
      receipts: 3,
    });
  } finally {
    await stop();
  }
});
