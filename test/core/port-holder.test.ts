// Who has a port open: real processes on a real pty of a real virtual box.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { findHolder } from '../../electron/core/port-holder.ts';
import { runCli } from '../helpers/cli.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { startVirtualBox, stopVirtualBoxes, withBox } from '../helpers/virtual-box.ts';

afterAll(stopVirtualBoxes);

/** A program that only keeps the port open. */
async function holdOpen(port: string): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', 'exec 3<>"$1" && echo open && exec sleep 60', 'sh', port], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await once(child.stdout, 'data');
  return child;
}

test('the far end of a pseudo-terminal is no holder, another program is', async () => {
  const { port } = await startVirtualBox();
  expect(findHolder(port)).toBeNull();
  const child = await holdOpen(port);
  await expect.poll(() => findHolder(port)).toBe(`sleep (pid ${child.pid})`);
});

test('the far end of one pseudo-terminal may be a holder of another', async () => {
  const [first, second] = [await startVirtualBox(), await startVirtualBox()];
  expect([findHolder(first.port), findHolder(second.port)]).toEqual([null, null]);
});

test('diagnose says of a virtual box that nobody else has it open, and names who has', async () => {
  const home = await makeTempDir();
  const freeIn = ({ lines }: { lines: readonly Record<string, unknown>[] }) =>
    ((lines[0]?.findings ?? []) as { point: string; saw: string }[]).find(({ point }) => point === 'free')
      ?.saw;
  await withBox([], async ({ port }) => {
    const diagnose = () => runCli(home, ['diagnose', '--port', port, '--json']);
    expect(freeIn(await diagnose())).toBe('nobody else has it open');
    const child = await holdOpen(port);
    expect(freeIn(await diagnose())).toBe(`opened, although sleep (pid ${child.pid}) has it open too`);
  });
});
