import { useState } from 'react';
import type { AnchorView } from '../../../shared/contract/values.ts';
import { call, notifyDone } from '../../actions.ts';
import { Confirm } from '../../parts/Confirm.tsx';
import { Button, Field } from '../../parts/controls.tsx';
import { formatTime, groupHex } from '../../parts/format.ts';
import { useAnchors } from '../../parts/useChoices.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { NewAnchor } from './NewAnchor.tsx';

function About({ anchor }: { readonly anchor: AnchorView }) {
  const t = useWords();
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  if (anchor.state === 'damaged') return <p>{t('anchors.damaged')}</p>;
  return (
    <div className="small">
      <div title={anchor.notAfter}>
        {anchor.subject}; {t('anchors.until', { time: formatTime(anchor.notAfter, language) })}
      </div>
      <div className="soft" title={anchor.addedAt}>
        {t('anchors.added', {
          who: anchor.addedBy,
          time: formatTime(anchor.addedAt, language),
          reason: anchor.reason,
        })}
      </div>
      {anchor.note ? (
        <div className="soft">
          {t('anchors.note')}: {anchor.note}
        </div>
      ) : null}
    </div>
  );
}

type ItemProps = { readonly anchor: AnchorView; readonly onRemove: (() => void) | null };

function Item({ anchor, onRemove }: ItemProps) {
  const t = useWords();
  const { name, state, fingerprint } = anchor;
  return (
    <li className="anchor">
      <div className="row">
        <strong>{name}</strong>
        <span className={`badge ${state === 'good' ? 'good' : 'bad'}`}>{t(`anchors.state.${state}`)}</span>
        <span className="grow" />
        {onRemove ? (
          <Button onPress={onRemove} label={`${t('anchors.remove')} ${name}`}>
            {t('anchors.remove')}
          </Button>
        ) : null}
      </div>
      <About anchor={anchor} />
      <div className="mono small">{groupHex(fingerprint)}</div>
    </li>
  );
}

type RemoveProps = {
  readonly name: string;
  readonly isLast: boolean;
  readonly onDone: (left: readonly AnchorView[]) => void;
  readonly onClose: () => void;
};

function Remove({ name, isLast, onDone, onClose }: RemoveProps) {
  const t = useWords();
  const [reason, setReason] = useState('');
  const remove = async () => {
    const left = await call('trust.remove-anchor', { name, reason: reason.trim() });
    onClose();
    if (left === null) return;
    notifyDone(t('anchors.removed', { name }));
    onDone(left);
  };
  return (
    <Confirm
      title={t('anchors.remove.title', { name })}
      word={name}
      ask={t('anchors.remove.type', { name })}
      action={t('anchors.remove.do')}
      isReady={reason.trim() !== ''}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{t(isLast ? 'anchors.remove.last' : 'anchors.remove.why')}</p>
      <Field
        label={t('anchors.reason')}
        hint={t('anchors.reason.hint')}
        value={reason}
        onChange={setReason}
      />
    </Confirm>
  );
}

/** The roots that signers must chain to: shown to all, changed with an open vault and a reason. */
export function KeptAnchors() {
  const t = useWords();
  const { anchors, show, refresh } = useAnchors();
  const isUnlocked = useDesk((desk) => desk.station?.isUnlocked === true);
  const [removing, setRemoving] = useState<string | null>(null);
  if (anchors === null) return null;
  return (
    <div className="columns">
      <section className="card stack" aria-label={t('anchors.title')}>
        <h2>{t('anchors.title')}</h2>
        <p className="soft">{t('anchors.why')}</p>
        {isUnlocked ? null : <p className="note">{t('anchors.locked')}</p>}
        {anchors.length === 0 ? <p>{t('anchors.none')}</p> : null}
        <ul className="plain-list">
          {anchors.map((anchor) => (
            <Item
              key={anchor.fingerprint}
              anchor={anchor}
              onRemove={isUnlocked ? () => setRemoving(anchor.name) : null}
            />
          ))}
        </ul>
      </section>
      {isUnlocked ? <NewAnchor onAdded={refresh} /> : null}
      {removing === null ? null : (
        <Remove
          name={removing}
          isLast={anchors.length === 1}
          onDone={show}
          onClose={() => setRemoving(null)}
        />
      )}
    </div>
  );
}
