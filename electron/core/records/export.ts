// Receipts as CSV (RFC 4180), safe to open in a spreadsheet: a cell that would start a formula is prefixed.
import type { Receipt } from '../../../shared/receipt.ts';

const columns: readonly (readonly [string, (receipt: Receipt) => string])[] = [
  ['receipt', (r) => r.id],
  ['ended', (r) => r.endedAt],
  ['serial', (r) => r.device.serial ?? ''],
  ['model', (r) => r.device.model ?? ''],
  ['port', (r) => r.device.port],
  ['fingerprint', (r) => r.key.fingerprint],
  ['level', (r) => r.key.level],
  ['package', (r) => r.package?.id ?? ''],
  ['version', (r) => r.package?.version ?? ''],
  ['package_digest', (r) => r.package?.digest ?? ''],
  ['class_key', (r) => r.classKey?.name ?? ''],
  ['operator', (r) => r.operator?.name ?? ''],
  ['reason', (r) => r.operator?.reason ?? ''],
  ['station', (r) => r.station.name],
  ['outcome', (r) => r.outcome.state],
  ['summary', (r) => r.outcome.summary],
  ['policy', (r) => r.policyHash],
  ['journal_seq', (r) => String(r.journal.seq)],
];

function cell(value: string): string {
  const safe = /^(?:\s*[=+\-@]|[\t\r\n])/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const line = (cells: readonly string[]) => `${cells.map(cell).join(',')}\r\n`;

export const encodeReceiptsCsv = (receipts: readonly Receipt[]): string =>
  line(columns.map(([name]) => name)) +
  receipts.map((receipt) => line(columns.map(([, read]) => read(receipt)))).join('');
