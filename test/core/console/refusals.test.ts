// What the console link refuses once it is in, and what it leaves behind when it is cancelled or refused.
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock as clock } from '../../../electron/core/clock.ts';
import { asDeviceLink } from '../../../electron/core/console/console-link.ts';
import { openInbox } from '../../../electron/core/console/inbox.ts';
import { reachShell } from '../../../electron/core/console/login.ts';
import { openShell, type Shell } from '../../../electron/core/console/shell.ts';
import { hashFile } from '../../../electron/core/files.ts';
import type { DeviceLink, TransferProgress } from '../../../electron/core/link.ts';
import { silentLog as log } from '../../../electron/core/log.ts';
import { createLinkOpener, nothingKnown } from '../../../electron/core/open-link.ts';
import { openPort } from '../../../electron/core/port.ts';
import { codeOfAsync } from '../../helpers/errors.ts';
import { openScriptedEnd } from '../../helpers/scripted-end.ts';
import { makeTempDir } from '../../helpers/temp-dir.ts';
import { scratchOf, stopVirtualBoxes, type VirtualBox, withBox } from '../../helpers/virtual-box.ts';

afterAll(stopVirtualBoxes);

const baudRate = 115_200;
const openLink = createLinkOpener({ log, clock, ...nothingKnown });
type Inside = { readonly shell: Shell; readonly link: DeviceLink };

/** A shell on the box and the link over it; both left in order whatever happens. */
async function inside(box: VirtualBox, use: (inside: Inside) => Promise<void>): Promise<void> {
  const port = await openPort(box.port, baudRate);
  const line = { port, inbox: openInbox(port) };
  const { loggedIn } = await reachShell(line, box, { timeoutMs: 9000 });
  const shell = await openShell(line, log, { loggedIn });
  const link = asDeviceLink(shell, { port: box.port, baudRate }, { log, clock });
  await use({ shell, link }).finally(() => link.close());
}

async function expectRestored(box: VirtualBox): Promise<void> {
  const state = await box.state();
  expect(state.ttySettings).toMatch(/ icanon/);
  expect(state.ttySettings).toMatch(/ echo /);
  expect(state.consoleLogLevel).toBe(7);
  expect(state.filesInHome.filter((name) => /trustbox|history/.test(name))).toEqual([]);
}

/** Puts a program of the test's own on the PATH of the box. */
const plant = (shell: Shell, name: string, lines: readonly string[]) =>
  shell.run(
    [
      `P="$TRUSTBOX_ROOT/usr/bin/${name}"`,
      ...['#!/bin/sh', ...lines].map((text) => `echo '${text}' >> "$P"`),
      'chmod 755 "$P"',
    ].join('\n'),
  );

/** About ten bytes of those that cross in this time. */
async function loseForAMoment(box: VirtualBox): Promise<void> {
  await box.control({ do: 'faults', lossRate: 0.005 });
  await rest(200);
  await box.control({ do: 'faults', lossRate: 0 });
}

async function makeFile(sizeBytes: number) {
  const path = join(await makeTempDir(), 'file');
  await writeFile(path, randomBytes(sizeBytes));
  return { path, ...(await hashFile(path)), remoteName: 'file.cpk' };
}

describe('commands', () => {
  test('one that outlives its deadline is a timeout, and ended when the link closes', async () => {
    await withBox([], async (box) => {
      await inside(box, async ({ shell }) => {
        expect(await codeOfAsync(shell.run('sleep 30', { timeoutMs: 400 }))).toBe('console.timeout');
      });
      await expectRestored(box);
    });
  });

  test('one that is cancelled is ended when the link closes', async () => {
    await withBox([], async (box) => {
      await inside(box, async ({ shell }) => {
        const controller = new AbortController();
        const running = shell.run('sleep 30', { signal: controller.signal });
        setTimeout(() => controller.abort(), 300);
        await expect(running).rejects.toThrow(/abort/i);
      });
      await expectRestored(box);
    });
  });

  test('a device that prints without end is cut off', async () => {
    await withBox([], async (box) => {
      await inside(box, async ({ shell }) => {
        const endless = 'while :; do echo 0123456789012345678901234567890123456789; done | head -c 700000';
        expect(await codeOfAsync(shell.run(endless))).toBe('console.flooded');
      });
    });
  });
});

