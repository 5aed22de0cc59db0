// Ten thousand receipts, and as many records in the outbox: only those in view are drawn, the first and the last are a key away, and a search finds one.
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../electron/core/clock.ts';
import { locateHome } from '../../electron/core/home.ts';
import { fileReceipt } from '../../electron/core/records/receipts.ts';
import { openDatabase } from '../../electron/core/store/database.ts';
import { expectAccessible, isBrowserThere, noBrowser, openBrowser, photograph } from '../helpers/browser.ts';
import { receiptBody, testStationSecret } from '../helpers/receipts.ts';
import { makeStation } from '../helpers/station.ts';
import { openSetUp } from '../helpers/station-process.ts';
import { stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const count = 10_000;
const serialOf = (index: number) => `TBE201-${String(index).padStart(5, '0')}`;

/** One filed for real; the others are rows like it, which no test here verifies. */
async function fileMany(home: string): Promise<void> {
  const db = openDatabase(locateHome({ TRUSTBOX_HOME: home }).database);
  const first = receiptBody('record-0', {
    outcome: { state: 'installed', summary: 's', confirmed: [], notConfirmed: [] },
  });
  const receipt = await fileReceipt(db, systemClock, { body: first, secretKey: testStationSecret });
  const rows = Array.from({ length: count - 1 }, (_, index) => {
    const device = { ...receipt.device, serial: serialOf(index + 1) };
    const id = `record-${index + 1}`;
    return {
      id,
      journal_seq: receipt.journal.seq + index + 1,
      serial: device.serial,
      fingerprint: receipt.key.fingerprint,
      package_id: 'app-1',
      state: 'installed',
      ended_at: receipt.endedAt,
      body: JSON.stringify({ ...receipt, id, device }),
    };
  });
  const entries = rows.map((row) => {
    return {
      seq: row.journal_seq,
      at: row.ended_at,
      kind: 'receipt',
      body: '{}',
      prev: '',
      hash: `hash-${row.id}`,
    };
  });
  for (let at = 0; at < rows.length; at += 1000) {
    await db
      .insertInto('journal')
      .values(entries.slice(at, at + 1000))
      .execute();
    await db
      .insertInto('receipts')
      .values(rows.slice(at, at + 1000))
      .execute();
  }
  await db.destroy();
}

async function fillOutbox(home: string): Promise<void> {
  const db = openDatabase(locateHome({ TRUSTBOX_HOME: home }).database);
  const rows = Array.from({ length: count }, (_, index) => ({
    idempotency_key: `record-${index}`,
    schema_version: 1,
    state: 'pending',
    created_at: '2026-11-24T00:00:00.000Z',
    body: JSON.stringify({
      serial: serialOf(index),
      model: 'TrustBox Edge 201',
      fingerprint: 'ab'.repeat(32),
      level: 'L0',
    }),
  }));
  for (let at = 0; at < rows.length; at += 1000)
    await db
      .insertInto('outbox')
      .values(rows.slice(at, at + 1000))
      .execute();
  await db.destroy();
}

test('ten thousand records in the outbox, newest first, by keyboard', { timeout: 90_000 }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home } = await makeStation(1024);
  await fillOutbox(home);
  const { page, complaints } = await openBrowser(await openSetUp(home));
  await page.getByRole('navigation').getByRole('button', { name: 'Outbox' }).click();
  const grid = page.getByRole('grid', { name: 'Outbox' });
  await grid.getByText(serialOf(count - 1)).waitFor();
  expect(await grid.getAttribute('aria-rowcount')).toBe(String(count + 1));
  expect(await grid.getByRole('row').count()).toBeLessThan(80);
  await grid.focus();
  await page.keyboard.press('End');
  await grid.getByText(serialOf(0), { exact: true }).waitFor();
  expect(await grid.getByRole('row').count()).toBeLessThan(80);
  await photograph(page, '31-outbox-many');
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

test('ten thousand receipts in the records screen', { timeout: 90_000 }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home } = await makeStation(1024);
  await fileMany(home);
  const { page, complaints } = await openBrowser(await openSetUp(home));
  await page.getByRole('navigation').getByRole('button', { name: 'Records' }).click();
  const grid = page.getByRole('grid', { name: 'Receipts' });
  await grid.getByText(serialOf(count - 1)).waitFor();
  expect(await grid.getAttribute('aria-rowcount')).toBe(String(count + 1));
  expect(await grid.getByRole('row').count()).toBeLessThan(80);
  await grid.focus();
  await page.keyboard.press('End');
  await grid.getByText('TBE201-0001', { exact: true }).waitFor();
  expect(await grid.getByRole('row').count()).toBeLessThan(80);
  await photograph(page, '30-many-records');
  await page.getByRole('textbox').first().fill(serialOf(4711));
  await page.getByText('1 receipt(s)').waitFor();
  await grid.getByText(serialOf(4711)).waitFor();
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});
