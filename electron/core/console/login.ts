// From an open port to a shell: wake the line, see what it is, log in once if asked.
import { randomBytes } from 'node:crypto';
import { encodeUtf8 } from '../../../shared/bytes.ts';
import { ProvisionerError } from '../../../shared/errors/error.ts';
import type { Port } from '../port.ts';
import type { Inbox, Wait } from './inbox.ts';
import { garbageRatio, isBooting, type Prompt, quote, recognisePrompt, withhold } from './screen.ts';

export type Credentials = { readonly user: string; readonly password: string };

export type Line = { readonly port: Port; readonly inbox: Inbox };

/** What a line turned out to be. `orphan`: a shell that an earlier, killed session of ours left behind. */
export type LineState = 'login' | 'password' | 'shell' | 'orphan';

const type = (line: Line, text: string) => line.port.write(encodeUtf8(text));
const interrupt = '\u0003';

/** The first prompt within the wait, or null. */
async function awaitPrompt(line: Line, wait: Wait): Promise<Exclude<Prompt, null> | null> {
  const found = await line.inbox.waitFor((text) => recognisePrompt(text), wait);
  if (found === null) return null;
  // A prompt in the middle of a motd is not the last word.
  await line.inbox.settle(80, { timeoutMs: 1000, signal: wait.signal });
  return recognisePrompt(line.inbox.text()) ?? found;
}

/** Is there a shell? Asked with a word that the echo of the question does not contain. */
async function answersAsShell(line: Line, signal?: AbortSignal): Promise<boolean> {
  const word = randomBytes(6).toString('hex');
  line.inbox.clear();
  await type(line, ` printf '%s%s\\n' '${word.slice(0, 6)}' '${word.slice(6)}'\r`);
  return (
    (await line.inbox.waitFor((text) => (text.includes(word) ? true : null), { timeoutMs: 2500, signal })) ===
    true
  );
}

const isGarbage = (bytes: Uint8Array) => garbageRatio(bytes) > 0.3;
/** Fewer at once may be the noise of a cable that is being plugged in. */
const leastGarbageBytes = 8;
const maxHeardBytes = 4096;

/** @param bytes all that was heard, or the last of it */
function stuck(line: Line, bytes: Uint8Array): ProvisionerError {
  const details = { port: line.port.path, baudRate: line.port.baudRate, heardBytes: bytes.length };
  if (bytes.length === 0)
    return new ProvisionerError('console.silent', `no byte came from ${line.port.path}`, { details });
  if (isGarbage(bytes)) {
    const share = Math.round(garbageRatio(bytes) * 100);
    return new ProvisionerError(
      'console.wrong-speed',
      `${share} % of ${bytes.length} bytes are not text at ${line.port.baudRate} baud`,
      { details },
    );
  }
  return new ProvisionerError(
    'console.no-login-prompt',
    `last heard: "${quote(Buffer.from(bytes).toString('latin1'))}"`,
    {
      details,
    },
  );
}

/** Longer than a boot loader's pauses between the seconds it counts. */
const bootQuietMs = 5000;

/** A key pressed at a boot loader stops the boot: while one talks, wait for the login prompt and type nothing. */
async function letItBoot(line: Line, endMs: number, signal?: AbortSignal): Promise<void> {
  let heard = '';
  while (isBooting(line.inbox.text()) && line.inbox.text() !== heard && performance.now() < endMs) {
    heard = line.inbox.text();
    const more = (text: string) => (text !== heard ? true : null);
    await line.inbox.waitFor(more, { timeoutMs: Math.min(bootQuietMs, endMs - performance.now()), signal });
  }
}

/**
 * Wakes the line and says what is there.
 * @throws console.silent console.wrong-speed console.no-login-prompt port.lost
 */