describe('cpk-tool', () => {
  test('a box without it', async () => {
    await withBox(['--no-tool', 'cpk-tool'], async (box) => {
      await inside(box, async ({ link }) => {
        expect(await codeOfAsync(link.readPublicKey())).toBe('device.tool-failed');
      });
    });
  });

  test.each([
    ['words', ['echo no key today']],
    ['nothing', [':']],
    ['two lines of base64', ['echo AAAA', 'echo AAAA']],
    ['far too much base64', ['head -c 4000 /dev/zero | tr "\\000" A']],
  ] as const)('a public key that is %s', async (_title, lines) => {
    await withBox(['--no-tool', 'cpk-tool'], async (box) => {
      await inside(box, async ({ shell, link }) => {
        await plant(shell, 'cpk-tool', lines);
        expect(await codeOfAsync(link.readPublicKey())).toBe('device.bad-answer');
      });
    });
  });

  test('one that repeats its arguments does not put the wrapped key into the transcript', async () => {
    await withBox(['--no-tool', 'cpk-tool'], async (box) => {
      await inside(box, async ({ shell, link }) => {
        await plant(shell, 'cpk-tool', ['echo "got $*"', 'echo "bad $7" >&2', 'exit 2']);
        const wrappedKey = randomBytes(256);
        const key = wrappedKey.toString('base64');
        const said = await link.installKey({ applicationId: 'app-1', wrappedKey });
        expect(said.exitStatus).toBe(2);
        expect(said.stdout).toBe('got sync -a app-1 -m commandline -k [withheld]');
        expect(JSON.stringify(said)).not.toContain(key.slice(0, 24));
      });
    });
  });

  test('nor does one that hangs after repeating them put it into the error', async () => {
    await withBox(['--no-tool', 'cpk-tool'], async (box) => {
      await inside(box, async ({ shell, link }) => {
        await plant(shell, 'cpk-tool', ['echo "$*"', 'sleep 30']);
        const wrappedKey = randomBytes(256);
        const key = wrappedKey.toString('base64');
        const error = await link
          .installKey({ applicationId: 'app-1', wrappedKey }, { timeoutMs: 1200 })
          .catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: 'console.timeout' });
        const pieces = key.match(/.{16}/g) ?? [];
        expect(pieces.filter((piece) => String((error as Error).stack).includes(piece))).toEqual([]);
      });
    });
  });

  test('a wrapped key longer than any RSA block is refused before it is sent', async () => {
    await withBox([], async (box) => {
      await inside(box, async ({ link }) => {
        const request = { applicationId: 'app-1', wrappedKey: new Uint8Array(5000) };
        expect(await codeOfAsync(link.installKey(request))).toBe('usage.invalid');
      });
    });
  });
});

describe('transfers', () => {
  test('a box without head', async () => {
    await withBox(['--no-tool', 'head'], async (box) => {
      const file = await makeFile(100);
      await inside(box, async ({ link }) =>
        expect(await codeOfAsync(link.sendFile(file))).toBe('transfer.no-way'),
      );
      await expectRestored(box);
    });
  });

  test('a line on which no block ever arrives right, and no part stays behind', async () => {
    await withBox(['--no-tool', 'sha256sum', '--no-tool', 'openssl'], async (box) => {
      const file = await makeFile(3000);
      await inside(box, async ({ shell, link }) => {
        await plant(shell, 'sha256sum', ['cat > /dev/null', `echo ${'0'.repeat(64)}`]);
        expect(await codeOfAsync(link.sendFile(file))).toBe('transfer.damaged');
      });
      await expectRestored(box);
    });
  });

  test('bytes lost inside a block cost that block only', { timeout: 120_000 }, async () => {
    await withBox(['--baud', '115200'], async (box) => {
      const file = await makeFile(60_000);
      const home = join(scratchOf(box), 'home');
      const blockBytes = () => {
        const name = readdirSync(home).find((entry) => entry.endsWith('.block'));
        return name === undefined ? 0 : statSync(join(home, name)).size;
      };
      const seen: TransferProgress[] = [];
      await inside(box, async ({ link }) => {
        const onProgress = (progress: TransferProgress) => {
          seen.push(progress);
          // Lossy for a moment in the middle of the second block, not in the command before it or behind it.
          if (seen.length !== 2) return;
          const before = blockBytes();
          const hasBegun = () => ![0, before].includes(blockBytes());
          void expect
            .poll(hasBegun, { interval: 5, timeout: 20_000 })
            .toBe(true)
            .then(() => (seen.length === 2 ? loseForAMoment(box) : undefined));
        };
        await link.sendFile(file, { onProgress });
        expect(await link.probeFile('file.cpk')).toBe(Buffer.from(file.sha256).toString('hex'));
        await link.removeFile('file.cpk');
        expect(seen.at(-1)?.retries).toBeGreaterThan(0);
      });
      await expectRestored(box);
    });
  });
});

