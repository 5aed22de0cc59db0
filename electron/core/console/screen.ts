// What is on a console, as pure functions over the text so far: terminal codes and kernel messages taken out, prompts
// and reboots recognised. Everything here comes from an untrusted device.

const escapes =
  /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_]|[()][A-Z0-9])/g;
/** `[   12.345678] text`: printed by the kernel wherever the cursor happens to be, always to the end of a line. */
const kernelLine = /\[ {0,7}\d{1,7}\.\d{6}\] [^\r\n]{0,1000}(?:\r?\n|\r)/g;
const otherControls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Text without kernel messages, even where one was printed into the middle of a line. */
export const removeKernelLines = (text: string): string => text.replace(kernelLine, '');

/** Text as a person would see it: no terminal codes, no kernel messages, LF line ends. */
export const cleanScreen = (text: string): string =>
  removeKernelLines(text.replace(escapes, ''))
    .replace(/\r+\n?/g, '\n')
    .replace(otherControls, '');

/** At most this much of the device's own words in a message. */
export const quote = (text: string): string => cleanScreen(text).trim().slice(-200);

const withheld = '[withheld]';

const tellingChars = 16;

/** How much of the text from `at` on is a piece of the secret; 0 where it is too short to tell anything. */
function secretRun(text: string, at: number, secret: string): number {
  let length = Math.min(tellingChars, secret.length);
  if (at + length > text.length || !secret.includes(text.slice(at, at + length))) return 0;
  while (at + length < text.length && secret.includes(text.slice(at, at + length + 1))) length += 1;
  return length;
}

/** The text without a secret that a device may have echoed, nor pieces of 16 characters or more of it. */
export function withhold(text: string, secret: string): string {
  if (secret === '') return text;
  const clean = cleanScreen(text);
  let kept = '';
  for (let at = 0; at < clean.length; ) {
    const run = secretRun(clean, at, secret);
    kept += run > 0 ? withheld : clean.charAt(at);
    at += Math.max(1, run);
  }
  return kept;
}

export type Prompt = 'login' | 'password' | 'refused' | 'shell' | null;

/** What the box waits for, judged by its last line. */
export function recognisePrompt(text: string): Prompt {
  const lines = cleanScreen(text).split('\n');
  const last = lines.at(-1) ?? '';
  if (/(?:^|\s)login: *$/i.test(last))
    return lines.some((line) => /login incorrect|authentication failure/i.test(line)) ? 'refused' : 'login';
  if (/password(?: for [^:]*)?: *$/i.test(last)) return 'password';
  return /[$#%>] ?$/.test(last) ? 'shell' : null;
}

/** True when the box started anew since the text began: boot loader, first kernel line or a fresh login prompt. */
export const hasRebooted = (text: string): boolean =>
  /U-Boot \d|Starting kernel \.\.\.|\[ {4}0\.000000\] (?:Booting|Linux)|(?:^|[\r\n])\S+ login: $/.test(text);

/**
 * True while a boot loader talks: a key pressed now can stop the boot. A kernel cannot be stopped so, and its messages
 * alone say nothing: a running box prints them too.
 */
export const isBooting = (text: string): boolean => {
  const sinceKernel = text.slice(text.lastIndexOf('Starting kernel ...') + 1);
  return recognisePrompt(text) !== 'login' && /U-Boot (?:SPL )?\d|stop autoboot/.test(sinceKernel);
};

/** Share of bytes that no console prints, 0 to 1. */
export function garbageRatio(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  const strange = bytes.reduce(
    (sum, byte) => sum + (byte > 126 || (byte < 32 && ![7, 8, 9, 10, 13, 27].includes(byte)) ? 1 : 0),
    0,
  );
  return strange / bytes.length;
}

export type CommandEnd = { readonly output: string; readonly status: number; readonly endOffset: number };

/**
 * Finds what a command printed between its begin and end markers, or null while the end is still to come.
 * The markers are random per command and never appear whole in what is sent.
 */
export function findCommandEnd(raw: string, marker: string): CommandEnd | null {
  const text = removeKernelLines(raw);
  const end = new RegExp(`${marker}E(\\d{1,3})\\r?\\n`).exec(text);
  const begin = text.indexOf(`${marker}B`);
  if (!end || begin < 0 || begin > end.index) return null;
  const output = text
    .slice(begin + marker.length + 1, end.index)
    .replace(/^\r*\n/, '')
    .replace(/\r+\n/g, '\n');
  // The end marker is printed after a line end of its own.
  return { output: output.replace(/\n$/, ''), status: Number(end[1]), endOffset: raw.length };
}
