import type { Response } from '../../../shared/contract/contract.ts';
import { shortPath } from '../../parts/format.ts';
import { Refusal } from '../../parts/Refusal.tsx';
import { Said } from '../../parts/Said.tsx';
import { useWords } from '../../words/words.ts';
import type { Checked } from './plan.ts';

type PortResult = Response<'load.dry-run'>[number];

function PortCheck({ result }: { readonly result: PortResult }) {
  const t = useWords();
  const name = result.serial ?? shortPath(result.port);
  return (
    <section className="card stack" aria-label={name}>
      <header className="row check-head">
        <h3 className="grow">{name}</h3>
        {result.level ? (
          <span className="badge">
            {result.level} {t(`level.${result.level}`)}
          </span>
        ) : null}
        <span className={`badge ${result.ok ? 'good' : 'bad'}`}>
          {t(result.ok ? 'load.dry.ok' : 'load.dry.bad')}
        </span>
      </header>
      {result.error ? (
        <Refusal error={result.error} />
      ) : (
        <p>
          <Said text={result.summary} />
        </p>
      )}
    </section>
  );
}

type CheckResultProps = {
  readonly checked: Checked;
  /** What is asked for now; an answer to anything else is not shown. */
  readonly of: string;
};

/** What the check without writing found, per device. */
export function CheckResult({ checked, of }: CheckResultProps) {
  const t = useWords();
  if (checked.kind === 'none') return null;
  if (checked.of !== of)
    return <p className="small soft">{checked.kind === 'done' ? t('load.dry.changed') : ''}</p>;
  if (checked.kind === 'running') return <p className="small">{t('load.dry.running')}</p>;
  if (checked.kind === 'refused') return <Refusal error={checked.error} />;
  return (
    <div className="columns">
      {checked.results.map((result) => (
        <PortCheck key={result.port} result={result} />
      ))}
    </div>
  );
}
