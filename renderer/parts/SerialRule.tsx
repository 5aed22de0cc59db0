import { useState } from 'react';
import type { StationState } from '../../shared/contract/contract.ts';
import type { ErrorData } from '../../shared/contract/values.ts';
import { ask } from '../actions.ts';
import { useWords } from '../words/words.ts';
import { Copy } from './Copy.tsx';
import { Button } from './controls.tsx';
import { Refusal } from './Refusal.tsx';

type Rule = NonNullable<StationState['serialRule']>;
type Asking =
  | { readonly kind: 'idle' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'refused'; readonly error: ErrorData };

/** Written only when this button is pressed, and only by the administrator whom the system asks. */
function Install() {
  const t = useWords();
  const [asking, setAsking] = useState<Asking>({ kind: 'idle' });
  const install = async () => {
    setAsking({ kind: 'asking' });
    const reply = await ask('station.install-serial-rule', {});
    setAsking(reply.ok ? { kind: 'idle' } : { kind: 'refused', error: reply.error });
  };
  return (
    <>
      <div className="row">
        <Button kind="primary" onPress={install} isDisabled={asking.kind === 'asking'}>
          {t('rule.install')}
        </Button>
      </div>
      {asking.kind === 'refused' ? <Refusal error={asking.error} /> : null}
    </>
  );
}

function Offer({ rule }: { readonly rule: Rule }) {
  const t = useWords();
  return (
    <>
      <p>{t(rule.isNeeded ? 'rule.why' : 'rule.why.fine')}</p>
      {rule.mayAsk ? <Install /> : null}
      <p>{t(rule.mayAsk ? 'rule.or-by-hand' : 'rule.by-hand', { path: rule.path })}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre className="mono rule" tabIndex={0}>
        {rule.command}
      </pre>
      <div className="row">
        <Copy text={rule.command} label={t('rule.copy')} />
      </div>
    </>
  );
}

/** The udev rule: that it is there, or the offer to write it. */
export function SerialRule({ rule }: { readonly rule: Rule }) {
  const t = useWords();
  const { isNeeded, installedAt } = rule;
  return (
    <section className={isNeeded ? 'note stack' : 'card stack'}>
      <h2>{t(isNeeded ? 'rule.title' : 'rule.title.fine')}</h2>
      {installedAt ? (
        <p>{t(isNeeded ? 'rule.there.needed' : 'rule.there', { path: installedAt })}</p>
      ) : (
        <Offer rule={rule} />
      )}
    </section>
  );
}
