// The label of a provisioned unit: serial number, fingerprint and outcome in words and as a QR code. ZPL II for label
// printers (Zebra programming guide: ^XA, ^FH, ^FD, ^BQ, ^XZ), SVG for the screen.
import bwipjs from 'bwip-js/node';
import type { Receipt } from '../../../shared/receipt.ts';

export type Label = { readonly svg: string; readonly zpl: string; readonly text: string };

const shortHex = (hex: string) => hex.slice(0, 16).replace(/(.{4})(?=.)/g, '$1 ');

/** What the QR code says: enough to find the receipt and to compare the key. */
export const labelCode = (receipt: Receipt): string =>
  `TBX1:${receipt.device.serial ?? ''}:${receipt.key.fingerprint}:${receipt.id}`;

const linesOf = (receipt: Receipt): string[] => [
  receipt.device.serial ?? 'no serial number',
  receipt.device.model ?? '',
  `key ${shortHex(receipt.key.fingerprint)}`,
  receipt.package ? `${receipt.package.id} ${receipt.package.version}` : 'enrolled',
  `${receipt.outcome.state} ${receipt.endedAt.slice(0, 10)}`,
];

/** `^` and `~` start commands and `_` escapes: a device's own words must not become commands. */
const zplText = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) =>
    byte < 32 || byte > 126 || [0x5e, 0x5f, 0x7e].includes(byte)
      ? `_${byte.toString(16).padStart(2, '0')}`
      : String.fromCharCode(byte),
  ).join('');

function encodeZpl(receipt: Receipt): string {
  const rows = linesOf(receipt).map(
    (line, row) => `^FO240,${30 + row * 40}^A0N,30,30^FH^FD${zplText(line)}^FS`,
  );
  return [
    '^XA',
    '^CI28',
    `^FO20,20^BQN,2,4^FH^FDMA,${zplText(labelCode(receipt))}^FS`,
    ...rows,
    '^XZ',
    '',
  ].join('\n');
}

const escapeXml = (text: string) =>
  text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`).replace(/[\u0000-\u001f]/g, ' ');

/** 400 by 200 units; black on white in either theme, as it is printed. */
function drawSvg(receipt: Receipt): string {
  const code = bwipjs.toSVG({ bcid: 'qrcode', text: labelCode(receipt) });
  const inner = /<svg[^>]*viewBox="0 0 (\d+) (\d+)"[^>]*>([\s\S]*)<\/svg>/.exec(code);
  const scale = 160 / Number(inner?.[1] ?? 160);
  const rows = linesOf(receipt).map(
    (line, row) =>
      `<text x="200" y="${48 + row * 28}" font-family="sans-serif" font-size="${row === 0 ? 20 : 15}">${escapeXml(line)}</text>`,
  );
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200" width="400" height="200">',
    '<rect width="400" height="200" fill="#fff"/>',
    `<g transform="translate(20 20) scale(${scale})">${inner?.[3] ?? ''}</g>`,
    ...rows,
    '</svg>',
  ].join('');
}

export const makeLabel = (receipt: Receipt): Label => ({
  svg: drawSvg(receipt),
  zpl: encodeZpl(receipt),
  text: linesOf(receipt).join('\n'),
});
