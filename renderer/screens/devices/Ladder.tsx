import type { LadderRungView } from '../../../shared/contract/values.ts';
import { Said } from '../../parts/Said.tsx';
import { useWords } from '../../words/words.ts';

const tones = { proven: 'good', 'not-proven': '', rejected: 'bad' } as const;

function Rung({ rung: { level, isReached, reasons } }: { readonly rung: LadderRungView }) {
  const t = useWords();
  return (
    <li className={isReached ? 'rung reached' : 'rung'}>
      <div>
        <strong>
          {level} {t(`level.${level}`)}
        </strong>{' '}
        <span className="small soft">{t(isReached ? 'ladder.reached' : 'ladder.not-reached')}</span>
      </div>
      <ul className="plain-list small">
        {reasons.map(({ kind, text }) => (
          <li key={text}>
            <span className={`badge ${tones[kind]}`}>{t(`reason.${kind}`)}</span> <Said text={text} />
          </li>
        ))}
      </ul>
    </li>
  );
}

/** The verdict as a ladder, the highest level on top: each rung with the reason why it is reached or not. */
export function Ladder({ rungs }: { readonly rungs: readonly LadderRungView[] }) {
  const t = useWords();
  if (rungs.length === 0) return null;
  return (
    <section aria-label={t('ladder.title')}>
      <h3>{t('ladder.title')}</h3>
      <ol className="ladder">
        {rungs.toReversed().map((rung) => (
          <Rung key={rung.level} rung={rung} />
        ))}
      </ol>
    </section>
  );
}
