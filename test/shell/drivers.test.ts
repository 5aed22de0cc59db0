// Native code on the real main and the real engine: in a process of its own, whose crash costs neither of them anything.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { DeviceCard, VerdictView } from '../../shared/contract/values.ts';
import { type Shell, startShell } from '../helpers/start-shell.ts';
import { startBoxesOf } from '../helpers/station-process.ts';
import { stopVirtualBoxes, type VirtualBox } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const slow = { timeout: 120_000 };
const ourFrame = { url: 'app://trustbox/', parent: null };
const native = /bindings-cpp|node-usb/;

const mapsOf = (pid: number): string =>
  existsSync(`/proc/${pid}/maps`) ? readFileSync(`/proc/${pid}/maps`, 'utf8') : '';

async function call<T>(shell: Shell, name: string, request: object): Promise<T> {
  const reply = (await shell.invokeFrom({ frame: ourFrame }, ['trustbox:call', name, request])) as
    | { ok: true; value: T }
    | { ok: false; error: object };
  if (reply.ok) return reply.value;
  throw new Error(JSON.stringify(reply.error));
}

test(
  'main and engine load no native code of ports; a crash of it is got over, with the program running',
  slow,
  async () => {
    const shell = await startShell();
    const { boxes } = await startBoxesOf(shell.home, ['--agent']);
    const [box] = boxes as [VirtualBox];
    const read = () =>
      call<{ verdict: VerdictView }>(shell, 'devices.read', {
        port: box.port,
        baudRate: 115_200,
        credentials: null,
      });
    const before = (await read()).verdict.fingerprint;
    const pid = shell.pidOf('drivers-process');
    const engine = shell.pidOf('engine-process');
    expect(mapsOf(pid)).toMatch(native);
    expect(mapsOf(engine)).not.toMatch(native);

    execFileSync('kill', ['-SEGV', String(pid)]);
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 20_000 }).toBe(false);
    expect((await read()).verdict.fingerprint).toBe(before);
    expect(shell.pidOf('drivers-process')).not.toBe(pid);
    expect(shell.pidOf('engine-process')).toBe(engine);
    const cards = await call<DeviceCard[]>(shell, 'devices.list', {});
    expect(cards.map(({ port }) => port)).toContain(join(shell.home, 'virtual', `ttyVBX-${box.serial}`));
    expect(shell.seen.errorBoxes).toEqual([]);
    expect(shell.seen.exits).toEqual([]);
  },
);
