// The udev rule as the first run offers it.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectAccessible, isBrowserThere, noBrowser, openBrowser, photograph } from '../helpers/browser.ts';
import { startStationProcess } from '../helpers/station-process.ts';
import { makeTempDir } from '../helpers/temp-dir.ts';

test('the set-up asks before anything is written, says when it was not, and shows the command', {
  timeout: 60_000,
}, async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const dir = await makeTempDir();
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'pkexec'), '#!/bin/sh\nexit 126\n');
  chmodSync(join(bin, 'pkexec'), 0o755);
  const station = await startStationProcess(join(dir, 'home'), { PATH: `${bin}:${process.env.PATH}` });
  const { page } = await openBrowser(station.url);
  const offer = page.getByRole('heading', { name: 'Who may open serial ports' }).locator('..');
  await offer.getByText('sudo tee /etc/udev/rules.d/70-trustbox.rules').waitFor();
  await offer.getByRole('button', { name: 'Write the rule' }).click();
  await offer.getByText('rule.not-written').waitFor();
  await offer.getByText('the administrator did not agree').waitFor();
  await photograph(page, '44-set-up-rule');
  await expectAccessible(page);
  await offer.getByRole('button', { name: 'Copy the command' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('KERNEL=="ttyUSB[0-9]*|ttyACM[0-9]*"');
});

test('where the deb has brought the rule, the set-up says so and offers nothing', async (ctx) => {
  if (!isBrowserThere()) return ctx.skip(noBrowser);
  const station = await startStationProcess(join(await makeTempDir(), 'home'));
  const { page } = await openBrowser('about:blank');
  const path = '/usr/lib/udev/rules.d/70-trustbox.rules';
  // What this machine has under /usr is not ours to change: the station's answer says that it were there.
  await page.routeWebSocket(/calls$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) =>
      socket.send(String(text).replace('"installedAt":null', `"installedAt":"${path}"`)),
    );
  });
  await page.goto(station.url);
  await page.getByText(`The rule is there already: ${path}`).waitFor();
  expect(await page.getByText('sudo tee').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Write the rule' }).count()).toBe(0);
});
