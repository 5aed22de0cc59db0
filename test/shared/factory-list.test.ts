import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { parseFactoryList } from '../../shared/factory-list.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const head = 'serial,fingerprint\n';

test.each([
  ['plain lines', `${head}S1,${a}\nS2,${b}\n`],
  [
    'Windows line ends, a byte order mark and blank lines',
    `\ufeffserial,fingerprint\r\n\r\nS1,${a}\r\nS2,${b}`,
  ],
  ['quoted cells', `"serial","fingerprint"\n"S1","${a}"\n"S2",${b}\n`],
  [
    'upper case and groups',
    `Serial,Fingerprint\nS1,${a.toUpperCase()}\nS2,${b.replaceAll(/(.{4})/g, '$1 ')}\n`,
  ],
])('%s give the same list', (_name, csv) => {
  expect([...parseFactoryList(csv)]).toEqual([
    ['S1', a],
    ['S2', b],
  ]);
});

test('a quoted quote belongs to the serial number', () => {
  expect([...parseFactoryList(`${head}"S""1",${a}`)]).toEqual([['S"1', a]]);
});

test.each([
  ['no header', `S1,${a}\n`, 1],
  ['the columns the other way round', `fingerprint,serial\n${a},S1\n`, 1],
  ['a serial twice', `${head}S1,${a}\nS1,${b}\n`, 3],
  ['a fingerprint for two serials', `${head}S1,${a}\nS2,${a}\n`, 3],
  ['a short fingerprint', `${head}S1,${a.slice(1)}\n`, 2],
  ['a fingerprint that is not hex', `${head}S1,${'g'.repeat(64)}\n`, 2],
  ['an empty serial', `${head},${a}\n`, 2],
  ['a serial with a space', `${head}S 1,${a}\n`, 2],
  ['a serial of 65 characters', `${head}${'S'.repeat(65)},${a}\n`, 2],
  ['a third column', `${head}S1,${a},x\n`, 2],
  ['an empty third column', `${head}S1,${a},\n`, 2],
  ['one column', `${head}S1\n`, 2],
  ['a quote inside a bare cell', `${head}X"S1,${a}\n`, 2],
  ['a quote that never ends', `${head}"S1,${a}\n`, 2],
  ['text behind a closing quote', `${head}"S1"x,${a}\n`, 2],
  ['no device at all', head, 1],
])('%s is refused, with its line', (_name, csv, line) => {
  expect(() => parseFactoryList(csv)).toThrow(
    expect.objectContaining({ code: 'factory.list-invalid', details: { line } }),
  );
});

test('a list longer than the cap is refused before it is read', () => {
  expect(() => parseFactoryList('x'.repeat(64 * 1024 * 1024 + 1))).toThrow(/longer than/);
});

test('any list of devices comes back as it was', () => {
  const serial = fc.stringMatching(/^[A-Za-z0-9._:"-]{1,64}$/);
  const fingerprint = fc.stringMatching(/^[0-9a-f]{64}$/);
  const devices = fc
    .uniqueArray(fc.tuple(serial, fingerprint), { minLength: 1, maxLength: 20, selector: ([name]) => name })
    .filter((rows) => new Set(rows.map((row) => row[1])).size === rows.length);
  fc.assert(
    fc.property(devices, (rows) => {
      const csv = head + rows.map(([name, print]) => `"${name.replaceAll('"', '""')}",${print}\n`).join('');
      expect([...parseFactoryList(csv)]).toEqual(rows);
    }),
  );
});

test('garbage gives only refusals', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[",\na1 ]{0,200}$/));
  fc.assert(
    fc.property(text, (garbage) => {
      try {
        parseFactoryList(head + garbage);
      } catch (error) {
        expect(error).toBeInstanceOf(ProvisionerError);
      }
    }),
  );
});
