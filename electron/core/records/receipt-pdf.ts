// A receipt on one page for the folder in the cabinet: what was done, what was confirmed and what was not, the signature,
// and a QR code that finds the receipt again. The signed JSON stays the record; the page says so.
import bwipjs from 'bwip-js/node';
import PdfDocument from 'pdfkit';
import type { Receipt } from '../../../shared/receipt.ts';
import { labelCode } from './label.ts';

type Row = readonly [label: string, value: string];

const groups = (hex: string) => hex.replace(/(.{8})(?=.)/g, '$1 ');

const rowsOf = (receipt: Receipt): Row[] => [
  ['Receipt', receipt.id],
  ['Device', `${receipt.device.model ?? 'unknown model'}, serial ${receipt.device.serial ?? 'unknown'}`],
  ['Port', receipt.device.port],
  ['Key (SHA-256 of its SPKI)', groups(receipt.key.fingerprint)],
  ['Level', `${receipt.key.level}; ${receipt.key.reading}`],
  ['Not proven', receipt.key.notProven.join(' ') || 'nothing is open'],
  ['Policy', groups(receipt.policyHash)],
  ...(receipt.package
    ? ([
        [
          'Package',
          `${receipt.package.id} ${receipt.package.version}: ${receipt.package.name}, ${receipt.package.vendor}`,
        ],
        ['Package digest', groups(receipt.package.digest)],
        ['Signer', groups(receipt.package.signer)],
      ] satisfies Row[])
    : []),
  ['Operator', receipt.operator ? `${receipt.operator.name}: ${receipt.operator.reason}` : 'none was needed'],
  ['Station', `${receipt.station.name}, key ${groups(receipt.station.publicKey)}`],
  ['Time', `${receipt.startedAt} to ${receipt.endedAt}`],
  ['Confirmed', receipt.outcome.confirmed.join(' ') || 'nothing'],
  ['Not confirmed', receipt.outcome.notConfirmed.join(' ') || 'nothing is open'],
  ['Journal', `entry ${receipt.journal.seq}, ${groups(receipt.journal.hash)}`],
  ['Signature (Ed25519)', groups(receipt.signature)],
];

/** The PDF standard fonts know Latin-1 alone. */
const latin = (text: string) => text.replace(/[^\u0020-\u007e\u00a0-\u00ff]/g, '?');

function draw(page: PDFKit.PDFDocument, receipt: Receipt): void {
  page.font('Helvetica-Bold').fontSize(18).text('TrustBox provisioning receipt', { width: 370 });
  page
    .fontSize(13)
    .text(latin(`${receipt.outcome.state.toUpperCase()}. ${receipt.outcome.summary}`), { width: 370 });
  page.moveDown(2);
  for (const [label, value] of rowsOf(receipt)) {
    page.font('Helvetica-Bold').fontSize(8).text(label, { width: 490 });
    page.font('Helvetica').fontSize(9).text(latin(value), { width: 490 });
    page.moveDown(0.4);
  }
  page
    .font('Helvetica-Oblique')
    .fontSize(8)
    .text('The record is the signed JSON of this receipt; this page is a copy for reading.', { width: 490 });
}

/** @returns one A4 page, PDF 1.3 */
export async function encodeReceiptPdf(receipt: Receipt): Promise<Uint8Array> {
  const code = (await bwipjs.toBuffer({ bcid: 'qrcode', text: labelCode(receipt), scale: 3 })) as Buffer;
  const page = new PdfDocument({ size: 'A4', margin: 50, info: { Title: `Receipt ${receipt.id}` } });
  const parts: Buffer[] = [];
  page.on('data', (part: Buffer) => parts.push(part));
  const ended = new Promise<void>((resolve, reject) => page.on('end', resolve).on('error', reject));
  page.image(code, 445, 45, { width: 100 });
  draw(page, receipt);
  page.end();
  await ended;
  return new Uint8Array(Buffer.concat(parts));
}
