import type { ErrorData } from '../../shared/contract/values.ts';
import { errorText } from '../words/error-words.ts';
import { useLanguage, useWords } from '../words/words.ts';
import { Said } from './Said.tsx';

/** An error as a technician reads it: what happened, what was seen, what to do. */
export function Refusal({
  error,
}: {
  readonly error: Pick<ErrorData, 'code' | 'message' | 'title' | 'advice'>;
}) {
  const t = useWords();
  const { title, advice } = errorText(error, useLanguage());
  return (
    <div className="refusal" role="alert">
      <strong>{title}</strong>
      <div className="small">
        <Said text={error.message} />
      </div>
      <div>
        {t('refusal.advice')}: {advice}
      </div>
      <div className="small soft mono">{error.code}</div>
    </div>
  );
}
