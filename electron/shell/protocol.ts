// app://trustbox: the built screens and nothing else. Headers, nonce and the refusal of other paths are core/pages.ts,
// the same that the station serves by.
import { type CustomScheme, protocol } from 'electron';
import { readPage } from '../core/pages.ts';
import { appOrigin } from './window.ts';

const { protocol: schemeWithColon, host: ourHost } = new URL(appOrigin);
const scheme = schemeWithColon.slice(0, -1);

/** To be registered before `ready`: an origin of its own, secure, with fetch. */
export const appScheme: CustomScheme = {
  scheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true },
};

/** @param folder of the built screens, absolute */
export function servePages(folder: string): void {
  protocol.handle(scheme, async ({ url, method }) => {
    const { host, pathname } = new URL(url);
    const page = await readPage(folder, host === ourHost && method === 'GET' ? pathname : '/..');
    return new Response(page.body, { status: page.status, headers: page.headers });
  });
}
