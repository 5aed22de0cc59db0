import type { Receipt } from '../../../shared/receipt.ts';
import type { Column } from '../../parts/RowWindow.tsx';
import { Time } from '../../parts/Said.tsx';
import type { Translate } from '../../words/words.ts';
import { outcomeWord } from './outcome-word.ts';

const none = '–';

/** A receipt as one row. */
export const receiptColumns = (t: Translate): readonly Column<Receipt>[] => [
  { id: 'time', title: t('records.time'), cell: ({ endedAt }) => <Time at={endedAt} /> },
  { id: 'serial', title: t('records.serial'), cell: ({ device }) => device.serial ?? none },
  { id: 'level', title: t('records.level'), cell: ({ key }) => key.level },
  {
    id: 'package',
    title: t('records.package'),
    cell: ({ package: loaded }) => (loaded ? `${loaded.id} ${loaded.version}` : none),
  },
  {
    id: 'state',
    title: t('records.state'),
    cell: ({ outcome }) => outcomeWord(outcome.state, t),
    className: ({ outcome }) => `state-${outcome.state}`,
  },
  { id: 'operator', title: t('records.operator'), cell: ({ operator }) => operator?.name ?? none },
];
