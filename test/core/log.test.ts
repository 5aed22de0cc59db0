import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog } from '../../electron/core/log.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

test('secrets are redacted by name at three depths and the file is private', async () => {
  const path = join(await makeTempDir(), 'logs', 'station.log');
  const log = openLog(path);
  log.info(
    { port: '/dev/x', password: 'hunter2', login: { password: 'hunter2', deep: { wrappedKey: 'AAAA' } } },
    'hello',
  );
  const text = await readFile(path, 'utf8');
  expect(text).toContain('"port":"/dev/x"');
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain('AAAA');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});
