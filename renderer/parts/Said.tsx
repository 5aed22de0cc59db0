import { speak } from '../words/sayings.ts';
import { useLanguage, useWords } from '../words/words.ts';
import { formatTime } from './format.ts';

/** A point in time as the reader writes it; the exact one on hover. */
export function Time({ at }: { readonly at: string }) {
  const language = useLanguage();
  return (
    <time dateTime={at} title={at}>
      {formatTime(at, language)}
    </time>
  );
}

/** What the engine says, in the reader's language. English that has no translation is marked as a detail. */
export function Said({ text }: { readonly text: string }) {
  const t = useWords();
  const { text: shown, isRaw, instants } = speak(text, useLanguage());
  const title = instants.length > 0 ? { title: instants.join(', ') } : {};
  if (!isRaw) return <span {...title}>{shown}</span>;
  return (
    <>
      {t('said.detail')}:{' '}
      <span lang="en" {...title}>
        {shown}
      </span>
    </>
  );
}
