import type { Response } from '../../../shared/contract/contract.ts';
import { Said } from '../../parts/Said.tsx';
import { actionWord } from '../../words/sayings.ts';
import { useWords } from '../../words/words.ts';

type Policy = Response<'trust.state'>['policy'];
type Action = Policy['actions'][number];

/** What a device must have shown for one action, and what somebody should think about. */
function ActionRow({ rule, remarks }: { readonly rule: Action; readonly remarks: Policy['remarks'] }) {
  const t = useWords();
  const { action, minimumLevel, allowL0WithReason } = rule;
  return (
    <tr>
      <td>{actionWord(action, t)}</td>
      <td>
        {minimumLevel === null ? (
          <span className="badge bad">{t('trust.no-rule')}</span>
        ) : (
          <>
            <strong>
              {minimumLevel} {t(`level.${minimumLevel}`)}
            </strong>
            <div className="small">{t(`needs.${minimumLevel}`)}</div>
          </>
        )}
        {allowL0WithReason ? <div className="small">{t('trust.l0')}</div> : null}
        {minimumLevel === null
          ? null
          : remarks
              .filter(({ about }) => about === action)
              .map(({ text }) => (
                <div key={text} className="small finding-advice">
                  <Said text={text} />
                </div>
              ))}
      </td>
    </tr>
  );
}

function EvidenceRules({ evidence }: Pick<Policy, 'evidence'>) {
  const t = useWords();
  if (evidence === null) return <p className="small soft">{t('trust.no-evidence')}</p>;
  return (
    <p className="small">
      {t('trust.evidence', {
        accept: evidence.accept.join(', '),
        lifecycle: evidence.lifecycle.join(', '),
        seconds: evidence.maxAgeSeconds,
        anchors: evidence.anchorCount,
        references: evidence.referenceCount,
      })}
    </p>
  );
}

/** What each action needs, which evidence is taken for it, and what is remarkable about that. */
export function PolicyRules({ policy }: { readonly policy: Policy }) {
  const t = useWords();
  const actions: readonly string[] = policy.actions.map(({ action }) => action);
  const others = policy.remarks.filter(({ about }) => !actions.includes(about));
  return (
    <>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('trust.action')}</th>
            <th>{t('trust.level')}</th>
          </tr>
        </thead>
        <tbody>
          {policy.actions.map((rule) => (
            <ActionRow key={rule.action} rule={rule} remarks={policy.remarks} />
          ))}
        </tbody>
      </table>
      <EvidenceRules evidence={policy.evidence} />
      {others.map(({ about, text }) => (
        <p key={`${about} ${text}`} className="small finding-advice">
          <Said text={text} />
        </p>
      ))}
    </>
  );
}
