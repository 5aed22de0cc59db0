import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLog, readLogOf } from '../../electron/core/log.ts';
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

test('the lines about one port, newest first, whatever else the file holds', async () => {
  const path = join(await makeTempDir(), 'station.log');
  expect(await readLogOf(path, '/dev/a', 10)).toEqual([]);
  const log = openLog(path);
  log.debug({ port: '/dev/a', status: 0 }, 'first');
  log.info({ port: '/dev/b' }, 'other');
  await appendFile(path, '{"cut');
  await appendFile(path, '\n');
  log.warn({ port: '/dev/a', password: 'hunter2' }, 'second');
  const lines = await readLogOf(path, '/dev/a', 10);
  expect(lines.map(({ level, text, about }) => [level, text, about])).toEqual([
    ['warn', 'second', 'password [redacted]'],
    ['debug', 'first', 'status 0'],
  ]);
  expect(await readLogOf(path, '/dev/a', 1)).toHaveLength(1);
});
