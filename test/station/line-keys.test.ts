// The line and the byte map by keyboard and by scanner, with the focus anywhere.
import type { Locator, Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import {
  everyLook,
  expectAccessible,
  isBrowserThere,
  noBrowser,
  openBrowser,
  photograph,
} from '../helpers/browser.ts';
import { passphrase } from '../helpers/cli.ts';
import { makeStation } from '../helpers/station.ts';
import { openSetUp, startBoxesOf } from '../helpers/station-process.ts';
import { stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const longMs = 180_000;
const open = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
const pick = (page: Page, label: string) =>
  page.locator('.file-pick').filter({ hasText: label }).locator('input[type=file]');

/** A slot of the jig by its name, which says where it is. */
const slotAt = (label: number, column: number, row: number) =>
  new RegExp(`^${label} \\S+: column ${column}, row ${row}$`);

/** The middle of a cell of the jig, from 1. */
async function cellOf(board: Locator, column: number, row: number): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = (await board.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  return { x: x + ((column - 0.5) * width) / 4, y: y + ((row - 0.5) * height) / 2 };
}

test('slots are dragged to where their ports are, or pressed there; saved, and so they are shown', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk } = await makeStation(4096);
  const { page, complaints } = await openBrowser(await openSetUp(home));
  const { boxes } = await startBoxesOf(home, [], 2);
  await open(page, 'Line mode');
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock' }).click();
  for (const { port } of boxes) await page.getByText(port, { exact: true }).first().click();
  const jig = page.getByRole('group', { name: 'The slots as on the jig' });
  const board = jig.locator('.jig');
  await jig.getByRole('button', { name: slotAt(1, 1, 1) }).hover();
  await page.mouse.down();
  const aim = await cellOf(board, 3, 2);
  await page.mouse.move(aim.x, aim.y, { steps: 4 });
  await page.mouse.up();
  await jig.getByRole('button', { name: slotAt(1, 3, 2) }).waitFor();
  const rows = 3;
  await jig.getByRole('button', { name: slotAt(2, 2, 1) }).click();
  const { x, y, width, height } = (await board.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.click(x + width / 8, y + height / rows / 2);
  await jig.getByRole('button', { name: slotAt(2, 1, 1) }).waitFor();
  await page.getByRole('button', { name: 'Save the slots' }).click();
  await page.getByText('Not saved yet').waitFor({ state: 'detached' });
  await page.reload();
  await open(page, 'Line mode');
  await jig.getByRole('button', { name: slotAt(1, 3, 2) }).waitFor();
  await photograph(page, '43-jig-placed', everyLook);
  await expectAccessible(page);

  await pick(page, 'Package (.cpk)').setInputFiles(cpk);
  await page.getByText('Fits: TrustBox Edge 201').waitFor();
  await page.getByLabel('Password').fill('trust');
  await page.getByLabel('User').fill('admin');
  await page.getByLabel('Reason').fill('line trial');
  await page.getByRole('button', { name: 'Start the line' }).click();
  for (const label of [1, 2])
    await page.getByRole('article', { name: `${label}: PASS` }).waitFor({ timeout: 60_000 });
  const boxOf = async (name: string) =>
    (await page.getByRole('article', { name }).boundingBox()) ?? { x: 0, y: 0 };
  const [one, two] = [await boxOf('1: PASS'), await boxOf('2: PASS')];
  expect(one.x).toBeGreaterThan(two.x);
  expect(one.y).toBeGreaterThan(two.y);
  await photograph(page, '44-line-on-jig', everyLook);
  await expectAccessible(page);
  expect(complaints).toEqual([]);
});

/** As a scanner types: no key waits for an answer to the one before. */
async function scan(page: Page, label: string): Promise<void> {
  const wire = await page.context().newCDPSession(page);
  const keys = [...label].map((key) => ({ key, text: key }));
  const strokes = [...keys, { key: 'Enter', text: '\r' }].flatMap((stroke) => [
    wire.send('Input.dispatchKeyEvent', { type: 'keyDown', ...stroke }),
    wire.send('Input.dispatchKeyEvent', { type: 'keyUp', key: stroke.key }),
  ]);
  await Promise.all(strokes);
}

const isFocused = (element: Element) => element.closest('button') === document.activeElement;

test('slots are moved by keyboard; a scan presses no button; the line has the screen for itself', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk } = await makeStation(4096);
  const { page, complaints } = await openBrowser(await openSetUp(home));
  const { boxes } = await startBoxesOf(home, [], 3);
  await open(page, 'Line mode');
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock' }).click();
  const inOrder = boxes.toSorted((a, b) => a.serial.localeCompare(b.serial));
  await page.getByText(inOrder[2]?.port ?? '', { exact: true }).waitFor();
  for (const { port } of inOrder.slice(0, 2)) await page.getByText(port, { exact: true }).first().click();
  const jig = page.getByRole('group', { name: 'The slots as on the jig' });
  await jig.getByRole('button', { name: slotAt(1, 1, 1) }).focus();
  await page.keyboard.press('ArrowRight');
  await jig.getByRole('button', { name: slotAt(2, 1, 1) }).waitFor();
  await page.keyboard.press('ArrowDown');
  await jig.getByRole('button', { name: slotAt(1, 2, 2) }).waitFor();
  expect(await jig.getByText('1', { exact: true }).evaluate(isFocused)).toBe(true);
  await expectAccessible(page);
  await photograph(page, '40-jig');
  await pick(page, 'Package (.cpk)').setInputFiles(cpk);
  await page.getByText('Fits: TrustBox Edge 201').waitFor();
  await page.getByLabel('User').fill('admin');
  await page.getByLabel('Password').fill('trust');
  await page.getByLabel('Reason').fill('line trial');
  await page.getByText('Scan the label before each unit').click();
  await page.getByRole('button', { name: 'Start the line' }).click();
  const field = page.getByLabel('Label', { exact: true });
  await field.waitFor();
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);

  const stop = page.getByRole('button', { name: 'Stop the line' });
  await stop.focus();
  await scan(page, inOrder[1]?.serial ?? '');
  await page.getByRole('article', { name: '2: PASS' }).waitFor({ timeout: 60_000 });
  expect(await stop.isEnabled()).toBe(true);
  expect(await page.getByText('Skipped, because they are no slots').innerText()).toContain('V0003');
  await page.getByText('As a table').click();
  expect(await page.getByRole('cell', { name: '1', exact: true }).count()).toBe(1);
  await page.getByRole('button', { name: 'Full screen' }).click();
  await page.getByRole('button', { name: 'Leave full screen' }).waitFor();
  expect(await page.getByRole('navigation').count()).toBe(0);
  await expectAccessible(page);
  await photograph(page, '41-line-full');
  await page.getByRole('button', { name: 'Leave full screen' }).click();
  await page.getByRole('navigation').waitFor();
  await stop.click();
  await page.getByText('The last shift').waitFor();
  expect(complaints).toEqual([]);
});

test('the byte map is walked with the arrow keys', { timeout: longMs }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk } = await makeStation(200_000);
  const { page, complaints } = await openBrowser(await openSetUp(home));
  await open(page, 'Packages');
  await page.getByRole('tab', { name: 'Look into' }).click();
  await pick(page, 'Package (.cpk)').setInputFiles(cpk);
  const map = page.getByRole('listbox', { name: 'Byte map' });
  await map.waitFor();
  expect(await map.getByRole('option').count()).toBe(10);
  await map.getByRole('option').first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const chosen = map.getByRole('option', { selected: true });
  expect(await chosen.getAttribute('aria-label')).toBe('1: nonce, 12 bytes at 200160');
  expect(await page.locator('tr.chosen').innerText()).toContain('nonce');
  await page.getByText('Fits: TrustBox Edge 201').waitFor();
  await expectAccessible(page);
  await photograph(page, '42-byte-map');
  expect(complaints).toEqual([]);
});
