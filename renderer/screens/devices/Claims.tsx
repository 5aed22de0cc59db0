import type { EvidenceView } from '../../../shared/contract/values.ts';
import { Said, Time } from '../../parts/Said.tsx';
import { useWords } from '../../words/words.ts';

const shortChars = 128;

/** A key is long, and seldom what one looks for. */
function Raw({ raw }: { readonly raw: string }) {
  const t = useWords();
  if (raw.length <= shortChars) return raw;
  return (
    <details>
      <summary>
        {t('claims.raw')}: {raw.slice(0, shortChars / 4)}…
      </summary>
      {raw}
    </details>
  );
}

/** What the evidence of the last reading says: each claim in words, and as it stands in the evidence. */
export function Claims({ evidence }: { readonly evidence: EvidenceView | null }) {
  const t = useWords();
  return (
    <section aria-label={t('claims.title')}>
      <h3>{t('claims.title')}</h3>
      {evidence === null ? (
        <p className="soft">{t('claims.none')}</p>
      ) : (
        <>
          <p className="small soft">
            {evidence.format}, <Time at={evidence.at} />.{' '}
            {evidence.signedBy === null ? t('claims.by-nobody') : t('claims.by', { who: evidence.signedBy })}.{' '}
            {t('claims.kept', { id: evidence.id.slice(0, 16) })}
          </p>
          {evidence.isRefused ? <p className="alarm">{t('claims.refused')}</p> : null}
          <dl className="claims">
            {evidence.claims.map(({ name, words, raw }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: claims of one piece of evidence never change, and two may be alike
              <div key={index}>
                <dt>
                  {name}: <Said text={words} />
                </dt>
                <dd className="mono small soft">
                  <Raw raw={raw} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </section>
  );
}
