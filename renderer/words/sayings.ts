// What the engine says, in the language of the screen. It comes as English text: titles and advices of errors, sentences of
// the one table, and raw details, which stay as they are and are marked. Times are written as the reader writes them. Pure.
import { loadSteps, type StepName } from '../../shared/job.ts';
import { fill, readSentence, type SentenceKey } from '../../shared/sentences/sentence.ts';
import { policyActions } from '../../shared/verdict.ts';
import { formatTime } from '../parts/format.ts';
import { roleWord } from '../screens/packages/names.ts';
import { evidenceWords } from './de/evidence-sentences.ts';
import { packageSentenceWords } from './de/package-sentences.ts';
import { outcomeWords, stationWords, verdictWords } from './de/sentences.ts';
import { errorSentence } from './error-words.ts';
import { type Translate, translator } from './words.ts';

type Sentences = Readonly<Record<SentenceKey, string>>;

/** English is what the engine says itself. */
export const sentenceWords: Readonly<Record<string, Sentences>> = {
  de: { ...verdictWords, ...outcomeWords, ...stationWords, ...packageSentenceWords, ...evidenceWords },
};

export type Spoken = {
  readonly text: string;
  /** English prose that nobody translated: a detail. */
  readonly isRaw: boolean;
  /** The times in it as the engine wrote them, ISO 8601. */
  readonly instants: readonly string[];
};

const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Two words of small letters beside each other; a path, a name, a version or a digest has none. */
const isProse = (text: string): boolean => /(?:^|[\s(])[a-z]{2,},? [a-z]{2,}/.test(text);

const steps = Object.keys(loadSteps) as readonly StepName[];

const listed = (text: string, mark: string, one: (item: string) => string): string =>
  text.split(mark).map(one).join(mark);

function stepWord(name: string, t: Translate): string {
  const known = steps.find((step) => step === name);
  return known ? t(`step.${known}`) : name;
}

/** An action in words; one that this screen does not know is named as the policy names it. */
export function actionWord(name: string, t: Translate): string {
  const known = policyActions.find((action) => action === name);
  return known ? t(`action.${known}`) : name;
}

/** What stands in a hole may be a name of ours, or a sentence again. */
function sayValue(hole: string, value: string, language: string): string {
  const t = translator(language);
  const role = hole === 'role' || hole === 'wanted' ? roleWord(value) : null;
  if (role) return t(role);
  if (hole === 'action') return actionWord(value, t);
  if (hole === 'steps') return listed(value, ', ', (step) => stepWord(step, t));
  if (hole === 'faults') return listed(value, '; ', (fault) => translate(fault, language) ?? fault);
  return translate(value, language) ?? value;
}

function translate(text: string, language: string): string | null {
  const said = readSentence(text);
  const words = sentenceWords[language];
  if (!said || !words) return errorSentence(text, language);
  const values = Object.entries(said.values).map(
    ([hole, value]) => [hole, sayValue(hole, value, language)] as const,
  );
  return fill(words[said.key], Object.fromEntries(values));
}

export function speak(text: string, language: string): Spoken {
  const own = language in sentenceWords ? translate(text, language) : text;
  const shown = (own ?? text).replace(instant, (iso) => formatTime(iso, language));
  return { text: shown, isRaw: own === null && isProse(text), instants: text.match(instant) ?? [] };
}
