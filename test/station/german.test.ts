// The screens in the second language, with everything on them that the engine says: no English sentence is left, no time is
// raw, and each looks right from a small screen to a 4K one.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
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
import { expectNoEnglish, expectNoRawTimes } from '../helpers/page-words.ts';
import { makeStation } from '../helpers/station.ts';
import { openSetUp, startBoxesOf, startStationProcess } from '../helpers/station-process.ts';
import { stopVirtualBoxes } from '../helpers/virtual-box.ts';

afterEach(stopVirtualBoxes);

const longMs = 300_000;
const stepMs = 90_000;

const open = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const pick = (page: Page, label: string) =>
  page.locator('.file-pick').filter({ hasText: label }).locator('input[type=file]');

async function look(page: Page, name: string): Promise<void> {
  expect(await expectNoEnglish(page), name).toBeGreaterThan(5);
  await expectNoRawTimes(page);
  await photograph(page, `40-de-${name}`, everyLook);
  await expectAccessible(page);
}

async function unlock(page: Page): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await press(page, 'Öffnen');
}

async function openGerman(payloadBytes: number) {
  const made = await makeStation(payloadBytes);
  const { page, complaints } = await openBrowser(await openSetUp(made.home, 'de'));
  return { ...made, page, complaints };
}

async function logIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('Benutzer').fill('admin');
  await page.getByLabel('Passwort').fill(password);
}

test('the first run and its refusal', { timeout: longMs }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home } = await makeStation(1024);
  const station = await startStationProcess(home);
  const { page } = await openBrowser(station.url);
  await page.getByRole('button', { name: /Language/ }).click();
  await page.getByRole('option', { name: 'Deutsch' }).click();
  const fields = page.getByRole('textbox');
  await fields.nth(0).fill('TEST Linie 2, Platz 4');
  await fields.nth(1).fill('Ada');
  for (const field of await page.locator('input[type=password]').all()) await field.fill('a wrong one');
  await press(page, 'Einrichten');
  await page.getByText('Der Tresor öffnet sich mit dieser Passphrase nicht').waitFor();
  await look(page, 'set-up');
});

test('a device refused, read, known, diagnosed and loaded; then its records', {
  timeout: longMs,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk, page, complaints } = await openGerman(8192);
  const { boxes } = await startBoxesOf(home);
  const box = page.getByRole('article').first();
  await box.waitFor();
  await logIn(page, 'wrong');
  await box.getByRole('button', { name: 'Lesen' }).click();
  await page.getByText('Die Box hat Benutzer oder Passwort abgelehnt').waitFor({ timeout: stepMs });
  await look(page, 'refused');
  await logIn(page, 'trust');
  await box.getByRole('button', { name: 'Lesen' }).click();
  await box.getByRole('button', { name: 'L0 Selbstauskunft' }).waitFor({ timeout: stepMs });
  await box.getByRole('button', { name: 'Lesen' }).click();
  await box.getByText('Der Schlüssel ist derselbe wie').waitFor({ timeout: stepMs });
  await box.getByRole('button', { name: /^Nicht bewiesen/ }).click();
  await box.getByRole('button', { name: 'Einzelheiten' }).click();
  await page.getByRole('button', { name: 'Schlüssel festlegen…' }).waitFor();
  await page.getByText('Protokoll seines Anschlusses').click();
  await look(page, 'devices');

  await box.getByRole('button', { name: 'Diagnose…' }).click();
  await page.getByRole('main').getByRole('button', { name: 'Diagnose', exact: true }).click();
  await page.getByText('Von hier aus ist nichts Falsches zu sehen.').waitFor({ timeout: stepMs });
  await look(page, 'diagnose');

  await open(page, 'Laden');
  await unlock(page);
  await pick(page, 'Paket (.cpk)').setInputFiles(cpk);
  await page.getByText('Passt: TrustBox Edge 201 mit dem Referenz-CPM').waitFor();
  await press(page, 'Prüfen ohne zu schreiben');
  await page.getByText('würde verweigert:').waitFor({ timeout: stepMs });
  await look(page, 'load-refused');
  await page.getByLabel('Grund').fill('Auftrag 4711');
  await press(page, 'Prüfen ohne zu schreiben');
  await page.getByText('würde ausgeführt:').waitFor({ timeout: stepMs });
  await look(page, 'load-checked');
  await press(page, 'Laden…');
  const serial = boxes[0]?.serial ?? '';
  await page.getByLabel(`Zur Bestätigung ${serial} eingeben`).fill(serial);
  await look(page, 'load-confirm');
  await press(page, 'Jetzt laden');
  await page.getByLabel('Ergebnis').getByText('Installiert', { exact: true }).waitFor({ timeout: stepMs });
  await look(page, 'loaded');

  await open(page, 'Nachweise');
  await page.getByRole('grid').getByRole('row').nth(1).waitFor();
  await press(page, 'Nachweise prüfen');
  await page.getByText(/Journaleinträge und 1 Belege stimmen/).waitFor();
  await page.getByRole('grid').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('img').waitFor();
  await look(page, 'records');
  await open(page, 'Postausgang');
  await page.getByText(serial, { exact: true }).waitFor();
  await look(page, 'outbox');
  expect(complaints).toEqual([]);
});

