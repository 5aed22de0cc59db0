// The virtual box as a box: limits and words.
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { damage, garble, seededRandom } from '../../device/virtual/damage.ts';
import { parseOptions } from '../../device/virtual/options.ts';
import { stopVirtualBoxes, withBox } from '../helpers/virtual-box.ts';

afterAll(stopVirtualBoxes);

test('a reboot makes a new key and a new boot id, and forgets the application key', async () => {
  await withBox([], async (box) => {
    const before = await box.state();
    await box.control({ do: 'reboot' });
    const after = await box.state();
    expect(after.bootId).not.toBe(before.bootId);
    expect(after.fingerprint).not.toBe(before.fingerprint);
  });
});

test('unplugged, the port is gone; plugged in, it is there under the same name', async () => {
  await withBox([], async (box) => {
    await box.control({ do: 'unplug' });
    expect(existsSync(box.port)).toBe(false);
    await box.control({ do: 'plug' });
    expect(existsSync(box.port)).toBe(true);
  });
});

describe('the wire', () => {
  const clean = { lossRate: 0, corruptRate: 0, stripBit7: false };
  const bytes = Buffer.alloc(100_000, 0xc3);
  const over = (faults: object) => damage(bytes, { ...clean, ...faults }, seededRandom(7));

  test('carries bytes unchanged, loses, changes and strips at the rate it was told, the same for the same seed', () => {
    expect(over({}).equals(bytes)).toBe(true);
    const lost = bytes.length - over({ lossRate: 0.01 }).length;
    expect(lost).toBeGreaterThan(800);
    expect(lost).toBeLessThan(1200);
    const changed = over({ corruptRate: 0.01 }).filter((byte) => byte !== 0xc3).length;
    expect(changed).toBeGreaterThan(800);
    expect(changed).toBeLessThan(1200);
    expect(over({ corruptRate: 0.01 }).equals(over({ corruptRate: 0.01 }))).toBe(true);
    expect(over({ stripBit7: true }).every((byte) => byte === 0x43)).toBe(true);
    expect(garble(bytes, seededRandom(7)).equals(bytes)).toBe(false);
  });
});

test.each([
  ['--count', '0'],
  ['--count', 'x'],
  ['--profile', 'toaster'],
  ['--loss', '2'],
  ['--power-loss', 'moon'],
  ['--nonsense', '1'],
])('the option %s %s is refused', (name, value) => {
  expect(() => parseOptions([name, value])).toThrow();
});
