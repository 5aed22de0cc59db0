// The station as a bench starts it, and the browser that shows it.
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const executablePath = '/usr/bin/chromium';
const program = resolve(import.meta.dirname, '..', 'electron', 'station', 'station.mjs');
export const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function startStation(home: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, '--json'], {
    env: { ...process.env, TRUSTBOX_HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const first = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (first.done) throw new Error('the station did not start');
  return { child, url: (JSON.parse(first.value) as { url: string }).url };
}
