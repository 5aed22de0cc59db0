// JSON as JSON.parse reads it, but with duplicate keys refused and depth capped: two readers of one manifest must
// never see two different documents (RFC 8259 section 4 leaves duplicates open; I-JSON, RFC 7493, forbids them).
import { ProvisionerError } from '../errors/error.ts';

const maxDepth = 16;
const stringToken = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
const keyFollows = /[ \t\r\n]*:/y;

const refuse = (message: string, offset: number, cause?: unknown) =>
  new ProvisionerError('package.manifest-invalid', `${message} at character ${offset}`, {
    details: { field: 'manifest', offset },
    ...(cause === undefined ? {} : { cause }),
  });

/** One open object (its keys so far) or array (null). */
type Open = Set<string> | null;

function matchAt(pattern: RegExp, text: string, offset: number): string | null {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? null;
}

function noteKey(open: Open | undefined, token: string, offset: number): void {
  if (!open) return;
  const key = JSON.parse(token) as string;
  if (open.has(key)) throw refuse(`duplicate key ${token.slice(0, 64)}`, offset);
  open.add(key);
}

function scanStructure(text: string): void {
  const open: Open[] = [];
  for (let offset = 0; offset < text.length; offset += 1) {
    const char = text[offset];
    if (char === '"') {
      const token = matchAt(stringToken, text, offset);
      if (token === null) throw refuse('string not closed', offset);
      const end = offset + token.length;
      if (matchAt(keyFollows, text, end) !== null) noteKey(open.at(-1), token, offset);
      offset = end - 1;
    } else if (char === '{' || char === '[') {
      if (open.push(char === '{' ? new Set() : null) > maxDepth)
        throw refuse(`nested deeper than ${maxDepth}`, offset);
    } else if (char === '}' || char === ']') open.pop();
  }
}

/**
 * @throws package.manifest-invalid with the character offset of what is wrong
 */
export function parseStrictJson(text: string): unknown {
  try {
    scanStructure(text);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof ProvisionerError) throw error;
    throw refuse(`not JSON (${error instanceof Error ? error.message.slice(0, 80) : ''})`, 0, error);
  }
}
