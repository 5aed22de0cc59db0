import { useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import type { InspectionView } from '../../../shared/contract/values.ts';
import { useDesk } from '../../store.ts';
import { type Translate, useWords } from '../../words/words.ts';
import { roleWord } from './names.ts';
import { type Piece, piecesOf } from './pieces.ts';

const hues = 7;

const lookOf = ({ kind, index }: Piece): string => (kind === 'stream' ? `hue-${(index ?? 0) % hues}` : kind);

function describe(piece: Piece, t: Translate): string {
  if (piece.kind === 'gap') return t('inspect.gap');
  if (piece.kind === 'frame') return t('inspect.frame');
  const word = roleWord(piece.role);
  return word ? t(word) : (piece.role ?? t('inspect.unused'));
}

const idOf = ({ kind, index, offset }: Piece): string => `${kind} ${index ?? ''} ${offset}`;

type StripProps = {
  readonly pieces: readonly Piece[];
  readonly fileBytes: number;
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
};

/** The file from its first byte to its last, to scale; what is too small to see is drawn as wide as its number. */
function Strip({ pieces, fileBytes, chosen, onChoose }: StripProps) {
  const t = useWords();
  const nameOf = (piece: Piece) =>
    t('inspect.piece', {
      name: piece.index === null ? describe(piece, t) : `${piece.index}: ${describe(piece, t)}`,
      offset: piece.offset,
      bytes: piece.sizeBytes,
    });
  return (
    <ListBox
      className="byte-map"
      orientation="horizontal"
      aria-label={t('inspect.map')}
      selectionMode="single"
      selectionBehavior="replace"
      selectedKeys={chosen === null ? [] : [chosen]}
      onSelectionChange={(keys) => {
        for (const key of keys === 'all' ? [] : keys) onChoose(String(key));
      }}
    >
      {pieces.map((piece) => (
        <ListBoxItem
          key={idOf(piece)}
          id={idOf(piece)}
          textValue={nameOf(piece)}
          aria-label={nameOf(piece)}
          className={`piece ${lookOf(piece)}`}
          style={{ flexGrow: piece.sizeBytes / fileBytes }}
        >
          <span aria-hidden="true">{piece.index ?? ''}</span>
        </ListBoxItem>
      ))}
    </ListBox>
  );
}

function Legend({ pieces, chosen }: Pick<StripProps, 'pieces' | 'chosen'>) {
  const t = useWords();
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  const count = new Intl.NumberFormat(language);
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{t('inspect.stream')}</th>
          <th>{t('inspect.role')}</th>
          <th className="number">{t('inspect.offset')}</th>
          <th className="number">{t('inspect.bytes')}</th>
        </tr>
      </thead>
      <tbody>
        {pieces.map((piece) => (
          <tr key={idOf(piece)} className={chosen === idOf(piece) ? 'chosen' : ''}>
            <td>
              <span className={`swatch ${lookOf(piece)}`} aria-hidden="true" />
              {piece.index ?? '–'}
            </td>
            <td>{describe(piece, t)}</td>
            <td className="number mono">{count.format(piece.offset)}</td>
            <td className="number mono">{count.format(piece.sizeBytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where each byte of the package belongs: a strip to walk with the arrow keys, and the same as a table. */
export function ByteMap({ found }: { readonly found: InspectionView }) {
  const t = useWords();
  const [chosen, setChosen] = useState<string | null>(null);
  const pieces = piecesOf(found);
  return (
    <div className="stack">
      <h3>{t('inspect.map')}</h3>
      <Strip pieces={pieces} fileBytes={found.fileBytes} chosen={chosen} onChoose={setChosen} />
      <Legend pieces={pieces} chosen={chosen} />
    </div>
  );
}
