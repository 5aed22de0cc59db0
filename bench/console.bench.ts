// Files over a paced console: share of the line rate, and against ZMODEM (sz/rz) over the same kind of line.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock as clock } from '../electron/core/clock.ts';
import { openConsoleLink } from '../electron/core/console/console-link.ts';
import { hashFile } from '../electron/core/files.ts';
import { silentLog as log } from '../electron/core/log.ts';
import { openPort } from '../electron/core/port.ts';
import { startVirtualBoxes } from '../test/helpers/virtual-box.ts';
import type { Bench, BenchRow } from './table.ts';

const sizeBytes = 1024 * 1024;
const speeds = [115_200, 921_600] as const;

const lineMs = (baudRate: number) => (sizeBytes * 10 * 1000) / baudRate;

async function ourShare(path: string, baudRate: number): Promise<number> {
  const { boxes, stop } = await startVirtualBoxes(['--baud', String(baudRate)]);
  try {
    const [box] = boxes;
    if (!box) throw new Error('no box');
    const link = await openConsoleLink(
      { port: box.port, baudRate, credentials: { user: box.user, password: box.password } },
      { log, clock },
    );
    const startedMs = performance.now();
    await link.sendFile({ path, ...(await hashFile(path)), remoteName: 'bench.cpk' });
    const share = lineMs(baudRate) / (performance.now() - startedMs);
    await link.close();
    return share;
  } finally {
    await stop();
  }
}

/** `rz` started in the box's shell, `sz` here with the port as its line. */
async function zmodemShare(path: string, baudRate: number): Promise<number> {
  const { boxes, stop } = await startVirtualBoxes(['--baud', String(baudRate), '--no-login']);
  try {
    const port = await openPort(boxes[0]?.port ?? '', baudRate);
    await new Promise((done) => setTimeout(done, 500));
    const startedMs = performance.now();
    const sz = spawn('sz', ['-b', '-q', path], { stdio: ['pipe', 'pipe', 'ignore'] });
    port.listen(
      (bytes) => void (sz.stdin.writable && sz.stdin.write(bytes)),
      () => sz.kill(),
    );
    let queue = port.write(Buffer.from('rz -b -q -y\r'));
    sz.stdout.on('data', (bytes: Buffer) => {
      sz.stdout.pause();
      queue = queue.then(() => port.write(bytes)).then(() => void sz.stdout.resume());
      queue.catch(() => sz.kill());
    });
    const status = await new Promise<number | null>((done) => sz.once('close', done));
    const share = lineMs(baudRate) / (performance.now() - startedMs);
    await port.close();
    if (status !== 0) throw new Error(`sz ended with ${status}`);
    return share;
  } finally {
    await stop();
  }
}

async function run(report: (row: BenchRow) => void): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'trustbox-bench-'));
  const path = join(dir, 'payload');
  writeFileSync(path, randomBytes(sizeBytes));
  const hasZmodem =
    spawnSync('sh', ['-c', 'command -v sz && command -v rz'], { stdio: 'ignore' }).status === 0;
  if (!hasZmodem) process.stderr.write('bench: lrzsz is NOT INSTALLED; the ZMODEM rows are missing\n');
  try {
    for (const baudRate of speeds) {
      const ours = await ourShare(path, baudRate);
      report({
        name: `console transfer 1 MiB at ${baudRate}`,
        value: ours * 100,
        unit: '% of line rate',
        target: { atLeast: 97 },
      });
      if (!hasZmodem) continue;
      const zmodem = await zmodemShare(path, baudRate);
      report({
        name: `console transfer / ZMODEM at ${baudRate}`,
        value: ours / zmodem,
        unit: 'x',
        target: { atLeast: 1 },
        note: `ZMODEM ${(zmodem * 100).toFixed(1)} % of line rate`,
      });
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export const bench: Bench = { name: 'console', run };
