// Title and advice of every error code, per language. English is the engine's own table; a language that lacks a code does
// not compile.
import { type ErrorCode, errorTable } from '../../shared/errors/error.ts';
import { consoleWords } from './de/errors/console.ts';
import { evidenceWords } from './de/errors/evidence.ts';
import { jobWords } from './de/errors/jobs.ts';
import { keyWords } from './de/errors/keys.ts';
import { packageWords } from './de/errors/packages.ts';
import { stationWords } from './de/errors/station.ts';

export type ErrorText = { readonly title: string; readonly advice: string };
export type ErrorWords<Code extends ErrorCode> = Readonly<Record<Code, ErrorText>>;

const de: ErrorWords<ErrorCode> = {
  ...consoleWords,
  ...evidenceWords,
  ...jobWords,
  ...keyWords,
  ...packageWords,
  ...stationWords,
};

const languages: Readonly<Record<string, ErrorWords<ErrorCode>>> = { en: errorTable, de };

/** The one refusal that the screen makes itself: nobody is there who could. */
export const unreachable = {
  en: {
    title: 'The station does not answer',
    advice: 'Look whether the station still runs; this page reconnects by itself.',
  },
  de: {
    title: 'Die Station antwortet nicht',
    advice: 'Nachsehen, ob die Station noch läuft; diese Seite verbindet sich von selbst neu.',
  },
} as const;
export const unreachableCode = 'station.unreachable';

const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code);

/** Title and advice of a code in a language; what a newer engine refuses with is told in its own words. */
export function errorText<E extends ErrorText & { readonly code: string }>(
  error: E,
  language: string,
): ErrorText {
  const words = languages[language] ?? errorTable;
  if (error.code === unreachableCode) return language === 'de' ? unreachable.de : unreachable.en;
  return isCode(error.code) ? words[error.code] : error;
}

type Place = { readonly code: ErrorCode; readonly part: keyof ErrorText };

const placesOf = ([code, { title, advice }]: readonly [string, ErrorText]): (readonly [string, Place])[] =>
  isCode(code)
    ? [
        [title, { code, part: 'title' }],
        [advice, { code, part: 'advice' }],
      ]
    : [];
const places: ReadonlyMap<string, Place> = new Map(Object.entries(errorTable).flatMap(placesOf));

/** A title or an advice of the table, met as a text of its own; null when it is neither. */
export function errorSentence(text: string, language: string): string | null {
  const place = places.get(text);
  return place ? (languages[language] ?? errorTable)[place.code][place.part] : null;
}
