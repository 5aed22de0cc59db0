// The drivers' process: what it does for the engine, what its end costs, and that it never outlives or blocks its parent.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../electron/core/clock.ts';
import type { Drivers } from '../../electron/core/drivers/drivers.ts';
import { forkDrivers } from '../../electron/core/drivers/fork-drivers.ts';
import { type DriverChannel, openDrivers } from '../../electron/core/drivers/remote.ts';
import { silentLog as log } from '../../electron/core/log.ts';
import { createLinkOpener, nothingKnown } from '../../electron/core/open-link.ts';
import { codeOfAsync } from '../helpers/errors.ts';
import { openScriptedEnd } from '../helpers/scripted-end.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';
import { startVirtualBox, stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const baudRate = 115_200;

/** Children of this process that are drivers. */
const driverPids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
        return (
          parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('driver-child')
        );
      } catch {
        return false;
      }
    });

function open(): Drivers {
  const drivers = openDrivers(forkDrivers, log);
  onTestFinished(() => drivers.close());
  return drivers;
}

const crash = (pid: number) => execFileSync('kill', ['-SEGV', String(pid)]);

test('bytes go both ways, listeners are replaced, and a closed port says no more', async () => {
  const drivers = open();
  const end = openScriptedEnd((text) => end.say(`<${text}>`));
  const port = await drivers.openPort(end.port, baudRate);
  let first = '';
  let second = '';
  port.listen(
    (bytes) => {
      first += Buffer.from(bytes).toString('latin1');
    },
    () => undefined,
  );
  await port.write(Buffer.from([0, 1, 255]));
  await expect.poll(() => first).toBe('<\u0000\u0001\u00ff>');
  port.listen(
    (bytes) => {
      second += Buffer.from(bytes).toString('latin1');
    },
    () => undefined,
  );
  await port.write(Buffer.from('again'));
  await port.drain();
  await expect.poll(() => second).toBe('<again>');
  await port.setBaudRate(9600);
  expect([port.baudRate, first]).toEqual([9600, '<\u0000\u0001\u00ff>']);
  await port.close();
  const again = await drivers.openPort(end.port, baudRate);
  await again.close();
  end.close();
});

test('what a port refuses is refused with the same code', async () => {
  const drivers = open();
  expect(await codeOfAsync(drivers.openPort('/dev/ttyNONE', baudRate))).toBe('port.not-found');
  expect(await codeOfAsync(drivers.openPort('usb:1209:7b02:99-9', 0))).toBe('port.not-found');
  const end = openScriptedEnd(() => undefined);
  const port = await drivers.openPort(end.port, baudRate);
  expect(await codeOfAsync(drivers.openPort(end.port, baudRate))).toBe('port.busy');
  await port.close();
  end.close();
});

test('the engine loads no native code of serial ports and USB', async () => {
  const drivers = open();
  await drivers.listPorts(await makeTempDir(), []);
  const [pid] = driverPids();
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  const native = /bindings-cpp|node-usb/;
  expect(maps).toMatch(native);
  expect(readFileSync('/proc/self/maps', 'utf8')).not.toMatch(native);
});

test('a crash loses the open ports, and the next call finds new drivers', async () => {
  const drivers = open();
  const end = openScriptedEnd(() => undefined);
  const port = await drivers.openPort(end.port, baudRate);
  const lost = new Promise<string>((resolve) =>
    port.listen(
      () => undefined,
      (error) => resolve(error.code),
    ),
  );
  const [pid = 0] = driverPids();
  crash(pid);
  expect(await lost).toBe('port.lost');
  expect(await codeOfAsync(port.write(Buffer.from('x')))).toBe('port.lost');
  await port.close();
  const again = await drivers.openPort(end.port, baudRate);
  expect(driverPids()).not.toContain(pid);
  await again.close();
  end.close();
});

test('a call that was under way when the drivers crashed is told, not forgotten', async () => {
  const drivers = open();
  await drivers.listUsbPorts([]);
  const [pid = 0] = driverPids();
  process.kill(pid, 'SIGSTOP');
  const asked = codeOfAsync(drivers.listPorts(await makeTempDir(), []));
  process.kill(pid, 'SIGKILL');
  expect(await asked).toBe('port.lost');
});

test('an agent link over drivers that crash is lost, and opened anew', { timeout: 60_000 }, async () => {
  const drivers = open();
  const box = await startVirtualBox(['--agent']);
  const openLink = createLinkOpener({ log, clock: systemClock, ...nothingKnown, openPort: drivers.openPort });
  const request = { baudRate, credentials: null, link: 'agent' } as const;
  const link = await openLink(box.port, request);
  expect((await link.readIdentity()).serialNumber).toBe(box.serial);
  crash(driverPids()[0] ?? 0);
  await expect.poll(() => codeOfAsync(link.readIdentity())).toBe('port.lost');
  await link.close();
  const again = await openLink(box.port, request);
  expect((await again.readIdentity()).serialNumber).toBe(box.serial);
  await again.close();
});

test('closed drivers are gone, and refuse', async () => {
  const drivers = openDrivers(forkDrivers, log);
  await drivers.listUsbPorts([]);
  const [pid = 0] = driverPids();
  await drivers.close();
  expect(driverPids()).not.toContain(pid);
  expect(await codeOfAsync(drivers.listUsbPorts([]))).toBe('port.lost');
});

test('hot-plug is watched again after a crash, and what happened meanwhile is looked for', async () => {
  const asked: string[] = [];
  const gone: ((how: string) => void)[] = [];
  const drivers = openDrivers((hear, onGone): DriverChannel => {
    gone.push(onGone);
    return {
      post({ id, call }) {
        asked.push(call);
        hear({ id, value: true });
      },
      end: () => onGone('ended'),
    };
  }, log);
  let hints = 0;
  const end = await drivers.watchUsb(() => {
    hints += 1;
  });
  gone[0]?.('SIGSEGV');
  await expect.poll(() => hints, { timeout: 10_000 }).toBe(1);
  expect(asked).toEqual(['watch-usb', 'watch-usb']);
  end?.();
  await drivers.close();
});
