import type { LineState } from '../../../shared/contract/contract.ts';
import { useWords } from '../../words/words.ts';

type CountersProps = { readonly line: Pick<LineState, 'passed' | 'failed'> };

/** Passed, failed, and the share of those that passed. */
export function Counters({ line: { passed, failed } }: CountersProps) {
  const t = useWords();
  const total = passed + failed;
  const share = total === 0 ? '–' : `${Math.round((100 * passed) / total)} %`;
  return (
    <div className="counters">
      <div>
        <strong>{passed}</strong> {t('line.passed')}
      </div>
      <div>
        <strong>{failed}</strong> {t('line.failed')}
      </div>
      <div>
        <strong>{share}</strong> {t('line.yield')}
      </div>
    </div>
  );
}
