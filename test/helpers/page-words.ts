// The words on a page: all that a user sees or has read out, but for what is marked as another language.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { isEnglish } from './english.ts';

/** Runs in the page. A tab of a field, a name for screen readers, a picture's words and a hint count like text. */
function collect(): string[] {
  const names = ['aria-label', 'alt', 'placeholder', 'aria-valuetext'];
  // Commands and files stand in `pre` as they are.
  const isOwn = (element: Element) => element.closest('[lang]:not(html), pre') === null;
  const elements = [...document.body.querySelectorAll('*')].filter(isOwn);
  const texts = elements.flatMap((element) =>
    [...element.childNodes]
      .filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
      .map((node) => node.textContent),
  );
  const named = elements.flatMap((element) => names.map((name) => element.getAttribute(name)));
  return [...texts, ...named].map((text) => (text ?? '').trim()).filter((text) => text !== '');
}

/** @returns how many texts there were */
export async function expectNoEnglish(page: Page): Promise<number> {
  const texts = await page.evaluate(collect);
  expect(texts.filter(isEnglish)).toEqual([]);
  return texts.length;
}

/** Times as engines write them; a user is shown them as people write them. */
export async function expectNoRawTimes(page: Page): Promise<void> {
  const texts = await page.evaluate(collect);
  expect(texts.filter((text) => /\d{4}-\d\d-\d\dT\d\d:/.test(text))).toEqual([]);
}
