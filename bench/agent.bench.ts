// Files over the agent link: share of the line rate on paced ptys, clean and damaged; many boxes at once; the protocol alone.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock as clock } from '../electron/core/clock.ts';
import { hashFile } from '../electron/core/files.ts';
import { silentLog as log } from '../electron/core/log.ts';
import { createLinkOpener, nothingKnown } from '../electron/core/open-link.ts';
import { bulkFraming } from '../shared/wire/bulk-framing.ts';
import type { Framing } from '../shared/wire/framing.ts';
import { serialFraming } from '../shared/wire/serial-framing.ts';
import { startVirtualBoxes } from '../test/helpers/virtual-box.ts';
import { type Bench, type BenchRow, median } from './table.ts';

type Report = (row: BenchRow) => void;

const mebibyte = 1024 * 1024;
const bitsPerByte = 10;

async function sendTo(port: string, baudRate: number, path: string) {
  const link = await createLinkOpener({ log, clock, ...nothingKnown })(port, {
    baudRate,
    credentials: null,
    link: 'agent',
  });
  const file = { path, ...(await hashFile(path)), remoteName: 'bench.cpk' };
  const startedMs = performance.now();
  try {
    await link.sendFile(file);
    return { tookMs: performance.now() - startedMs, quality: link.quality() };
  } finally {
    await link.close();
  }
}

async function withBoxes<T>(
  options: readonly string[],
  count: number,
  use: (ports: readonly string[]) => Promise<T>,
): Promise<T> {
  const { boxes, stop } = await startVirtualBoxes(['--agent', ...options], count);
  return use(boxes.map(({ port }) => port)).finally(stop);
}

/** Median of three paced transfers where a line is short, one where it is long. */
async function reportShare(
  report: Report,
  path: string,
  how: { baudRate: number; corrupt: string; atLeast: number },
) {
  const { baudRate, corrupt, atLeast } = how;
  const lineMs = (4 * mebibyte * bitsPerByte * 1000) / baudRate;
  const { tookMs, quality } = await withBoxes(
    ['--baud', String(baudRate), '--corrupt', corrupt],
    1,
    ([port = '']) => sendTo(port, baudRate, path),
  );
  const damage = corrupt === '0' ? '' : ', 1 byte in 100 000 changed';
  report({
    name: `agent transfer 4 MiB at ${baudRate}${damage}`,
    value: (100 * lineMs) / tookMs,
    unit: '% of line rate',
    target: { atLeast },
    note: `${quality?.resentCount} of ${quality?.sentCount} frames sent again`,
  });
}

/** Megabytes a second of `work`, which handles so many bytes a call; the best third of the time it is given. */
function rateOf(sizeBytes: number, work: () => void): number {
  const rates: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const startedMs = performance.now();
    let bytes = 0;
    for (; performance.now() - startedMs < 200; bytes += sizeBytes) work();
    rates.push(bytes / 1000 / (performance.now() - startedMs));
  }
  return median(rates);
}

function reportFraming(report: Report, name: string, framing: Framing, sizeBytes: number): void {
  const frame = { type: 18, sequence: 7, body: new Uint8Array(randomBytes(sizeBytes)) };
  const line = framing.encode(frame);
  const deframer = framing.openDeframer();
  const target = { atLeast: 150 };
  const size = `${sizeBytes / 1024} KiB`;
  report({
    name: `encode ${size} frames, ${name}`,
    value: rateOf(sizeBytes, () => framing.encode(frame)),
    unit: 'MB/s',
    target,
  });
  const deframe = () => {
    if (deframer.push(line, 0).length !== 1) throw new Error('no frame');
  };
  report({
    name: `deframe ${size} frames, ${name}`,
    value: rateOf(sizeBytes, deframe),
    unit: 'MB/s',
    target,
  });
}

const peer = join(import.meta.dirname, 'unpaced-agent.ts');

/** One pty between the two, the agent in a process of its own. */
async function reportUnpaced(report: Report, path: string): Promise<void> {
  const child = spawn(process.execPath, [peer], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const port = (await lines.next()).value as string;
    const cpu = process.cpuUsage();
    const { tookMs, quality } = await sendTo(port, 4_000_000, path);
    const { user, system } = process.cpuUsage(cpu);
    report({
      name: 'agent transfer 256 MiB, unpaced pty',
      value: (256 * mebibyte) / 1000 / tookMs,
      unit: 'MB/s',
      target: { atLeast: 20 },
      note: `station's processor ${Math.round((user + system) / 10 / tookMs)} % of one core, ${quality?.resentCount} frames sent again`,
    });
  } finally {
    child.kill();
  }
}

/** The same file to so many boxes at once. @returns wall time and the share of a core that this process took */
async function sendToMany(count: number, path: string) {
  const baudRate = 921_600;
  return withBoxes(['--baud', String(baudRate)], count, async (ports) => {
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    await Promise.all(ports.map((port) => sendTo(port, baudRate, path)));
    const tookMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(cpu);
    return { tookMs, core: (user + system) / 1000 / tookMs };
  });
}

async function reportMany(report: Report, path: string): Promise<void> {
  const one = await sendToMany(1, path);
  for (const count of [8, 32]) {
    const many = await sendToMany(count, path);
    const target = count === 32 ? { target: { atMost: 1.1 } } : {};
    report({
      name: `${count} boxes at 921600 / one box, wall time`,
      value: many.tookMs / one.tookMs,
      unit: 'x',
      ...target,
    });
    const half = count === 32 ? { target: { atMost: 0.5 } } : {};
    report({
      name: `processor of the station, ${count} boxes`,
      value: many.core,
      unit: 'cores',
      ...half,
      note: `one box: ${one.core.toFixed(3)}; per box ${(many.core / count).toFixed(4)}`,
    });
  }
}

async function run(report: Report): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'trustbox-bench-'));
  const fileOf = (sizeBytes: number) => {
    const path = join(dir, String(sizeBytes));
    writeFileSync(path, randomBytes(sizeBytes));
    return path;
  };
  try {
    reportFraming(report, 'serial', serialFraming, 4096);
    reportFraming(report, 'USB', bulkFraming, 65_536);
    await reportUnpaced(report, fileOf(256 * mebibyte));
    const path = fileOf(4 * mebibyte);
    await reportMany(report, path);
    await reportShare(report, path, { baudRate: 3_000_000, corrupt: '0', atLeast: 98.5 });
    await reportShare(report, path, { baudRate: 921_600, corrupt: '0', atLeast: 98.5 });
    await reportShare(report, path, { baudRate: 921_600, corrupt: '0.00001', atLeast: 93 });
    await reportShare(report, path, { baudRate: 115_200, corrupt: '0', atLeast: 98.5 });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export const bench: Bench = { name: 'agent', run };