describe('getting in', () => {
  test('a port that this user may not open', async (ctx) => {
    if (process.getuid?.() === 0) return ctx.skip('root may open every port: run as another user to test it');
    const end = openScriptedEnd(() => undefined);
    await chmod(end.port, 0o000);
    expect(await codeOfAsync(openPort(end.port, baudRate))).toBe('port.not-permitted');
    end.close();
  });

  test('a boot loader that counts is not stopped by a key', { timeout: 30_000 }, async () => {
    const end = openScriptedEnd((text) => {
      if (text.includes('\r')) end.say('\r\ntrustbox login: ');
    });
    const port = await openPort(end.port, baudRate);
    const line = { port, inbox: openInbox(port) };
    end.say('U-Boot 2020.04 (TrustBox)\r\nHit any key to stop autoboot:  3');
    await line.inbox.waitFor((text) => (text.includes('autoboot:') ? true : null), { timeoutMs: 2000 });
    const counting = ['\b2', '\b1', '\b0\r\nStarting kernel ...\r\n'].map(
      (text, at) =>
        new Promise<string>((done) =>
          setTimeout(
            () => {
              end.say(text);
              done(end.typed());
            },
            300 * (at + 1),
          ),
        ),
    );
    setTimeout(() => end.say('\r\ntrustbox login: '), 1300);
    expect(await codeOfAsync(reachShell(line, null, { timeoutMs: 15_000 }))).toBe('console.login-needed');
    expect(await Promise.all(counting)).toEqual(['', '', '']);
    await port.close();
    end.close();
  });

  const ways = ['console', 'auto'] as const;

  test.each(ways)(
    '%s: a line that gave a few strange bytes and then no more is at another speed, not silent',
    {
      timeout: 30_000,
    },
    async (link) => {
      let answered = 0;
      const end = openScriptedEnd(() => {
        answered += 1;
        if (answered === 1) end.say('\u0091\u00e3\u0013');
      });
      const request = { baudRate, credentials: null, link, wakeTimeoutMs: 6000 };
      expect(await codeOfAsync(openLink(end.port, request))).toBe('console.wrong-speed');
      expect(answered).toBeGreaterThan(1);
      end.close();
    },
  );

  test.each(ways)(
    '%s: a device that echoes the password does not get it into the error',
    {
      timeout: 30_000,
    },
    async (link) => {
      const password = 'S3cret-Password';
      const end = openScriptedEnd((text) => {
        if (text.includes(password)) end.say(`you typed ${password}\r\nmenu> `);
        else if (text === 'admin\r') end.say('\r\nPassword: ');
        else if (!end.typed().includes(password)) end.say('\r\ntrustbox login: ');
      });
      const request = {
        link,
        baudRate,
        credentials: { user: 'admin', password },
        wakeTimeoutMs: 6000,
      };
      const error = await openLink(end.port, request).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'console.not-a-shell' });
      expect(String((error as Error).stack)).not.toContain(password);
      end.close();
    },
  );

  test('a login that is cancelled half-way is not left open', { timeout: 30_000 }, async () => {
    await withBox([], async (box) => {
      const port = await openPort(box.port, baudRate);
      const line = { port, inbox: openInbox(port) };
      const controller = new AbortController();
      const welcome = line.inbox.waitFor((text) => (text.includes('Welcome') ? true : null), {
        timeoutMs: 9000,
      });
      const reaching = reachShell(line, box, { timeoutMs: 9000, signal: controller.signal });
      void welcome.then(() => controller.abort());
      await expect(reaching).rejects.toThrow(/abort/i);
      await port.close();
      const again = { baudRate, credentials: null, wakeTimeoutMs: 6000 };
      expect(await codeOfAsync(openLink(box.port, again))).toBe('console.login-needed');
    });
  });
});

describe('speed', () => {
  test('a speed that the box cannot do falls back, and the link goes on', { timeout: 40_000 }, async () => {
    await withBox(['--baud', '115200'], async (box) => {
      const credentials = { user: box.user, password: box.password };
      const link = await openLink(box.port, { baudRate, credentials, raiseSpeedTo: 123_456 });
      expect((await link.readIdentity()).serialNumber).toBe(box.serial);
      await link.close();
      expect((await box.state()).ttySettings).toContain('speed 115200');
      await expectRestored(box);
    });
  });
});
