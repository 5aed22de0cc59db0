// A package as pieces in the order of their bytes. Pure.
import type { InspectionView } from '../../../shared/contract/values.ts';

export type Piece = {
  readonly kind: 'frame' | 'stream' | 'gap';
  readonly index: number | null;
  readonly role: string | null;
  readonly offset: number;
  readonly sizeBytes: number;
};

/** Frame, streams and gaps, by offset; together they are the file. Streams of no bytes are left out. */
export function piecesOf({ streams, gaps }: Pick<InspectionView, 'streams' | 'gaps'>): Piece[] {
  const parts: Piece[] = [
    ...streams.map((stream) => ({ kind: 'stream' as const, ...stream })),
    ...gaps.map((gap) => ({ kind: 'gap' as const, index: null, role: null, ...gap })),
  ];
  const sorted = parts.filter(({ sizeBytes }) => sizeBytes > 0).toSorted((a, b) => a.offset - b.offset);
  const frameBytes = sorted[0]?.offset ?? 0;
  return [{ kind: 'frame', index: null, role: null, offset: 0, sizeBytes: frameBytes }, ...sorted];
}
