// The built renderer over HTTP: files of one folder, with the headers that keep everything else out.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** No inline script at all; inline style elements only with this answer's nonce. */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

export const safetyHeaders = (nonce: string): Record<string, string> => ({
  'content-security-policy': policy(nonce),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
});

/** Answers with a file of the folder, or 404. */
export async function sendPage(response: ServerResponse, folder: string, path: string): Promise<void> {
  const nonce = randomBytes(16).toString('base64');
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  const type = types[extname(file)];
  const isInside = file.startsWith(folder + sep);
  const bytes = isInside && type ? await readFile(file).catch(() => null) : null;
  if (bytes === null || type === undefined) {
    response.writeHead(404, safetyHeaders(nonce)).end();
    return;
  }
  const body = extname(file) === '.html' ? bytes.toString('utf8').replaceAll('%NONCE%', nonce) : bytes;
  response.writeHead(200, { ...safetyHeaders(nonce), 'content-type': type }).end(body);
}
