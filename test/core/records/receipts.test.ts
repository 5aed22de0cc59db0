import { expect, test } from 'vitest';
import { fileReceipt, listReceipts } from '../../../electron/core/records/receipts.ts';
import { verifyReceipt } from '../../../shared/receipt.ts';
import { openTestStore } from '../../helpers/open-store.ts';
import { receiptBody, testStationPublic, testStationSecret } from '../../helpers/receipts.ts';
import { testClock } from '../../helpers/verdicts.ts';

const filing = (...args: Parameters<typeof receiptBody>) => ({
  body: receiptBody(...args),
  secretKey: testStationSecret,
});

test('a receipt is filed once, signed over its place in the journal', async () => {
  const { db } = await openTestStore();
  const first = await fileReceipt(db, testClock, filing('job-1'));
  const again = await fileReceipt(db, testClock, filing('job-1', { endedAt: 'later' }));
  expect(again).toEqual(first);
  expect(verifyReceipt(first, testStationPublic)).toEqual(first);
  expect(await db.selectFrom('journal').select(['seq', 'hash']).execute()).toEqual([first.journal]);
});

test('receipts are listed in the order they were filed, and by serial, package and state', async () => {
  const { db } = await openTestStore();
  const device = (serial: string) => ({ device: { ...receiptBody().device, serial } });
  const failed = { outcome: { ...receiptBody().outcome, state: 'failed' } };
  await fileReceipt(db, testClock, filing('job-2', device('S1')));
  await fileReceipt(db, testClock, filing('job-1', { ...device('S2'), ...failed }));
  await fileReceipt(db, testClock, filing('job-3', { ...device('S1'), package: null }));
  const ids = async (filter: Parameters<typeof listReceipts>[1]) =>
    (await listReceipts(db, filter)).map(({ id }) => id);
  expect(await ids({})).toEqual(['job-2', 'job-1', 'job-3']);
  expect(await ids({ serial: 'S1' })).toEqual(['job-2', 'job-3']);
  expect(await ids({ packageId: 'app-1' })).toEqual(['job-2', 'job-1']);
  expect(await ids({ state: 'failed', serial: 'S2' })).toEqual(['job-1']);
  expect(await ids({ serial: "S1' or 1=1" })).toEqual([]);
});

test.each(['{', '{}', 'null'])('a stored receipt that is "%s" is refused by name', async (body) => {
  const { db } = await openTestStore();
  await fileReceipt(db, testClock, filing('job-1'));
  await db.updateTable('receipts').set({ body }).execute();
  await expect(listReceipts(db)).rejects.toThrow(
    expect.objectContaining({ code: 'record.invalid', message: expect.stringContaining('job-1') }),
  );
});
