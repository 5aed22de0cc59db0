// A file over the console of a paced virtual box, against the line itself and against ZMODEM on the same line.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock as clock } from '../electron/core/clock.ts';
import { openConsoleLink } from '../electron/core/console/console-link.ts';
import { openInbox } from '../electron/core/console/inbox.ts';
import { type Line, reachShell } from '../electron/core/console/login.ts';
import { hashFile } from '../electron/core/files.ts';
import type { FileToSend } from '../electron/core/link.ts';
import { silentLog as log } from '../electron/core/log.ts';
import { openPort } from '../electron/core/port.ts';
import { encodeUtf8 } from '../shared/bytes.ts';
import { startBoxes, type TestBox } from '../test/helpers/virtual-box.ts';
import type { Bench, BenchRow } from './table.ts';

const sizeBytes = 1024 * 1024;
const bitsPerByte = 10;
const speeds = [115_200, 921_600] as const;
const whereIs = (tool: string) =>
  spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim() || null;
/** By path: a stock box has no rz on its own PATH. */
const rz = whereIs('rz');
const zmodemTimeoutMs = 180_000;

type Run = { readonly box: TestBox; readonly baudRate: number };

async function timeOf(run: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}

/** `sendFile` whole: probe, blocks, whole-file digest and rename. Login and logout are outside, as they are for ZMODEM. */
async function timeOurs({ box, baudRate }: Run, file: FileToSend): Promise<number> {
  const credentials = { user: box.user, password: box.password };
  const link = await openConsoleLink({ port: box.port, baudRate, credentials }, { log, clock });
  try {
    return await timeOf(() => link.sendFile(file));
  } finally {
    await link.close();
  }
}

/** The host's `sz` on our port, byte for byte, until it ends. */
async function runSz({ port }: Line, path: string): Promise<void> {
  const sz = spawn('sz', ['--binary', '--quiet', path], { stdio: ['pipe', 'pipe', 'ignore'] });
  port.listen(
    (bytes) => void sz.stdin.write(bytes),
    () => sz.kill(),
  );
  sz.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => sz.once('close', resolve));
  const timer = setTimeout(() => sz.kill(), zmodemTimeoutMs);
  for await (const bytes of sz.stdout) await port.write(bytes as Uint8Array);
  const status = await ended;
  clearTimeout(timer);
  if (status !== 0) throw new Error(`sz ended with ${status}`);
}

async function timeZmodem({ box, baudRate }: Run, how: { path: string; rz: string }): Promise<number> {
  const port = await openPort(box.port, baudRate);
  const line: Line = { port, inbox: openInbox(port) };
  try {
    await reachShell(line, { user: box.user, password: box.password }, { timeoutMs: 9000 });
    return await timeOf(async () => {
      await port.write(encodeUtf8(` ${how.rz} --binary --quiet --overwrite\r`));
      await line.inbox.waitFor((text) => (text.includes('**\u0018B0') ? true : null), { timeoutMs: 10_000 });
      await runSz(line, how.path);
    });
  } finally {
    await port.write(encodeUtf8('\r exit\r')).catch(() => undefined);
    await port.drain();
    await port.close();
  }
}

async function measure(baudRate: number, path: string, report: (row: BenchRow) => void): Promise<void> {
  const lineMs = (sizeBytes * bitsPerByte * 1000) / baudRate;
  const { boxes, stop } = await startBoxes(['--baud', String(baudRate)]);
  try {
    const run: Run = { box: boxes[0] as TestBox, baudRate };
    const file: FileToSend = { path, ...(await hashFile(path)), remoteName: 'bench.bin' };
    const oursMs = await timeOurs(run, file);
    report({
      name: `console: 1 MiB at ${baudRate}, share of line rate`,
      value: lineMs / oursMs,
      unit: '',
      target: { atLeast: 0.97 },
      note: `${(oursMs / 1000).toFixed(2)} s; the bare line takes ${(lineMs / 1000).toFixed(2)} s`,
    });
    if (rz === null || whereIs('sz') === null) return reportNoZmodem(baudRate, report);
    const zmodemMs = await timeZmodem(run, { path, rz });
    report({
      name: `console: 1 MiB at ${baudRate}, speed against sz/rz`,
      value: zmodemMs / oursMs,
      unit: 'x',
      target: { atLeast: 1 },
      note: `sz/rz ${(zmodemMs / 1000).toFixed(2)} s, same box, same port`,
    });
  } finally {
    await stop();
  }
}

function reportNoZmodem(baudRate: number, report: (row: BenchRow) => void): void {
  process.stderr.write('bench: console: sz AND rz (package lrzsz) ARE NOT HERE: ZMODEM IS NOT MEASURED\n');
  report({
    name: `console: 1 MiB at ${baudRate}, speed against sz/rz`,
    value: Number.NaN,
    unit: 'x',
    note: 'not measured: lrzsz is not installed',
  });
}

export const bench: Bench = {
  name: 'console',
  async run(report) {
    const dir = await mkdtemp(join(tmpdir(), 'trustbox-bench-'));
    try {
      const path = join(dir, 'bench.bin');
      await writeFile(path, randomBytes(sizeBytes));
      for (const baudRate of speeds) await measure(baudRate, path, report);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};
