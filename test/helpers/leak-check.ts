// After each test file: nothing we opened may still be open. Temp files are checked by the helper that makes them.
import { afterAll, expect } from 'vitest';
import { leftoverTempDirs, removeTempDirs } from './temp-dir.ts';

const watched = ['TTYWrap', 'ProcessWrap', 'TCPServerWrap', 'FSReqCallback'];

const open = () => process.getActiveResourcesInfo().filter((kind) => watched.includes(kind));

afterAll(async () => {
  await removeTempDirs();
  const deadline = Date.now() + 2000;
  while (open().length > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(open(), 'handles left open by this file').toEqual([]);
  expect(leftoverTempDirs(), 'temp folders left behind').toEqual([]);
});
