// What the engine says, in another language: nothing of it may be missing, and nothing may stay English unmarked.
import { expect, test } from 'vitest';
import { errorText, unreachable, unreachableCode } from '../../renderer/words/error-words.ts';
import { sentenceWords, speak } from '../../renderer/words/sayings.ts';
import { languages } from '../../renderer/words/words.ts';
import { errorTable } from '../../shared/errors/error.ts';
import { fill, holesOf, say, sentences } from '../../shared/sentences/sentence.ts';
import { isEnglish } from '../helpers/english.ts';
import { sampleValues } from '../helpers/sentence-values.ts';

const codes = Object.entries(errorTable);
const others = Object.keys(languages).filter((language) => language !== 'en');

test('a text is told to be English by its small words', () => {
  const english = codes.filter(([, { title, advice }]) => isEnglish(`${title} ${advice}`));
  expect(english.length).toBe(codes.length);
});

test.each(others)('every error code has a title and an advice in %s', (language) => {
  for (const [code, entry] of codes) {
    const { title, advice } = errorText({ code, ...entry }, language);
    for (const text of [title, advice]) {
      expect(text.trim(), code).not.toBe('');
      expect(isEnglish(text), `${code}: ${text}`).toBe(false);
    }
    expect(speak(entry.title, language).text).toBe(title);
    expect(speak(entry.advice, language).isRaw, code).toBe(false);
    expect(isEnglish(speak(entry.advice, language).text), code).toBe(false);
  }
  expect(codes.length).toBeGreaterThan(100);
});

test.each(others)('every sentence of the engine is said in %s, with the same values', (language) => {
  for (const [key, template] of Object.entries(sentences)) {
    const words = sentenceWords[language]?.[key as keyof typeof sentences] ?? '';
    expect(new Set(holesOf(words)), key).toEqual(new Set(holesOf(template)));
    const { text, isRaw } = speak(fill(template, sampleValues(template)), language);
    expect(isRaw, key).toBe(false);
    expect(isEnglish(text), `${key}: ${text}`).toBe(false);
  }
});

test('the screen is refused by nobody: that, too, is told in the language of the reader', () => {
  const lost = { code: unreachableCode, ...unreachable.en };
  expect(errorText(lost, 'en')).toMatchObject(unreachable.en);
  expect(errorText(lost, 'de').title).toBe('Die Station antwortet nicht');
});

test('a refusal of a newer engine keeps its own words', () => {
  const error = { code: 'moon.full', title: 'The moon is full', advice: 'Wait.' };
  expect(errorText(error, 'de')).toEqual(error);
});

test('sentences within sentences, steps and actions are said too, and times as the reader writes them', () => {
  const at = '2026-11-24T00:05:08.000Z';
  const judged = speak(say('step.judged', { level: 'L0', reading: say('reading.unchanged', { at }) }), 'de');
  expect(judged.text).toMatch(/^L0: Der Schlüssel ist derselbe wie 2\d\.11\.26, \d\d:\d\d:\d\d\.$/);
  expect(judged.instants).toEqual([at]);
  expect(speak(say('dry-run.would-run', { steps: 'register, send' }), 'de').text).toBe(
    'würde ausgeführt: Das Gerät zur Registrierung vormerken, Das Paket senden',
  );
  const why = say('decision.too-low', { level: 'L0', needed: 'L1' });
  expect(speak(say('dry-run.refused', { action: 'register', why }), 'de').text).toBe(
    'würde verweigert: Gerät anmelden: L1 ist nötig, der Schlüssel hat L0.',
  );
  const faults = [
    say('layout.trailing'),
    say('layout.other-role', { index: 1, role: 'nonce', wanted: 'tag' }),
  ];
  expect(speak(say('layout.not-canonical', { faults: faults.join('; ') }), 'de').text).toBe(
    'nicht kanonisch: nach dem letzten Strom folgen Bytes; Strom 1 ist Nonce, nicht Prüfmarke (Tag)',
  );
});

test('what nobody translated is marked as a detail; names, paths and versions are no prose', () => {
  expect(speak('sh: command not found', 'de')).toMatchObject({ text: 'sh: command not found', isRaw: true });
  expect(speak('sh: command not found', 'en').isRaw).toBe(false);
  for (const text of ['TBE201-0001', '/dev/ttyUSB0', 'OP-TEE 3.13', 'TrustBox Edge 201', 'test-app 1.2.3'])
    expect(speak(text, 'de'), text).toEqual({ text, isRaw: false, instants: [] });
});
