// The cable of a virtual box, and what is wrong with it: speeds, damage, chatter, unplugging, power loss, full disks.
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { closeTerminals, logIn, openSession, openTerminal, runCommand } from '../helpers/terminal.ts';
import { makePackage, makeSigner, sha256Hex, wrapFor } from '../helpers/test-package.ts';
import { scratchOf, startVirtualBox, stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterEach(async () => {
  await closeTerminals();
  await stopVirtualBoxes();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const kernelLine = /\[ *\d+\.\d{6}\] usb 1-1: /;

/** Receives so many raw bytes into a file in the box's home, as the console link does. */
const receive = (count: number, name: string) =>
  `s=$(stty -g); stty raw -echo; printf 'GO%s\\n' GO; head -c ${count} > ${name}; stty $s`;

async function sendRaw(box: { port: string; user: string; password: string }, bytes: Uint8Array) {
  const terminal = await openSession(box as Parameters<typeof openSession>[0]);
  terminal.write(`${receive(bytes.length, 'got')}\nprintf 'DO%s\\n' NE\n`.replace('\nprintf', '; printf'));
  await terminal.expect(/GOGO\r?\n/);
  terminal.write(bytes);
  return terminal;
}

test('256 KiB of raw bytes arrive unchanged on a good line', async () => {
  const box = await startVirtualBox();
  const bytes = randomBytes(256 * 1024);
  const terminal = await sendRaw(box, bytes);
  await terminal.expect(/DONE\r?\n/);
  expect(sha256Hex(readFileSync(join(scratchOf(box), 'home', 'got')))).toBe(sha256Hex(bytes));
});

test('a line that is not 8-bit clean strips the eighth bit on the way to the box', async () => {
  const box = await startVirtualBox(['--not-8bit']);
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  const terminal = await sendRaw(box, bytes);
  await terminal.expect(/DONE\r?\n/);
  const got = readFileSync(join(scratchOf(box), 'home', 'got'));
  expect([...got]).toEqual([...bytes].map((byte) => byte & 0x7f));
});

test('corruption and loss begin and end when the trainer says so', async () => {
  const box = await startVirtualBox();
  const bytes = randomBytes(64 * 1024);
  const terminal = await openSession(box);
  terminal.write(`${receive(bytes.length, 'got')}; printf 'DO%s\\n' NE\n`);
  await terminal.expect(/GOGO\r?\n/);
  await box.control({ do: 'faults', corruptRate: 0.01 });
  terminal.write(bytes);
  await terminal.expect(/DONE\r?\n/);
  await box.control({ do: 'faults', corruptRate: 0 });
  const got = readFileSync(join(scratchOf(box), 'home', 'got'));
  const changed = got.filter((byte, at) => byte !== bytes[at]).length;
  expect(changed).toBeGreaterThan(300);
  expect(changed).toBeLessThan(1000);

  terminal.write(`${receive(bytes.length, 'got')}; printf 'DO%s\\n' NE\n`);
  await terminal.expect(/GOGO\r?\n/);
  await box.control({ do: 'faults', lossRate: 0.01 });
  terminal.write(bytes);
  await pause(500);
  await box.control({ do: 'faults', lossRate: 0 });
  const size = statSync(join(scratchOf(box), 'home', 'got')).size;
  expect(size).toBeLessThan(bytes.length);
  terminal.write(new Uint8Array(bytes.length - size + 4096));
  await terminal.expect(/DONE\r?\n/);
});

test('a station at another speed sees garbage and is not understood; at the right speed all is well', async () => {
  const box = await startVirtualBox(['--baud', '921600']);
  const terminal = await openTerminal(box.port, 115_200);
  terminal.write('\r\r\r');
  await pause(300);
  const heard = terminal.heard();
  expect(heard).not.toContain('login');
  expect(/[^\r\n\t -~]/.test(heard)).toBe(true);
  await terminal.setBaudRate(921_600);
  terminal.write('\u0003');
  await pause(100);
  await logIn(terminal, box);
  expect((await runCommand(terminal, 'stty speed')).output).toBe('921600\n');
});

test('raising the speed works when both ends do it, and not when one does', async () => {
  const box = await startVirtualBox(['--baud', '115200']);
  const terminal = await openSession(box);
  terminal.write('stty 460800\n');
  await pause(300);
  terminal.write('U'.repeat(8));
  await pause(300);
  expect(terminal.heard()).not.toContain('UU');
  await terminal.setBaudRate(460_800);
  terminal.write('\n\n');
  expect((await runCommand(terminal, 'stty speed')).output).toMatch(/460800\n$/);
});

test('kernel messages appear between the lines and stop at dmesg -n 1', async () => {
  const box = await startVirtualBox(['--kernel-chatter', '40']);
  const terminal = await openTerminal(box.port);
  await terminal.expect(kernelLine);
  await box.control({ do: 'faults', chatterPerSecond: 5 });
  terminal.write('\r');
  await terminal.expect(/login: /);
  terminal.write('admin\r');
  await terminal.expect(/Password: /);
  terminal.write('trust\r');
  await terminal.expect(/admin@trustbox:~\$ /);
  terminal.write('dmesg -n 1; echo qui""et\r');
  await terminal.expect(/quiet\r?\n/);
  expect((await box.state()).consoleLogLevel).toBe(1);
  await box.control({ do: 'faults', chatterPerSecond: 200 });
  await pause(150);
  terminal.write('echo sil""ence\r');
  await terminal.expect(/silence\r?\n/);
  await pause(400);
  expect(terminal.heard()).not.toMatch(kernelLine);
  terminal.write('dmesg -n 7\r');
  await terminal.expect(kernelLine);
});

test('unplugging hangs the port up, plugging brings it back under the same name', async () => {
  const box = await startVirtualBox();
  const first = await openSession(box);
  await box.control({ do: 'unplug' });
  await first.lost;
  await expect(openTerminal(box.port)).rejects.toThrow();
  await box.control({ do: 'plug' });
  const second = await openTerminal(box.port);
  // The session on the box went on without the cable.
  second.write("printf '%s%s\\n' sti ll\n");
  await second.expect(/still\r?\n/);
});

test('a port that nobody reads does not stop the box', async () => {
  const box = await startVirtualBox();
  const first = await openSession(box);
  first.write('head -c 600000 /dev/zero | tr "\\\\000" x; : > finished\n');
  await first.expect(/x/);
  await first.close();
  const deadline = Date.now() + 15_000;
  while (!(await box.state()).filesInHome.includes('finished') && Date.now() < deadline) await pause(100);
  expect((await box.state()).filesInHome).toContain('finished');
});

test('power lost in a transfer reboots the box and leaves the partial file', async () => {
  const box = await startVirtualBox(['--power-loss', 'transfer:20000']);
  const before = await box.state();
  const terminal = await sendRaw(box, randomBytes(64 * 1024));
  await terminal.expect(/Starting kernel[\s\S]*login: $/);
  const after = await box.state();
  expect(after.bootId).not.toBe(before.bootId);
  expect(after.filesInHome).toContain('got');
  await logIn(terminal, box);
  expect((await runCommand(terminal, 'echo up')).output).toBe('up\n');
});

test.each(['sync', 'install'] as const)(
  'power lost at %s takes the application key with it, once',
  async (step) => {
    const box = await startVirtualBox(['--power-loss', step]);
    const classKey = randomBytes(32);
    const file = makePackage({ id: 'app', classKey, payload: randomBytes(100), signer: makeSigner() });
    writeFileSync(join(scratchOf(box), 'home', 'app.cpk'), file);
    const terminal = await openSession(box);
    const load = 'cpk-tool sync -a app -m commandline -k';
    const wrap = async () => wrapFor((await runCommand(terminal, 'cpk-tool pub-key')).output, classKey);
    terminal.write(`${load} ${await wrap()}; cpk-tool install -p app.cpk\n`);
    await terminal.expect(/Starting kernel[\s\S]*login: $/);
    expect(await box.state()).toMatchObject({ hasKey: false, installed: [] });
    await logIn(terminal, box);
    expect((await runCommand(terminal, `${load} ${await wrap()}`)).status).toBe(0);
    expect((await runCommand(terminal, 'cpk-tool install -p app.cpk')).status).toBe(0);
  },
);

test('on a full disk a large file cannot be written and a small one can', async () => {
  for (const shell of ['bash', 'busybox']) {
    const box = await startVirtualBox(['--disk-full', '--shell', shell]);
    const terminal = await openSession(box);
    expect((await runCommand(terminal, 'head -c 200000 /dev/zero > small')).status).toBe(0);
    const large = await runCommand(terminal, 'head -c 300000 /dev/zero > large');
    expect(large.status).not.toBe(0);
    expect(large.output).toMatch(/File too large|I\/O error/);
    expect((await runCommand(terminal, 'wc -c < large')).output.trim()).toBe('262144');
  }
});
