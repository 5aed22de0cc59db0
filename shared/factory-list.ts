// The factory list: CSV (RFC 4180) with the header `serial,fingerprint`. Rejects anything it does not understand, whole.
import { ProvisionerError } from './errors/error.ts';

const maxChars = 64 * 1024 * 1024;
const maxDevices = 500_000;

const invalid = (line: number, said: string) =>
  new ProvisionerError('factory.list-invalid', `line ${line}: ${said}`, { details: { line } });

const unquote = (cell: string): string =>
  (/^".*"$/.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell).trim();

function parseLine(text: string, line: number): readonly [serial: string, fingerprint: string] {
  const cells =
    text.match(/("(?:[^"]|"")*"|[^,"]*)(?:,|$)/g)?.map((cell) => unquote(cell.replace(/,$/, ''))) ?? [];
  // The pattern matches once more, emptily, at the end.
  const [serial = '', fingerprint = '', ...rest] = cells;
  if (rest.some((cell) => cell !== '')) throw invalid(line, 'more than two columns');
  if (!/^[\x21-\x7e]{1,64}$/.test(serial)) throw invalid(line, 'serial number missing or not plain text');
  const hex = fingerprint.replace(/[\s:]/g, '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw invalid(line, 'fingerprint is not 64 hex digits');
  return [serial, hex];
}

/** Fingerprint (hex) by serial number. @throws factory.list-invalid naming the line */
export function parseFactoryList(csv: string): Map<string, string> {
  if (csv.length > maxChars) throw invalid(0, `longer than ${maxChars} characters`);
  const [head = '', ...lines] = csv.replace(/^\ufeff/, '').split(/\r?\n/);
  if (
    head
      .split(',')
      .map((cell) => unquote(cell).toLowerCase())
      .join() !== 'serial,fingerprint'
  )
    throw invalid(1, 'the header is not serial,fingerprint');
  const list = new Map<string, string>();
  for (const [at, text] of lines.entries()) {
    if (text.trim() === '') continue;
    const [serial, fingerprint] = parseLine(text, at + 2);
    if (list.has(serial)) throw invalid(at + 2, `${serial} is listed twice`);
    if (list.size >= maxDevices) throw invalid(at + 2, `more than ${maxDevices} devices`);
    list.set(serial, fingerprint);
  }
  return list;
}
