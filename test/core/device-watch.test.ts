// Ports that come and go are told of by the platform: the poll below it is off in these tests. USB itself: test/usb-lab.
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDeviceWatch } from '../../electron/core/calls/device-watch.ts';
import type { DeviceCard } from '../../shared/contract/values.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const never = 3_600_000;

/** A watch, and what it told. */
function watchDir(virtualDir: string, pollMs: number) {
  const told: (readonly DeviceCard[])[] = [];
  const waiting = new Set<() => void>();
  const watch = openDeviceWatch({ virtualDir, usbTable: [], pollMs }, (cards) => {
    told.push(cards);
    for (const look of [...waiting]) look();
  });
  onTestFinished(() => watch.close());
  const serials = () => (told.at(-1) ?? []).filter(({ virtual }) => virtual).map((card) => card.serialNumber);
  return {
    watch,
    told,
    until: (expected: readonly string[]) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (serials().join() !== expected.join()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

const plug = (dir: string, name: string) => symlinkSync('/dev/null', join(dir, `ttyVBX-${name}`));

test('a box that comes, and one that goes, are told of without the poll', async (ctx) => {
  if (process.platform !== 'linux')
    return ctx.skip('the platform tells of USB only; the poll finds the rest');
  const dir = await makeTempDir();
  const { watch, until } = watchDir(dir, never);
  await watch.list();
  plug(dir, 'A');
  await until(['A']);
  plug(dir, 'B');
  await until(['A', 'B']);
  rmSync(join(dir, 'ttyVBX-A'));
  await until(['B']);
});

test('a folder that is not there yet is made, and watched', async (ctx) => {
  if (process.platform !== 'linux')
    return ctx.skip('the platform tells of USB only; the poll finds the rest');
  const dir = join(await makeTempDir(), 'virtual');
  const { watch, until } = watchDir(dir, never);
  await watch.list();
  mkdirSync(dir, { recursive: true });
  plug(dir, 'A');
  await until(['A']);
});

test('what the platform does not tell of, the poll finds', async () => {
  const dir = await makeTempDir();
  const { watch, until } = watchDir(dir, 50);
  await watch.list();
  // A watch follows the folder, not its name: the new one is not watched.
  rmSync(dir, { recursive: true });
  mkdirSync(dir);
  plug(dir, 'A');
  await until(['A']);
});

test('a box is told of once, however often it is looked at, and a closed watch is silent', async () => {
  const dir = await makeTempDir();
  plug(dir, 'A');
  const { watch, told, until } = watchDir(dir, 20);
  await until(['A']);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(told.length).toBe(1);
  watch.close();
  plug(dir, 'B');
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(told.length).toBe(1);
});
