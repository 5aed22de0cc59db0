import type { StationState } from '../../shared/contract/contract.ts';
import { useWords } from '../words/words.ts';
import { Copy } from './Copy.tsx';

/** The udev rule, offered; an administrator writes it. */
export function SerialRule({ rule }: { readonly rule: NonNullable<StationState['serialRule']> }) {
  const t = useWords();
  return (
    <section className="note stack">
      <h2>{t('rule.title')}</h2>
      <p>{t('rule.why')}</p>
      <pre className="mono rule">{rule.text}</pre>
      <p>{t('rule.how', { path: rule.path })}</p>
      <div className="row">
        <Copy text={rule.text} label={t('rule.copy')} />
      </div>
    </section>
  );
}
