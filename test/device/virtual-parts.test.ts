// The pure parts of a virtual box.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPackage } from '../../device/virtual/cpk-reader.ts';
import { damage, garble, seededRandom } from '../../device/virtual/damage.ts';
import { ToolFailure } from '../../device/virtual/tool-failure.ts';
import { makePackage, makeSigner } from '../helpers/test-package.ts';

const clean = { lossRate: 0, corruptRate: 0, stripBit7: false };

test('the same seed gives the same damage, another seed another', () => {
  const bytes = randomBytes(4096);
  const faults = { ...clean, lossRate: 0.02, corruptRate: 0.02 };
  const run = (seed: number) => damage(bytes, faults, seededRandom(seed));
  expect(run(7)).toEqual(run(7));
  expect(run(7)).not.toEqual(run(8));
});

test('a clean line changes nothing; loss only shortens; corruption changes one bit of a byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.integer(), (array, seed) => {
      const bytes = Buffer.from(array);
      expect(damage(bytes, clean, seededRandom(seed))).toBe(bytes);
      expect(damage(bytes, { ...clean, lossRate: 1 }, seededRandom(seed))).toHaveLength(0);
      const changed = damage(bytes, { ...clean, corruptRate: 1 }, seededRandom(seed));
      expect(changed).toHaveLength(bytes.length);
      for (const [at, byte] of changed.entries()) {
        const difference = byte ^ (bytes[at] ?? 0);
        expect(difference !== 0 && (difference & (difference - 1)) === 0).toBe(true);
      }
      expect(garble(bytes, seededRandom(seed))).toHaveLength(bytes.length);
    }),
  );
});

test('the box reader gives only a package or a failure in the tool words, whatever the bytes', () => {
  const good = makePackage({
    id: 'app',
    classKey: randomBytes(32),
    payload: randomBytes(64),
    signer: makeSigner(),
  });
  expect(readPackage(good).payload().sealed).toHaveLength(64);
  const readAll = (file: Buffer) => {
    try {
      readPackage(file).payload();
    } catch (error) {
      expect(error).toBeInstanceOf(ToolFailure);
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => readAll(Buffer.from(bytes))));
  const edits = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 12 });
  fc.assert(
    fc.property(edits, fc.nat(good.length), (changes, length) => {
      const file = Buffer.from(good);
      for (const [at, byte] of changes) file[at] = byte;
      readAll(file.subarray(0, length));
      readAll(file);
    }),
    { numRuns: 300 },
  );
});
