// The station as a user starts it: a process of its own, its address from its first line.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { buildScreens } from '../../electron/cli/build.ts';
import { startVirtualBoxes, type VirtualBoxes } from './virtual-box.ts';

const program = resolve(import.meta.dirname, '..', '..', 'electron', 'station', 'station.mjs');

export type StationProcess = {
  readonly url: string;
  readonly pid: number;
  /** @returns its exit status */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((done) =>
    child.exitCode === null && child.signalCode === null ? child.once('exit', done) : done(child.exitCode),
  );

export async function startStationProcess(
  home: string,
  env: NodeJS.ProcessEnv = {},
): Promise<StationProcess> {
  buildScreens();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, '--json'], {
    env: { ...process.env, TRUSTBOX_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return exitOf(child);
  };
  onTestFinished(async () => void (await stop('SIGKILL')));
  const first = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (first.done) throw new Error(`the station did not start: ${await exitOf(child)}`);
  const { url } = JSON.parse(first.value) as { url: string };
  return { url, pid: child.pid ?? 0, stop };
}

/** Boxes whose ports this station lists. */
export const startBoxesOf = (home: string, args: readonly string[] = [], count = 1): Promise<VirtualBoxes> =>
  startVirtualBoxes(['--port-links', join(home, 'virtual'), ...args], count);

/** A station past its first run, whose vault exists. @returns its address */
export async function openSetUp(home: string, language = 'en'): Promise<string> {
  const settings = {
    settings: 1,
    stationName: 'TEST',
    operator: 'Ada',
    language,
    idleLockMinutes: 30,
    slots: [],
  };
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settings));
  return (await startStationProcess(home)).url;
}
