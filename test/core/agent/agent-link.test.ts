// The agent link to virtual boxes that run the real agent, over real ptys.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../electron/core/clock.ts';
import { silentLog } from '../../../electron/core/log.ts';
import { createLinkOpener, type LinkRequest, nothingKnown } from '../../../electron/core/open-link.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { scratchOf, startVirtualBox, stopVirtualBoxes, type VirtualBox } from '../../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const staged = (box: VirtualBox, name: string) =>
  readFileSync(join(scratchOf(box), 'var/lib/trustbox-agent/staging', name));

const openLink = (box: VirtualBox, how: Partial<LinkRequest> = {}) =>
  createLinkOpener({ log: silentLog, clock: systemClock, ...nothingKnown })(box.port, {
    baudRate: 4_000_000,
    credentials: null,
    link: 'agent',
    ...how,
  });

async function makeFile(sizeBytes: number) {
  const bytes = randomBytes(sizeBytes);
  const path = join(await makeTempDir(), 'file.cpk');
  writeFileSync(path, bytes);
  const sha256 = new Uint8Array(createHash('sha256').update(bytes).digest());
  return { bytes, file: { path, sizeBytes, sha256, remoteName: 'file.cpk' } };
}

test('identity, key, a file and its digest', async () => {
  const box = await startVirtualBox(['--agent']);
  const link = await openLink(box);
  const identity = await link.readIdentity();
  expect(identity.serialNumber).toBe(box.serial);
  const { bytes, file } = await makeFile(1_000_000);
  await link.sendFile(file);
  expect(link.quality()?.resentCount).toBe(0);
  expect(staged(box, 'file.cpk').equals(bytes)).toBe(true);
  await link.close();
});
