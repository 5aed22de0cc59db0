import { spawn } from 'node:child_process';
import { symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { openPty } from '../../device/virtual/pty.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

const program = join(import.meta.dirname, '..', 'helpers', 'keep-port-child.ts');

test('a line that is hung up in the middle of a write is lost once, and served again when it is back', async () => {
  const path = join(await makeTempDir(), 'line');
  // Before any pty is open: it would inherit the other end.
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await said.next()).value as string;

  for (const _ of [1, 2]) {
    const pty = openPty();
    pty.reader.pause();
    await symlink(pty.slavePath, path);
    expect(await next()).toBe('has the line');
    await new Promise((done) => pty.reader.once('readable', done));
    pty.close();
    await unlink(path);
    expect(await next()).toBe('lost the line');
  }
});