test('packages, keys, line, settings', { timeout: longMs }, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const { home, cpk, page, complaints } = await openGerman(7 * 1024 * 1024);
  const buffer = await readFile(cpk);
  buffer[buffer.length - 1] = (buffer.at(-1) ?? 0) ^ 1;
  const mimeType = 'application/octet-stream';
  await open(page, 'Pakete');
  await page.getByRole('tab', { name: 'Ansehen' }).click();
  await pick(page, 'Paket (.cpk)').setInputFiles(cpk);
  await page.getByText('Nutzlast von 7340032 Bytes; TrustBox Edge 201 mit dem Referenz-CPM nimmt').waitFor();
  await look(page, 'inspect');
  await pick(page, 'Paket (.cpk)').setInputFiles({ name: 'kurz.cpk', mimeType, buffer: Buffer.alloc(64, 1) });
  await page.getByText('Das ist kein vertrauliches Paket').waitFor();
  await page.getByRole('tab', { name: 'Prüfen' }).click();
  await pick(page, 'Paket (.cpk)').setInputFiles({ name: 'damaged.cpk', mimeType, buffer });
  await press(page, 'Prüfen');
  await page.getByText('Das Paket ist NICHT in Ordnung').waitFor();
  await look(page, 'verify');
  await page.getByRole('tab', { name: 'Bauen' }).click();
  await unlock(page);
  await page.getByText('Was verpackt wird').waitFor();
  await look(page, 'build');

  await open(page, 'Schlüssel und Vertrauen');
  await page.getByRole('cell', { name: 'test-app' }).waitFor();
  await page.getByLabel('Name', { exact: true }).first().fill('../x');
  await press(page, 'Schlüssel anlegen');
  await page.getByText('Das kann kein Name eines Schlüssels sein').waitFor();
  await look(page, 'keys');
  await press(page, 'Schließen');

  const { boxes } = await startBoxesOf(home, [], 2);
  await open(page, 'Linienbetrieb');
  for (const { port } of boxes) await page.getByText(port, { exact: true }).first().click();
  await pick(page, 'Paket (.cpk)').setInputFiles(cpk);
  await page.getByText('Passt nicht: TrustBox Edge 201').waitFor();
  await logIn(page, 'trust');
  await look(page, 'line-set-up');
  await press(page, 'Linie starten');
  await page.getByText('Das Paket passt nicht zu diesem Gerät').nth(1).waitFor({ timeout: stepMs });
  await look(page, 'line');
  await press(page, 'Linie anhalten');
  await open(page, 'Einstellungen');
  await page.getByText('Wo was liegt').or(page.getByText('Protokolldatei')).first().waitFor();
  await look(page, 'settings');
  expect(complaints).toEqual([]);
});
