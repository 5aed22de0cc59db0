// A transfer over the agent link that is cut off goes on where it was: by transfer id, digest and offset.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { systemClock as clock } from '../../../electron/core/clock.ts';
import type { DeviceLink, FileToSend } from '../../../electron/core/link.ts';
import { silentLog as log } from '../../../electron/core/log.ts';
import { createLinkOpener, nothingKnown } from '../../../electron/core/open-link.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import { digestOf } from '../../helpers/raw-link.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { scratchOf, startVirtualBox, stopVirtualBoxes, type VirtualBox } from '../../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const baudRate = 921_600;
const sizeBytes = 400_000;
const cutAtBytes = 120_000;

const stagingOf = (box: VirtualBox) => join(scratchOf(box), 'var/lib/trustbox-agent/staging');
const openLink = (box: VirtualBox) =>
  createLinkOpener({ log, clock, ...nothingKnown })(box.port, { baudRate, credentials: null, link: 'agent' });

async function start() {
  const box = await startVirtualBox(['--agent', '--baud', String(baudRate)]);
  const bytes = randomBytes(sizeBytes);
  const path = join(await makeTempDir(), 'file.cpk');
  writeFileSync(path, bytes);
  return { box, bytes, file: { path, sizeBytes, sha256: digestOf(bytes), remoteName: 'file.cpk' } };
}

/** What of the file the box has, behind a cut. */
function partBytes(box: VirtualBox): number {
  const parts = readdirSync(stagingOf(box)).filter((name) => name.endsWith('.part'));
  expect(parts.length).toBe(1);
  return statSync(join(stagingOf(box), parts[0] ?? '')).size;
}

/** Sends the file until so much is there, then does what cuts the link. @returns what the sending ended with */
async function cut(link: DeviceLink, file: FileToSend, how: () => Promise<void>): Promise<string> {
  let cutting: Promise<void> | null = null;
  const sending = link.sendFile(file, {
    onProgress({ sentBytes }) {
      if (sentBytes >= cutAtBytes) cutting ??= how();
    },
  });
  const code = await codeOfAsync(sending);
  await cutting;
  await link.close();
  return code;
}

/** The second half: it begins where the box is, and the file is whole. */
async function expectResumed(
  box: VirtualBox,
  bytes: Buffer,
  file: FileToSend,
  leastBytes = cutAtBytes,
): Promise<void> {
  const kept = partBytes(box);
  expect(kept).toBeGreaterThanOrEqual(leastBytes);
  expect(kept).toBeLessThan(sizeBytes);
  const link = await openLink(box);
  const progress: number[] = [];
  await link.sendFile(file, { onProgress: ({ sentBytes }) => progress.push(sentBytes) });
  expect(progress[0]).toBeGreaterThanOrEqual(kept);
  expect(readdirSync(stagingOf(box))).toEqual(['file.cpk']);
  expect(readFileSync(join(stagingOf(box), 'file.cpk')).equals(bytes)).toBe(true);
  await link.close();
}

test('the cable is pulled and plugged in again', async () => {
  const { box, bytes, file } = await start();
  const code = await cut(await openLink(box), file, () => box.control({ do: 'unplug' }));
  expect(code).toBe('port.lost');
  await box.control({ do: 'plug' });
  await expectResumed(box, bytes, file);
});

test('the box loses its power: the station hears that the agent started anew', async () => {
  const { box, bytes, file } = await start();
  const code = await cut(await openLink(box), file, () => box.control({ do: 'reboot' }));
  expect(code).toBe('agent.restarted');
  // What had arrived and was not written yet went with the power.
  await expectResumed(box, bytes, file, cutAtBytes / 2);
});

test('the station is killed with SIGKILL, and another one goes on', async () => {
  const { box, bytes, file } = await start();
  const script = join(import.meta.dirname, '..', '..', 'helpers', 'send-child.ts');
  const child = spawn(process.execPath, [script, box.port, String(baudRate), file.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (Number(line) >= cutAtBytes) child.kill('SIGKILL');
  });
  expect(await new Promise((done) => child.once('exit', (_status, signal) => done(signal)))).toBe('SIGKILL');
  await expectResumed(box, bytes, file);
});

test('what lies on the box is not the beginning of this file: it begins anew', async () => {
  const { box, bytes, file } = await start();
  await cut(await openLink(box), file, () => box.control({ do: 'unplug' }));
  const [part = ''] = readdirSync(stagingOf(box));
  writeFileSync(join(stagingOf(box), part), randomBytes(partBytes(box)));
  await box.control({ do: 'plug' });
  const link = await openLink(box);
  const progress: number[] = [];
  await link.sendFile(file, { onProgress: ({ sentBytes }) => progress.push(sentBytes) });
  expect(progress[0]).toBeLessThan(cutAtBytes);
  expect(readFileSync(join(stagingOf(box), 'file.cpk')).equals(bytes)).toBe(true);
  await link.close();
});
