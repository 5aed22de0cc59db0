import { useState } from 'react';
import type { Response } from '../../../shared/contract/contract.ts';
import type { ErrorData, FileInfo } from '../../../shared/contract/values.ts';
import { ask } from '../../actions.ts';
import { Anchors } from '../../parts/Anchors.tsx';
import { Button, Check, Choice } from '../../parts/controls.tsx';
import { FilePick } from '../../parts/FilePick.tsx';
import { Refusal } from '../../parts/Refusal.tsx';
import { Said } from '../../parts/Said.tsx';
import { Unlocked } from '../../parts/Unlock.tsx';
import { useKeys } from '../../parts/useChoices.ts';
import { useIntoView } from '../../parts/useIntoView.ts';
import { useWords } from '../../words/words.ts';
import { checkWord } from './names.ts';

type Result = Response<'packages.verify'>;
type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'refused'; readonly error: ErrorData }
  | { readonly kind: 'done'; readonly result: Result };

const withoutKey = 'without a class key';

function Checks({ result }: { readonly result: Result }) {
  const t = useWords();
  const place = useIntoView<HTMLElement>();
  const marks = {
    true: ['✓', 'verify.ok', 'good'],
    false: ['✕', 'verify.failed', 'bad'],
    null: ['–', 'verify.open', ''],
  } as const;
  return (
    <section className="card stack" ref={place} tabIndex={-1} aria-label={t('verify.result')}>
      <h2 role="status" className={result.ok ? '' : 'alarm'}>
        <span aria-hidden="true">{result.ok ? '✓' : '✕'}</span>{' '}
        {t(result.ok ? 'verify.sound' : 'verify.unsound')}
      </h2>
      <ol className="findings checks">
        {result.checks.map((check) => {
          const [mark, word, tone] = marks[`${check.ok}`];
          const name = checkWord(check.name);
          return (
            <li key={check.name}>
              <span className={`badge ${tone}`}>
                <span aria-hidden="true">{mark}</span> {t(word)}
              </span>
              <div>
                <strong>{name ? t(name) : check.name}</strong>: <Said text={check.detail} />
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

export function VerifyPart() {
  const t = useWords();
  const { keys } = useKeys();
  const [file, setFile] = useState<FileInfo | null>(null);
  const [anchors, setAnchors] = useState<readonly FileInfo[]>([]);
  const [keyName, setKeyName] = useState(withoutKey);
  const [isDemo, setDemo] = useState(false);
  const [state, setState] = useState<State>({ kind: 'idle' });
  const verify = async () => {
    if (file === null) return;
    setState({ kind: 'running' });
    const reply = await ask('packages.verify', {
      package: file.token,
      keyName: keyName === withoutKey ? null : keyName,
      anchors: anchors.map(({ token }) => token),
      isDemo,
    });
    setState(reply.ok ? { kind: 'done', result: reply.value } : { kind: 'refused', error: reply.error });
  };
  const button = (
    <div className="row">
      <Button kind="primary" onPress={verify} isDisabled={file === null || state.kind === 'running'}>
        {t('verify.do')}
      </Button>
    </div>
  );
  return (
    <div className="stack">
      <section className="card stack">
        <FilePick label={t('inspect.file')} file={file} onFile={setFile} accept={['.cpk']} />
        <Anchors anchors={anchors} onChange={setAnchors} />
        <Choice
          label={t('verify.key')}
          value={keyName}
          onChange={setKeyName}
          options={[{ id: withoutKey, title: t('verify.nokey') }, ...keys]}
        />
        <Check isSelected={isDemo} onChange={setDemo}>
          {t('build.demo')}
        </Check>
        {keyName === withoutKey ? button : <Unlocked>{button}</Unlocked>}
      </section>
      {state.kind === 'refused' ? <Refusal error={state.error} /> : null}
      {state.kind === 'done' ? <Checks result={state.result} /> : null}
    </div>
  );
}
