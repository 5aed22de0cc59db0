import type { ErrorData } from '../../shared/contract/values.ts';
import { useWords } from '../words/words.ts';

/** An error as a technician reads it: what happened, what was seen, what to do. */
export function Refusal({
  error,
}: {
  readonly error: Pick<ErrorData, 'code' | 'message' | 'title' | 'advice'>;
}) {
  const t = useWords();
  return (
    <div className="refusal" role="alert">
      <strong>{error.title}</strong>
      <div className="small">{error.message}</div>
      <div>
        {t('refusal.advice')}: {error.advice}
      </div>
      <div className="small soft mono">{error.code}</div>
    </div>
  );
}
