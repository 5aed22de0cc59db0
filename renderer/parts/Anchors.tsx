import type { FileInfo } from '../../shared/contract/values.ts';
import { useWords } from '../words/words.ts';
import { Button } from './controls.tsx';
import { FilePick } from './FilePick.tsx';
import { useAnchors } from './useChoices.ts';

const maxAnchors = 8;

type AnchorsProps = {
  readonly anchors: readonly FileInfo[];
  readonly onChange: (anchors: readonly FileInfo[]) => void;
};

function Kept() {
  const t = useWords();
  const { anchors } = useAnchors();
  if (anchors === null) return null;
  if (anchors.length === 0) return <p className="small soft">{t('anchors.used.none')}</p>;
  return (
    <div>
      <div className="small soft">{t('anchors.used')}</div>
      <ul className="plain-list">
        {anchors.map(({ name, state, fingerprint }) => (
          <li key={fingerprint}>
            {name}
            {state === 'good' ? null : (
              <>
                {' '}
                <span className="badge bad">{t(`anchors.state.${state}`)}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What a signer is checked against: the station's anchors, and as many more as a call takes. */
export function Anchors({ anchors, onChange }: AnchorsProps) {
  const t = useWords();
  return (
    <>
      <Kept />
      {anchors.map(({ token, name }) => (
        <div key={token} className="row">
          <span className="mono grow">{name}</span>
          <Button
            onPress={() => onChange(anchors.filter((one) => one.token !== token))}
            label={`${t('load.anchor.remove')}: ${name}`}
          >
            {t('load.anchor.remove')}
          </Button>
        </div>
      ))}
      {anchors.length < maxAnchors ? (
        <FilePick
          label={t('load.anchor')}
          file={null}
          onFile={(chosen) => onChange([...anchors, chosen])}
          accept={['.pem', '.crt']}
        />
      ) : null}
    </>
  );
}
