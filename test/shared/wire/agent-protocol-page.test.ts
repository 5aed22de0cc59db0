// docs/formats/agent-protocol.md against the code: its tables are compared, its examples made again and read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failureCodes } from '../../../electron/core/agent/caller.ts';
import { type CborValue, parseCbor } from '../../../shared/cbor.ts';
import {
  acceptSchema,
  encodeBody,
  failures,
  helloSchema,
  maxQueuedBytes,
  maxWindow,
  openSchema,
  protocolVersion,
} from '../../../shared/wire/bodies.ts';
import { bulkFraming } from '../../../shared/wire/bulk-framing.ts';
import { agentCalls, cpmOperations } from '../../../shared/wire/calls.ts';
import { maxIdleFrames } from '../../../shared/wire/channel.ts';
import {
  crcBytes,
  encodeFrame,
  frameTypes,
  frameVersion,
  headerBytes,
  maxFrameBytes,
  minFrameBytes,
  parseFrame,
} from '../../../shared/wire/frame.ts';
import { serialFraming } from '../../../shared/wire/serial-framing.ts';

const page = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'docs', 'formats', 'agent-protocol.md'),
  'utf8',
);

/** The rows below a table's head, as cells without back-ticks and white space. */
function tableBelow(head: RegExp): string[][] {
  const lines = page.split('\n');
  const at = lines.findIndex((line) => head.test(line));
  expect(at, String(head)).toBeGreaterThan(0);
  const rows = lines.slice(at + 2, lines.indexOf('', at));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

const keysIn = (cell: string) => cell.replace(/[{}]/g, '').split(', ').filter(Boolean).toSorted();
const keysOf = ({ shape }: { shape: object }) => Object.keys(shape).toSorted();

test('the table of types is the code', () => {
  const rows = tableBelow(/^\| type \| name/);
  expect(Object.fromEntries(rows.map(([type, name]) => [name, Number(type)]))).toEqual(frameTypes);
  const bodies = Object.fromEntries(rows.map(([, name = '', , body = '']) => [name, keysIn(body)]));
  expect(bodies).toMatchObject({
    hello: keysOf(helloSchema),
    open: keysOf(openSchema),
    accept: keysOf(acceptSchema),
  });
});

test('the table of calls is the code: names, keys of request and answer, deadlines', () => {
  const rows = tableBelow(/^\| call +\| request/).map(([name = '', request = '', answer = '', deadline]) => [
    name,
    { request: keysIn(request), answer: keysIn(answer), deadline },
  ]);
  const code = Object.entries(agentCalls).map(([name, { request, answer, deadlineMs }]) => [
    name,
    { request: keysOf(request), answer: keysOf(answer), deadline: `${deadlineMs / 1000} s` },
  ]);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(code));
  for (const name of cpmOperations) expect(page).toContain(`\`${name}\``);
});

test('the table of failures is the code', () => {
  const rows = tableBelow(/^\| failure/).map(([failure, , code]) => [failure, code]);
  expect(Object.fromEntries(rows)).toEqual(failureCodes);
  expect(rows.map(([failure]) => failure)).toEqual(failures);
});

test('the table of limits is the code', () => {
  const rows = tableBelow(/^\| limit/).map(([name, value]) => [name, Number(value)]);
  expect(Object.fromEntries(rows)).toEqual({
    frameVersion,
    protocolVersion,
    headerBytes,
    crcBytes,
    maxFrameBytes,
    maxWindow,
    maxQueuedBytes,
    maxIdleFrames,
  });
  expect(page).toContain(`A length below ${minFrameBytes} `);
});

type Example = {
  readonly title: string;
  readonly type: number;
  readonly sequence: number;
  readonly body: CborValue | undefined;
  readonly bytes: Readonly<Record<'frame' | 'serial' | 'bulk', string>>;
};

/** CBOR's diagnostic notation as far as the examples use it: JSON and h'..'. */
const parseNotation = (text: string): CborValue =>
  JSON.parse(text.replace(/h'([0-9a-f]*)'/g, '"h\'$1"'), (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith("h'")
      ? new Uint8Array(Buffer.from(value.slice(2), 'hex'))
      : value,
  ) as CborValue;

function parseExample(block: string): Example {
  const field = (name: string) =>
    new RegExp(`^    ${name} +(.*(?:\\n {13}.*)*)`, 'm').exec(block)?.[1]?.replace(/\s+/g, ' ') ?? '';
  const hex = (name: string) => field(name).replaceAll(' ', '');
  const body = field('body');
  return {
    title: field('example'),
    type: Number(field('type')),
    sequence: Number(field('sequence')),
    body: body === '' ? undefined : parseNotation(body),
    bytes: { frame: hex('frame'), serial: hex('serial'), bulk: hex('bulk') },
  };
}

const examples = page
  .split('\n\n')
  .filter((block) => block.startsWith('    example '))
  .map(parseExample);

const asHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const asBytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

test('the page has its examples', () => {
  expect(examples.map(({ type }) => type)).toEqual([2, 3, 16, 17, 18, 5, 17]);
});

test.each(examples)('example: $title', ({ type, sequence, body, bytes }) => {
  const frame = { type, sequence, body: body === undefined ? new Uint8Array(0) : encodeBody(body) };
  expect(asHex(encodeFrame(frame))).toBe(bytes.frame);
  expect(asHex(serialFraming.encode(frame))).toBe(bytes.serial);
  expect(asHex(bulkFraming.encode(frame))).toBe(bytes.bulk);
  expect(parseFrame(asBytes(bytes.frame))).toEqual(frame);
  expect(serialFraming.openDeframer().push(asBytes(bytes.serial), 0)).toEqual([frame]);
  expect(bulkFraming.openDeframer().push(asBytes(bytes.bulk), 0)).toEqual([frame]);
  expect(parseCbor(frame.body, maxFrameBytes)?.value).toEqual(body);
});
