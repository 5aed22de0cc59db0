// The console link against virtual boxes, found as every command finds it: an agent is asked for first. One situation a test,
// and the box as it was afterwards.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock as clock } from '../../../electron/core/clock.ts';
import { hashFile } from '../../../electron/core/files.ts';
import type { DeviceLink, TransferProgress } from '../../../electron/core/link.ts';
import type { Log } from '../../../electron/core/log.ts';
import { createLinkOpener, nothingKnown } from '../../../electron/core/open-link.ts';
import { openPort } from '../../../electron/core/port.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { stopVirtualBoxes, type VirtualBox, withBox } from '../../helpers/virtual-box.ts';

afterAll(stopVirtualBoxes);

const logged: string[] = [];
const note = (event: object, text: string) => void logged.push(`${text} ${JSON.stringify(event)}`);
const log: Log = { debug: note, info: note, warn: note, error: note };

type How = { baudRate?: number; password?: string | null; signal?: AbortSignal; raiseSpeedTo?: number };

const open = (
  box: VirtualBox,
  { baudRate = 115_200, password = box.password, signal, raiseSpeedTo }: How = {},
): Promise<DeviceLink> =>
  createLinkOpener({ log, clock, ...nothingKnown })(box.port, {
    baudRate,
    credentials: password === null ? null : { user: box.user, password },
    raiseSpeedTo: raiseSpeedTo ?? null,
    signal,
    wakeTimeoutMs: 9000,
  });

async function withLink<T>(
  box: VirtualBox,
  use: (link: DeviceLink) => Promise<T>,
  how: How = {},
): Promise<T> {
  const link = await open(box, how);
  try {
    return await use(link);
  } finally {
    await link.close();
  }
}

/** Echo and line mode on, kernel messages as loud as before, nothing of ours in the home. */
async function expectRestored(box: VirtualBox): Promise<void> {
  const state = await box.state();
  // At its prompt bash reads single characters; everywhere else lines are read, with echo.
  if (!/lnext = <undef>/.test(String(state.ttySettings)))
    expect(state.ttySettings).toMatch(/ icanon[\s\S]* echo /);
  expect(state.consoleLogLevel).toBe(7);
  expect((state.filesInHome as string[]).filter((name) => /trustbox|history/.test(name))).toEqual([]);
}

async function makeFile(sizeBytes: number) {
  const path = join(await makeTempDir(), 'file');
  await writeFile(path, randomBytes(sizeBytes));
  return { path, ...(await hashFile(path)), remoteName: 'file.cpk' };
}

describe('getting in', () => {
  test.each([
    ['a login prompt', []],
    ['a shell that is there already', ['--no-login']],
    ['a root prompt', ['--root']],
    ['BusyBox', ['--shell', 'busybox']],
    ['kernel messages all the time', ['--kernel-chatter', '15']],
    ['a slow shell', ['--slow-shell', '400']],
  ] as const)('%s', async (_title, options) => {
    await withBox(options, async (box) => {
      const identity = await withLink(box, (link) => link.readIdentity());
      expect(identity).toMatchObject({
        serialNumber: box.serial,
        hostname: 'trustbox',
        teeDevice: true,
        optee: 'linaro,optee-tz',
        clockOffsetMs: expect.any(Number),
      });
      expect(identity.cpkTool).toMatch(/cpk-tool$/);
      await expectRestored(box);
    });
  });

  test('a second visit finds the box as the first did', async () => {
    await withBox([], async (box) => {
      for (let visit = 0; visit < 2; visit += 1)
        expect(await withLink(box, (link) => link.readPublicKey())).toHaveLength(294);
      await expectRestored(box);
    });
  });
});

describe('not getting in', () => {
  test.each([
    ['a silent line', ['--silent'], {}, 'console.silent'],
    ['a box that never shows a prompt', ['--no-prompt'], {}, 'console.no-login-prompt'],
    ['the wrong speed', ['--baud', '115200'], { baudRate: 9600 }, 'console.wrong-speed'],
    ['a login without credentials', [], { password: null }, 'console.login-needed'],
    ['a wrong password', [], { password: 'wrong' }, 'console.login-refused'],
    ['a box without stty', ['--no-tool', 'stty'], {}, 'console.not-a-shell'],
  ] as const)('%s', { timeout: 60_000 }, async (_title, options, how, code) => {
    await withBox(options, async (box) => {
      expect(await codeOfAsync(open(box, how))).toBe(code);
    });
  });

  test('a wrong password is tried exactly once', async () => {
    await withBox([], async (box) => {
      await codeOfAsync(open(box, { password: 'wrong' }));
      const port = await openPort(box.port, 115_200);
      let heard = '';
      port.listen(
        (bytes) => {
          heard += Buffer.from(bytes).toString('latin1');
        },
        () => undefined,
      );
      await port.write(Buffer.from('\r'));
      await new Promise((done) => setTimeout(done, 500));
      await port.close();
      expect(heard).toContain('login:');
      expect(heard).not.toContain('incorrect');
    });
  });

  test('a port that is not there, one that is busy, one that is no port', async () => {
    await withBox([], async (box) => {
      expect(await codeOfAsync(open({ ...box, port: '/dev/ttyNONE' }))).toBe('port.not-found');
      const holder = await openPort(box.port, 115_200);
      expect(await codeOfAsync(open(box))).toBe('port.busy');
      await holder.close();
      const { path } = await makeFile(1);
      expect(await codeOfAsync(open({ ...box, port: path }))).toBe('port.not-serial');
    });
  });
});

