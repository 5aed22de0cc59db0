// Draws the icons from icon.svg, the one source, with Chromium: `node resources/make-icons.ts`. Run it when the drawing
// changes; the pictures are committed, so that nobody needs Chromium to package.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const sizes = [16, 32, 48, 64, 128, 256, 512];
const svg = readFileSync(join(import.meta.dirname, 'icon.svg'), 'utf8');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const size of sizes) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  );
  const path = join(import.meta.dirname, 'icons', `${size}x${size}.png`);
  await page.screenshot({ path, omitBackground: true });
}
await browser.close();
