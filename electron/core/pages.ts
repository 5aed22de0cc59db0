// The built renderer as answers to requests: files of one folder, with the headers that keep everything else out. The
// station sends them over HTTP, the shell over app://.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
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

export const safetyHeaders = (nonce = ''): Record<string, string> => ({
  'content-security-policy': policy(nonce),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
});

export type PageAnswer = {
  readonly status: 200 | 404;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer>;
};

/** @param path from the root, as requested; what leads out of the folder is not found */
export async function readPage(folder: string, path: string): Promise<PageAnswer> {
  const nonce = randomBytes(16).toString('base64');
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  const type = types[extname(file)];
  const bytes = file.startsWith(folder + sep) && type ? await readFile(file).catch(() => null) : null;
  if (bytes === null || type === undefined) return { status: 404, headers: safetyHeaders(nonce), body: '' };
  const isPage = extname(file) === '.html';
  const body = isPage ? bytes.toString('utf8').replaceAll('%NONCE%', nonce) : new Uint8Array(bytes);
  return { status: 200, headers: { ...safetyHeaders(nonce), 'content-type': type }, body };
}