describe('while it is open', () => {
  test('the device goes away', async () => {
    await withBox([], async (box) => {
      const link = await open(box);
      const reading = codeOfAsync(
        link
          .installPackage('nothing.cpk')
          .then(() => link.readIdentity())
          .then(() => link.readIdentity()),
      );
      await box.control({ do: 'unplug' });
      expect(await reading).toBe('port.lost');
      await link.close();
    });
  });

  test('the device restarts', async () => {
    await withBox([], async (box) => {
      const link = await open(box);
      const before = await link.readIdentity();
      await box.control({ do: 'reboot' });
      expect(await codeOfAsync(link.readIdentity())).toBe('console.rebooted');
      await link.close();
      const after = await withLink(box, (again) => again.readIdentity());
      expect(after.bootId).not.toBe(before.bootId);
    });
  });

  test('cpk-tool answers with its error apart from its output', async () => {
    await withBox([], async (box) => {
      const said = await withLink(box, (link) =>
        link.installKey({ applicationId: 'app-1', wrappedKey: new Uint8Array(255) }),
      );
      expect(said.exitStatus).toBe(1);
      expect(said.stdout).toBe(
        'Connecting with Confidential Package Manager on the host system...\nDecoding base64 key data from command-line parameter...\nUnwrapping...',
      );
      expect(said.stderr).toMatch(/^\[ERROR\] Command failed: /);
    });
  });

  test('names that a shell could misread never reach it', async () => {
    await withBox([], async (box) => {
      await withLink(box, async (link) => {
        for (const name of ['../x', 'a b', '$(reboot)', '-rf', ''])
          expect(await codeOfAsync(link.removeFile(name))).toBe('usage.invalid');
      });
    });
  });
});

describe('sending a file', () => {
  test.each([
    ['a clean line', [], 200_000],
    ['an empty file', [], 0],
    ['one byte', [], 1],
    ['bytes changed on the way', ['--corrupt', '0.00002'], 200_000],
    ['bytes lost on the way', ['--loss', '0.000015'], 100_000],
    ['a line that strips the eighth bit', ['--not-8bit'], 20_000],
    ['kernel messages in between', ['--kernel-chatter', '15'], 100_000],
    ['no timeout and no sha256sum on the box', ['--no-tool', 'timeout', '--no-tool', 'sha256sum'], 50_000],
    ['BusyBox', ['--shell', 'busybox'], 100_000],
  ] as const)('%s', { timeout: 120_000 }, async (_title, options, sizeBytes) => {
    await withBox(options, async (box) => {
      const file = await makeFile(sizeBytes);
      await withLink(box, async (link) => {
        await link.sendFile(file);
        expect(await link.probeFile('file.cpk')).toBe(Buffer.from(file.sha256).toString('hex'));
        await link.removeFile('file.cpk');
        expect(await link.probeFile('file.cpk')).toBeNull();
      });
      await expectRestored(box);
    });
  });

  test('a full disk is refused by name and leaves no part behind', { timeout: 60_000 }, async () => {
    await withBox(['--disk-full'], async (box) => {
      const file = await makeFile(600_000);
      await withLink(box, async (link) =>
        expect(await codeOfAsync(link.sendFile(file))).toBe('transfer.refused'),
      );
      await expectRestored(box);
    });
  });

  test('an abort in the middle of a block restores the box and removes the part', {
    timeout: 60_000,
  }, async () => {
    await withBox(['--baud', '115200'], async (box) => {
      const file = await makeFile(200_000);
      const controller = new AbortController();
      await withLink(box, async (link) => {
        const sending = link.sendFile(file, { signal: controller.signal });
        setTimeout(() => controller.abort(), 1500);
        await expect(sending).rejects.toThrow(/abort/i);
      });
      await expectRestored(box);
    });
  });

  test('unplugged in the middle, it goes on behind the last good block', { timeout: 120_000 }, async () => {
    await withBox(['--baud', '921600'], async (box) => {
      const file = await makeFile(900_000);
      const link = await open(box, { baudRate: 921_600 });
      let unplugged = false;
      const onProgress = ({ sentBytes }: TransferProgress) => {
        if (sentBytes > 0 && !unplugged) {
          unplugged = true;
          setTimeout(() => void box.control({ do: 'unplug' }), 300);
        }
      };
      expect(await codeOfAsync(link.sendFile(file, { onProgress }))).toBe('port.lost');
      await link.close();
      await box.control({ do: 'plug' });
      const seen: number[] = [];
      await withLink(
        box,
        (again) => again.sendFile(file, { onProgress: ({ sentBytes }) => void seen.push(sentBytes) }),
        { baudRate: 921_600 },
      );
      expect(seen[0]).toBeGreaterThan(0);
      await expectRestored(box);
    });
  });

  test('the speed is raised for a visit and put back', { timeout: 60_000 }, async () => {
    await withBox(['--baud', '115200'], async (box) => {
      const file = await makeFile(50_000);
      await withLink(box, (link) => link.sendFile(file), { raiseSpeedTo: 921_600 });
      expect(logged.some((line) => line.startsWith('line speed raised'))).toBe(true);
      expect((await box.state()).ttySettings).toContain('speed 115200');
      expect(await withLink(box, (link) => link.probeFile('file.cpk'))).not.toBeNull();
    });
  });
});

test('neither the password nor a wrapped key is in anything that was logged', async () => {
  await withBox(['--password', 'S3cretPassword'], async (box) => {
    const wrapped = new Uint8Array(256).fill(0xa7);
    await withLink(box, (link) => link.installKey({ applicationId: 'app-1', wrappedKey: wrapped }));
    const failed = await open(box, { password: 'S3cretWrong' }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ProvisionerError);
    const text = logged.join('\n') + JSON.stringify(failed) + String((failed as Error).stack);
    expect(logged.length).toBeGreaterThan(0);
    expect(text).not.toContain('S3cret');
    expect(text).not.toContain(Buffer.from(wrapped).toString('base64').slice(0, 40));
  });
});
