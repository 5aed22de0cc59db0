import type { InspectionView } from '../../../shared/contract/values.ts';
import { useWords } from '../../words/words.ts';
import { type Piece, piecesOf } from './pieces.ts';

const hues = 7;

function describe(piece: Piece, words: { unused: string; gap: string; frame: string }): string {
  if (piece.kind === 'gap') return words.gap;
  if (piece.kind === 'frame') return words.frame;
  return piece.role ?? words.unused;
}

/** The file from its first byte to its last, drawn to scale; small streams are kept visible. */
export function ByteMap({ found }: { readonly found: InspectionView }) {
  const t = useWords();
  const pieces = piecesOf(found);
  const words = { unused: t('inspect.unused'), gap: t('inspect.gap'), frame: 'frame' };
  return (
    <div className="stack">
      <h3>{t('inspect.map')}</h3>
      <div className="byte-map" aria-hidden="true">
        {pieces.map((piece, index) => (
          <div
            key={piece.offset}
            className={piece.kind === 'stream' ? `hue-${index % hues}` : piece.kind}
            style={{ flexGrow: Math.max(piece.sizeBytes, found.fileBytes / 200) }}
            title={`${describe(piece, words)}: ${piece.offset} + ${piece.sizeBytes}`}
          />
        ))}
      </div>
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
          {pieces.map((piece, index) => (
            <tr key={piece.offset}>
              <td>
                <span
                  className={`swatch ${piece.kind === 'stream' ? `hue-${index % hues}` : piece.kind}`}
                  aria-hidden="true"
                />
                {piece.index ?? ''}
              </td>
              <td>{describe(piece, words)}</td>
              <td className="number mono">{piece.offset}</td>
              <td className="number mono">{piece.sizeBytes}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
