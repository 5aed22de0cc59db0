import type { StationState } from '../../shared/contract/contract.ts';
import { useWords } from '../words/words.ts';
import { Copy } from './Copy.tsx';

/** The udev rule, offered; an administrator writes it. */
export function SerialRule({ rule }: { readonly rule: NonNullable<StationState['serialRule']> }) {
  const t = useWords();
  return (
    <section className={rule.isNeeded ? 'note stack' : 'card stack'}>
      <h2>{t(rule.isNeeded ? 'rule.title' : 'rule.title.fine')}</h2>
      <p>{t(rule.isNeeded ? 'rule.why' : 'rule.why.fine')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre className="mono rule" tabIndex={0}>
        {rule.text}
      </pre>
      <p>{t('rule.how', { path: rule.path })}</p>
      <div className="row">
        <Copy text={rule.text} label={t('rule.copy')} />
        <Copy text={rule.path} label={t('rule.copy-path')} />
      </div>
    </section>
  );
}
