// The factory list: CSV (RFC 4180) with the header `serial,fingerprint`. Rejects anything it does not understand, whole.
import { ProvisionerError } from './errors/error.ts';

const maxChars = 64 * 1024 * 1024;
const maxDevices = 500_000;

const invalid = (line: number, said: string) =>
  new ProvisionerError('factory.list-invalid', `line ${line}: ${said}`, { details: { line } });

/** A quoted cell with doubled quotes, or a bare one without any. */
const cellPattern = /"((?:[^"]|"")*)"|([^",]*)/y;

/** The cells of one line. @returns null when it is not RFC 4180 */
function parseCells(text: string): string[] | null {
  const cells: string[] = [];
  for (let at = 0; ; at += 1) {
    cellPattern.lastIndex = at;
    const match = cellPattern.exec(text);
    if (!match) return null;
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    at = cellPattern.lastIndex;
    if (at === text.length) return cells;
    if (text[at] !== ',') return null;
  }
}

function parseLine(text: string, line: number): readonly [serial: string, fingerprint: string] {
  const cells = parseCells(text);
  if (!cells) throw invalid(line, 'quotes where none may be');
  const [serial = '', fingerprint = ''] = cells.map((cell) => cell.trim());
  if (cells.length !== 2) throw invalid(line, `${cells.length} columns instead of two`);
  if (!/^[\x21-\x7e]{1,64}$/.test(serial)) throw invalid(line, 'serial number missing or not plain text');
  const hex = fingerprint.replace(/[\s:]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw invalid(line, 'fingerprint is not 64 hex digits');
  return [serial, hex];
}

const isHeader = (text: string): boolean =>
  parseCells(text)
    ?.map((cell) => cell.trim().toLowerCase())
    .join() === 'serial,fingerprint';

/** Fingerprint (hex) by serial number. @throws factory.list-invalid naming the line */
export function parseFactoryList(csv: string): Map<string, string> {
  if (csv.length > maxChars) throw invalid(0, `longer than ${maxChars} characters`);
  const [head = '', ...lines] = csv.replace(/^\ufeff/, '').split(/\r?\n/);
  if (!isHeader(head)) throw invalid(1, 'the header is not serial,fingerprint');
  const list = new Map<string, string>();
  const listed = new Set<string>();
  for (const [at, text] of lines.entries()) {
    if (text.trim() === '') continue;
    const [serial, fingerprint] = parseLine(text, at + 2);
    if (list.has(serial)) throw invalid(at + 2, `${serial} is listed twice`);
    if (list.size >= maxDevices) throw invalid(at + 2, `more than ${maxDevices} devices`);
    // One key on two devices is an alarm in the field; in a list it is a mistake, and would hide that alarm.
    if (listed.has(fingerprint)) throw invalid(at + 2, `the fingerprint of ${serial} is listed twice`);
    listed.add(fingerprint);
    list.set(serial, fingerprint);
  }
  if (list.size === 0) throw invalid(1, 'no device is listed');
  return list;
}
