// Every sentence that the engine says in its own words, in one closed table. Reports, logs, `--json` and signed receipts carry
// the English text, whole, so that they read without a program; a screen of another language reads the text back to its key
// and says it in its own words. Holes have a shape by their name, so that a sentence is read back as itself and no other.
import { evidenceSentences, findingSentences } from './evidence-sentences.ts';
import { outcomeSentences } from './outcome-sentences.ts';
import { packageSentences } from './package-sentences.ts';
import { stationSentences } from './station-sentences.ts';
import { verdictSentences } from './verdict-sentences.ts';

export const sentences = {
  ...verdictSentences,
  ...outcomeSentences,
  ...packageSentences,
  ...stationSentences,
  ...evidenceSentences,
  ...findingSentences,
} as const;

export type SentenceKey = keyof typeof sentences;
type HolesOf<Text extends string> = Text extends `${string}{${infer Hole}}${infer Rest}`
  ? Hole | HolesOf<Rest>
  : never;
type Holes<Key extends SentenceKey> = HolesOf<(typeof sentences)[Key]>;
type ValuesOf<Key extends SentenceKey> = Readonly<Record<Holes<Key>, string | number>>;

export type Said = { readonly key: SentenceKey; readonly values: Readonly<Record<string, string>> };

const holePattern = /\{(\w+)\}/g;

export const holesOf = (template: string): string[] =>
  [...template.matchAll(holePattern)].map(([, name]) => name ?? '');

/** The template with its holes filled. */
export const fill = (template: string, values: Readonly<Record<string, string | number>>): string =>
  template.replace(holePattern, (hole, name: string) => String(values[name] ?? hole));

/** The sentence in English, as it is stored, signed and printed. */
export const say = <Key extends SentenceKey>(
  key: Key,
  ...[values]: Holes<Key> extends never ? [] : [values: ValuesOf<Key>]
): string => fill(sentences[key], values ?? {});

const numeral = '-?[\\d.]+';
/** ISO 8601 in UTC, as clocks and certificates write it. */
const instant = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z';
const level = 'L[0-4]';
const word = '[\\w.-]+';
const shapes: Readonly<Record<string, string>> = {
  at: instant,
  level,
  needed: level,
  action: word,
  role: word,
  wanted: word,
  ...Object.fromEntries(
    [
      'bytes',
      'maxBytes',
      'wantedBytes',
      'bits',
      'baud',
      'status',
      'count',
      'wantedCount',
      'index',
      'max',
      'seq',
    ]
      .concat(['seconds', 'hours', 'megabytes'])
      .map((name) => [name, numeral]),
  ),
};

type Reader = { readonly key: SentenceKey; readonly pattern: RegExp; readonly literalChars: number };

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function readerOf([key, template]: readonly [string, string]): Reader {
  const literals = template.split(/\{\w+\}/);
  const holes = holesOf(template);
  const parts = literals.map((literal, at) => {
    const name = holes[at];
    return literally(literal) + (name === undefined ? '' : `(?<${name}>${shapes[name] ?? '.+'})`);
  });
  const literalChars = literals.join('').length;
  return { key: key as SentenceKey, pattern: new RegExp(`^${parts.join('')}$`, 's'), literalChars };
}

const entries = Object.entries(sentences);
const whole = new Map(entries.map(([key, template]) => [template as string, key as SentenceKey]));
/** What says most comes first: a sentence with few words of its own would take in a longer one. */
const readers = entries
  .filter(([, template]) => holesOf(template).length > 0)
  .map(readerOf)
  .toSorted((a, b) => b.literalChars - a.literalChars);

const maxSentenceChars = 4096;

/** The sentence that a text is, with what stands in its holes; null when it is none of ours. */
export function readSentence(text: string): Said | null {
  if (text.length > maxSentenceChars) return null;
  const key = whole.get(text);
  if (key) return { key, values: {} };
  for (const { key: candidate, pattern } of readers) {
    const found = pattern.exec(text);
    if (found) return { key: candidate, values: { ...found.groups } };
  }
  return null;
}