export async function wakeLine(line: Line, wait: Wait): Promise<LineState> {
  const { signal } = wait;
  const endMs = performance.now() + wait.timeoutMs;
  let heard = Buffer.alloc(0);
  // A line at another speed may answer with a few bytes now and then: in the end it is judged by all of them.
  const forget = () => {
    heard = Buffer.concat([heard, line.inbox.bytes()]).subarray(-maxHeardBytes);
    line.inbox.clear();
  };
  for (let round = 0; performance.now() < endMs; round += 1) {
    await letItBoot(line, endMs, signal);
    forget();
    await type(line, round === 0 ? '\r' : `${interrupt}\r`);
    const prompt = await awaitPrompt(line, { timeoutMs: Math.min(2000, endMs - performance.now()), signal });
    const bytes = line.inbox.bytes();
    if (bytes.length >= leastGarbageBytes && isGarbage(bytes)) throw stuck(line, bytes);
    if (prompt === 'login') return 'login';
    if (prompt === 'refused') {
      // What somebody typed before us is still being refused, line by line: wait until that is over.
      await line.inbox.settle(2500, { timeoutMs: Math.max(0, endMs - performance.now()), signal });
      continue;
    }
    if (prompt === 'password') return 'password';
    if (prompt === 'shell' && (await answersAsShell(line, signal))) return round === 0 ? 'shell' : 'orphan';
    if (prompt === null && round > 0 && (await answersAsShell(line, signal))) return 'orphan';
    // A silent line is given up sooner than one that may be booting.
    if (heard.length + line.inbox.bytes().length === 0 && round >= 2) break;
  }
  forget();
  throw stuck(line, heard);
}

/**
 * A shell on the line; logs in at most once.
 * @returns whether we logged in, so that we log out again
 * @throws console.login-needed console.login-refused and what wakeLine throws
 */
export async function reachShell(
  line: Line,
  credentials: Credentials | null,
  wait: Wait,
): Promise<{ loggedIn: boolean }> {
  let state = await wakeLine(line, wait);
  if (state === 'shell') return { loggedIn: false };
  if (state === 'orphan') return { loggedIn: true };
  if (state === 'password') {
    // Somebody typed a user name and left: an empty password brings the login prompt back.
    await type(line, '\r');
    await line.inbox.settle(1500, { timeoutMs: 6000, signal: wait.signal });
    state = await wakeLine(line, wait);
  }
  if (!credentials) throw new ProvisionerError('console.login-needed', `${line.port.path} asks for a login`);
  try {
    await logIn(line, credentials, wait);
  } catch (error) {
    await logOutAgain(line, error);
    throw error;
  }
  return { loggedIn: true };
}

/** A login that was cancelled, or led to no usable shell, must not stay open behind us. */
async function logOutAgain(line: Line, reason: unknown): Promise<void> {
  const isOut = ['console.login-refused', 'port.lost'];
  if (reason instanceof ProvisionerError && isOut.includes(reason.code)) return;
  try {
    const prompt = await awaitPrompt(line, { timeoutMs: 3000 });
    if (prompt === 'password') await type(line, '\r');
    if (prompt === 'shell') await type(line, ' exit\r');
    await line.inbox.settle(150, { timeoutMs: 1500 });
  } catch (error) {
    // Lost meanwhile: the caller is told why the login failed, which matters more.
    if (!(error instanceof ProvisionerError)) throw error;
  }
}

/** Names the user; once more where the first try met a prompt that was about to be repeated. */
async function askForPassword(line: Line, user: string, signal?: AbortSignal): Promise<boolean> {
  for (let tried = 0; tried < 2; tried += 1) {
    await line.inbox.settle(250, { timeoutMs: 3000, signal });
    line.inbox.clear();
    await type(line, `${user}\r`);
    const asked = await line.inbox.waitFor((text) => (recognisePrompt(text) === 'password' ? true : null), {
      timeoutMs: 5000,
      signal,
    });
    if (asked) return true;
  }
  return false;
}

async function logIn(line: Line, { user, password }: Credentials, { signal }: Wait): Promise<void> {
  const refused = (said: string) => new ProvisionerError('console.login-refused', `user "${user}": ${said}`);
  if (!(await askForPassword(line, user, signal))) throw refused('the box never asked for a password');
  line.inbox.clear();
  await type(line, `${password}\r`);
  const answer = await line.inbox.waitFor(
    (text) => {
      const prompt = recognisePrompt(text);
      return prompt === 'shell' || prompt === 'login' || prompt === 'refused' ? prompt : null;
    },
    { timeoutMs: 15_000, signal },
  );
  if (answer === 'login' || answer === 'refused') throw refused('the box asked again');
  await line.inbox.settle(150, { timeoutMs: 3000, signal });
  if (await answersAsShell(line, signal)) return;
  throw new ProvisionerError(
    'console.not-a-shell',
    `after the login: "${quote(withhold(line.inbox.text(), password))}"`,
  );
}
