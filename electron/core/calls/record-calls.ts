// Records and the outbox: search, export, label, receipt as PDF, verify.
import type { Handlers } from '../../../shared/contract/contract.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Receipt } from '../../../shared/receipt.ts';
import { encodeReceiptsCsv } from '../records/export.ts';
import { listReceipts, searchReceipts, verifyRecords } from '../records/receipts.ts';
import { encodeOutbox, listOutbox, type OutboxRow, pageOutbox } from '../store/outbox.ts';
import type { Session } from './session.ts';

type RecordCalls = Pick<Handlers, Extract<keyof Handlers, `records.${string}` | `outbox.${string}`>>;

const maxExported = 1_000_000;

const outboxView = ({ id, state, createdAt, body }: OutboxRow) => ({
  id,
  state,
  createdAt,
  serial: body.serial,
  model: body.model,
  fingerprint: body.fingerprint,
  level: body.level,
});

export function recordCalls({ services, files }: Session): RecordCalls {
  const { db } = services;

  async function receiptOf(id: string): Promise<Receipt> {
    const [receipt] = await listReceipts(db, { id });
    if (receipt) return receipt;
    throw new ProvisionerError('record.not-found', `no receipt "${id}"`);
  }

  return {
    'records.search': ({ text, state, offset, limit }) => searchReceipts(db, { text, state, offset, limit }),
    async 'records.export-csv'(query) {
      const { receipts } = await searchReceipts(db, { ...query, offset: 0, limit: maxExported });
      return files.addText('receipts.csv', encodeReceiptsCsv(receipts));
    },
    async 'records.receipt-pdf'({ id }) {
      const { encodeReceiptPdf } = await import('../records/receipt-pdf.ts');
      const receipt = await receiptOf(id);
      return files.addText(`receipt-${id.slice(0, 8)}.pdf`, await encodeReceiptPdf(receipt));
    },
    async 'records.label'({ id }) {
      const { makeLabel } = await import('../records/label.ts');
      return makeLabel(await receiptOf(id));
    },
    async 'records.verify'() {
      const { problems, ...report } = await verifyRecords(db);
      return { ...report, problems: [...problems] };
    },
    async 'outbox.list'(place) {
      const { total, rows } = await pageOutbox(db, place);
      return { total, rows: rows.map(outboxView) };
    },
    'outbox.export': async () => files.addText('outbox.json', encodeOutbox(await listOutbox(db))),
  };
}
