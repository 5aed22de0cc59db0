// Who may talk to the station: a browser that came with the one-time token, on our own origin, under our own host name.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const cookieName = 'trustbox_session';
const tokenMs = 10 * 60_000;

const newSecret = () => randomBytes(32).toString('base64url');

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export type Access = {
  /** A new one-time token; those before it are void. */
  issueToken(): string;
  /** The cookie for a token that is right, once; null otherwise. */
  redeem(token: string): string | null;
  /** Host and, where a browser gives it, Origin are ours (DNS rebinding, other pages). */
  isOurs(request: IncomingMessage): boolean;
  hasSession(request: IncomingMessage): boolean;
};

export function openAccess(port: () => number): Access {
  let token: { readonly text: string; readonly endMs: number } | null = null;
  const sessions = new Set<string>();

  const hosts = () => [`127.0.0.1:${port()}`, `localhost:${port()}`];

  return {
    issueToken() {
      token = { text: newSecret(), endMs: performance.now() + tokenMs };
      return token.text;
    },
    redeem(text) {
      if (token === null || performance.now() > token.endMs || !isSame(token.text, text)) return null;
      token = null;
      const session = newSecret();
      sessions.add(session);
      return `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    isOurs({ headers }) {
      if (!hosts().includes(headers.host ?? '')) return false;
      return headers.origin === undefined || headers.origin === `http://${headers.host}`;
    },
    hasSession({ headers }) {
      const cookies = (headers.cookie ?? '').split(';').map((part) => part.trim().split('='));
      const given = cookies.find(([name]) => name === cookieName)?.[1] ?? '';
      return [...sessions].some((session) => isSame(session, given));
    },
  };
}
