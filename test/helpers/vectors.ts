// The public test vectors beside the project, and CBOR diagnostic notation (RFC 8949 section 8), in which many are written.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Tag } from 'cbor2';
import type { TestContext } from 'vitest';
import { type CborValue, encodeCbor } from '../../shared/cbor.ts';

const root = resolve(import.meta.dirname, '..', '..', '..', 'shared', 'vectors');

/** The path of a vector; a test that needs it and finds it absent skips by name. */
export function vectorPath(ctx: TestContext, path: string): string {
  const full = resolve(root, path);
  if (!existsSync(full)) ctx.skip(`vectors are not here: ../shared/vectors/${path}`);
  return full;
}

export const readVector = (ctx: TestContext, path: string): Uint8Array =>
  new Uint8Array(readFileSync(vectorPath(ctx, path)));

export const readTextVector = (ctx: TestContext, path: string): string =>
  readFileSync(vectorPath(ctx, path), 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: vector files have many shapes
export const readJsonVector = (ctx: TestContext, path: string): any => JSON.parse(readTextVector(ctx, path));

const token =
  /\s+|\/[^/]*\/|(<<|>>|[[\]{}(),:])|h'([0-9a-fA-F\s]*)'|("(?:[^"\\]|\\.)*")|(-?\d+)|(true|false|null)/gy;

type Token = { readonly mark?: string; readonly value?: CborValue };

function tokens(text: string): Token[] {
  const list: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (!found) throw new Error(`diagnostic notation not understood at ${at}: ${text.slice(at, at + 20)}`);
    const [, mark, hex, string, integer, word] = found;
    if (mark !== undefined) list.push({ mark });
    else if (hex !== undefined)
      list.push({ value: Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')) });
    else if (string !== undefined) list.push({ value: JSON.parse(string.replaceAll('\n', '')) as string });
    else if (integer !== undefined) list.push({ value: Number(integer) });
    else if (word !== undefined) list.push({ value: JSON.parse(word) as boolean | null });
  }
  return list;
}

/** The item that diagnostic notation means; maps as Map, `<< >>` as the bytes of what is inside. */
export function parseDiagnostic(text: string): CborValue {
  const list = tokens(text);
  let at = 0;
  const is = (mark: string) => list[at]?.mark === mark;
  const eat = (mark: string) => {
    if (!is(mark)) throw new Error(`"${mark}" expected at token ${at}`);
    at += 1;
  };
  const until = <T>(end: string, read: () => T): T[] => {
    const found: T[] = [];
    while (!is(end)) {
      found.push(read());
      if (!is(end)) eat(',');
    }
    eat(end);
    return found;
  };
  const item = (): CborValue => {
    const next = list[at];
    at += 1;
    if (next?.mark === '[') return until(']', item);
    if (next?.mark === '<<') return encodeCbor(until('>>', item)[0] as CborValue);
    if (next?.mark === '{') {
      return new Map(
        until('}', () => {
          const key = item() as number | string;
          eat(':');
          return [key, item()] as const;
        }),
      );
    }
    if (next?.value === undefined) throw new Error(`value expected at token ${at - 1}`);
    if (!is('(')) return next.value;
    eat('(');
    const [contents] = until(')', item);
    return new Tag(next.value as number, contents) as unknown as CborValue;
  };
  const value = item();
  if (at !== list.length) throw new Error('text after the item');
  return value;
}
