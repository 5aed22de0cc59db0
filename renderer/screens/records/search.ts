// The receipts that are shown, newest first.
import type { Receipt } from '../../../shared/receipt.ts';
import { call } from '../../actions.ts';
import { createPaged } from '../../parts/paged.ts';

type Question = { readonly text: string; readonly state: string | null };

export const receipts = createPaged<Question, Receipt>({ text: '', state: null }, async (question, place) => {
  const found = await call('records.search', { ...question, ...place });
  return found && { total: found.total, rows: found.receipts };
});
