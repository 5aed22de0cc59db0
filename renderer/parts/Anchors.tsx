import type { FileInfo } from '../../shared/contract/values.ts';
import { useWords } from '../words/words.ts';
import { Button } from './controls.tsx';
import { FilePick } from './FilePick.tsx';

const maxAnchors = 8;

type AnchorsProps = {
  readonly anchors: readonly FileInfo[];
  readonly onChange: (anchors: readonly FileInfo[]) => void;
};

/** Trust anchors to check a signer against: as many as a call takes. */
export function Anchors({ anchors, onChange }: AnchorsProps) {
  const t = useWords();
  return (
    <>
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
