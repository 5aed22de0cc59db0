import { afterEach, expect, test } from 'vitest';
import { closeTerminals, logIn, openTerminal, runCommand } from '../helpers/terminal.ts';
import { startVirtualBox, stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterEach(async () => {
  await closeTerminals();
  await stopVirtualBoxes();
});

test('the console asks for a login, hides the password and gives a real shell', async () => {
  const box = await startVirtualBox();
  const terminal = await openTerminal(box.port);
  terminal.write('\r');
  expect(await terminal.expect(/login: $/)).toContain('Armbian');
  terminal.write('admin\r');
  await terminal.expect(/Password: $/);
  terminal.write('trust\r');
  const seen = await terminal.expect(/admin@trustbox:~\$ /);
  expect(seen).toContain('Welcome');
  expect(seen).not.toContain('trust\r');
  terminal.write('echo $((6 * 7))\r');
  await terminal.expect(/[\r\n]42\r?\n/);
});

test('a wrong password is refused and the prompt comes back', async () => {
  const box = await startVirtualBox(['--login-delay', '0']);
  const terminal = await openTerminal(box.port);
  terminal.write('\r');
  await terminal.expect(/login: $/);
  terminal.write('admin\r');
  await terminal.expect(/Password: $/);
  terminal.write('wrong\r');
  await terminal.expect(/Login incorrect[\s\S]*login: $/);
  await logIn(terminal, box);
  expect((await runCommand(terminal, 'id -un >/dev/null; echo $USER')).output).toBe('admin\n');
});
