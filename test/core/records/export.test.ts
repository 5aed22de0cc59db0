import { expect, test } from 'vitest';
import { encodeReceiptsCsv } from '../../../electron/core/records/export.ts';
import { signReceipt } from '../../../shared/receipt.ts';
import { receiptBody, testStationSecret } from '../../helpers/receipts.ts';

const receipt = (changes: Parameters<typeof receiptBody>[1] = {}) =>
  signReceipt(
    { ...receiptBody('job-1', changes), journal: { seq: 3, hash: '9'.repeat(64) } },
    testStationSecret,
  );
const rowOf = (changes: Parameters<typeof receiptBody>[1]) =>
  encodeReceiptsCsv([receipt(changes)])
    .split('\r\n')
    .slice(1)
    .join('\r\n');

test('the export has a header, one line a receipt, and CRLF at every end', () => {
  const csv = encodeReceiptsCsv([receipt(), receipt()]);
  const lines = csv.split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toBe('');
  expect(lines[0]).toMatch(/^receipt,ended,serial,/);
  expect(lines[1]?.split(',')).toHaveLength(lines[0]?.split(',').length ?? 0);
});

test.each(['=cmd|x', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1'])(
  'a reason that begins like a formula ("%s") is text',
  (reason) => {
    expect(rowOf({ operator: { name: 'Ada', reason } })).toContain(`'${reason}`);
  },
);

test('commas, quotes and line ends stay inside their cell', () => {
  const row = rowOf({ operator: { name: 'Lovelace, Ada', reason: 'she said "go"\nand went' } });
  expect(row).toContain(',"Lovelace, Ada","she said ""go""\nand went",');
});

test('what a receipt does not have is an empty cell', () => {
  expect(rowOf({ package: null, classKey: null, operator: null })).toContain(',,,,,,');
});
