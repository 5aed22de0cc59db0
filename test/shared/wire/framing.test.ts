// Frames on both kinds of carrier: every byte sequence gets through, no damaged frame ever does.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bulkFraming } from '../../../shared/wire/bulk-framing.ts';
import { cobsBound, decodeCobs, encodeCobs } from '../../../shared/wire/cobs.ts';
import { crc32c } from '../../../shared/wire/crc32c.ts';
import {
  encodeFrame,
  type Frame,
  maxFrameBytes,
  minFrameBytes,
  parseFrame,
} from '../../../shared/wire/frame.ts';
import type { Framing } from '../../../shared/wire/framing.ts';
import { serialFraming } from '../../../shared/wire/serial-framing.ts';

const framings = [
  ['serial', serialFraming],
  ['bulk', bulkFraming],
] as const;
const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const asHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Bit by bit, as the polynomial is defined. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

// RFC 3720, appendix B.4, and the check value of the CRC catalogues.
test.each([
  ['313233343536373839', 0xe3069283],
  ['00'.repeat(32), 0x8a9136aa],
  ['ff'.repeat(32), 0x62a8ab43],
  [asHex(Uint8Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e],
  [asHex(Uint8Array.from({ length: 32 }, (_, at) => 31 - at)), 0x113fdb5c],
])('the checksum of %s', (text, crc) => {
  expect(crc32c(hex(text))).toBe(crc);
});

test('the checksum is that of its definition, for any bytes and any part of them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (bytes, start) => {
      expect(crc32c(bytes, Math.min(start, bytes.length))).toBe(slowCrc(bytes.subarray(start)));
    }),
  );
});

// Cheshire and Baker's examples as they are commonly listed; the last ones are at the edge of a full run.
const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => (from + at) & 255);
test.each([
  [[], '01'],
  [[0], '0101'],
  [[0, 0], '010101'],
  [[0x11, 0x22, 0, 0x33], '031122 0233'],
  [[0x11, 0, 0, 0], '0211010101'],
  [run(1, 254), `ff${asHex(Uint8Array.from(run(1, 254)))}`],
  [run(0, 254), `01ff${asHex(Uint8Array.from(run(1, 254)))}`],
  [run(1, 255), `ff${asHex(Uint8Array.from(run(1, 254)))}02ff`],
  [run(2, 256), `ff${asHex(Uint8Array.from(run(2, 255)))}0101`],
])('stuffing %j', (plain, stuffed) => {
  const target = new Uint8Array(cobsBound(plain.length));
  const end = encodeCobs(Uint8Array.from(plain), target);
  expect(asHex(target.subarray(0, end))).toBe(stuffed.replaceAll(' ', ''));
  expect(decodeCobs(target, 0, end)).toEqual(Uint8Array.from(plain));
});

test('stuffed bytes hold no zero, stay within the bound and come back', () => {
  const runs = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 })), { maxLength: 1200 });
  fc.assert(
    fc.property(runs, (plain) => {
      const target = new Uint8Array(cobsBound(plain.length));
      const end = encodeCobs(Uint8Array.from(plain), target);
      expect(target.subarray(0, end)).not.toContain(0);
      expect(decodeCobs(target, 0, end)).toEqual(Uint8Array.from(plain));
    }),
  );
});

test.each(['', '0500', '0311', '0211000102'])('%s is not stuffed bytes', (text) => {
  expect(decodeCobs(hex(text))).toBeNull();
});

const frame: Frame = { type: 18, sequence: 0xfffffffe, body: hex('00010200ff') };

test('a frame has the bytes of the table in its format page', () => {
  expect(asHex(encodeFrame(frame))).toBe(
    `01120000fffffffe00010200ff${(slowCrc(hex('01120000fffffffe00010200ff')) >>> 0).toString(16).padStart(8, '0')}`,
  );
  expect(parseFrame(encodeFrame(frame))).toEqual(frame);
});

test('flags of a later version are no reason to drop a frame', () => {
  const bytes = encodeFrame(frame);
  bytes[3] = 0x80;
  new DataView(bytes.buffer).setUint32(bytes.length - 4, crc32c(bytes, 0, bytes.length - 4));
  expect(parseFrame(bytes)).toEqual(frame);
});

test('every single flipped bit is noticed', () => {
  const bytes = encodeFrame(frame);
  let tried = 0;
  for (let bit = 0; bit < bytes.length * 8; bit += 1, tried += 1) {
    const damaged = bytes.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(parseFrame(damaged)).toBeNull();
  }
  expect(tried).toBe(bytes.length * 8);
  for (let size = 0; size < bytes.length; size += 1) expect(parseFrame(bytes.subarray(0, size))).toBeNull();
});

const framesOf = (framing: Framing, bytes: Uint8Array, pieceBytes: number): Frame[] => {
  const deframer = framing.openDeframer();
  const found: Frame[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    found.push(...deframer.push(bytes.slice(at, at + pieceBytes), 0));
  return found;
};

test.each(framings)('%s: frames come out of any pieces, in order, largest included', (_name, framing) => {
  const bodies = [hex(''), hex('00'), randomBytes(300), new Uint8Array(maxFrameBytes - minFrameBytes)];
  const frames = bodies.map((body, at) => ({ type: 17, sequence: at, body: new Uint8Array(body) }));
  const line = Buffer.concat(frames.map((one) => framing.encode(one)));
  for (const pieceBytes of [1, 7, 4096, line.length])
    expect(framesOf(framing, line, pieceBytes)).toEqual(frames);
});

test('serial: damage costs the frame it hits, and a lost delimiter the next one at most', () => {
  const one = { type: 17, sequence: 1, body: randomBytes(50) };
  const line = Buffer.concat([1, 2, 3].map((sequence) => serialFraming.encode({ ...one, sequence })));
  const bytesEach = line.length / 3;
  fc.assert(
    fc.property(
      fc.nat(line.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      (at, change, isLost) => {
        const damaged = Buffer.from(line);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        const arriving = isLost ? Buffer.concat([line.subarray(0, at), line.subarray(at + 1)]) : damaged;
        const found = framesOf(serialFraming, arriving, 16).map(({ sequence }) => sequence);
        const hit = Math.floor(at / bytesEach) + 1;
        const others = [1, 2, 3].filter((sequence) => sequence !== hit);
        expect(found.filter((sequence) => sequence !== hit)).toEqual(others);
      },
    ),
  );
});

test('bulk: a frame whose sender died in the middle does not swallow the next sender', () => {
  const deframer = bulkFraming.openDeframer();
  const whole = bulkFraming.encode({ ...frame, body: randomBytes(5000) });
  expect(deframer.push(whole.subarray(0, 3000), 1000)).toEqual([]);
  expect(deframer.push(bulkFraming.encode(frame), 1400)).toEqual([frame]);
  expect(deframer.damagedCount).toBe(1);
});

test.each(['ffffffff', '00000000', '0000000b', '00020001'])(
  'bulk: a length of %s is never believed',
  (text) => {
    const deframer = bulkFraming.openDeframer();
    expect(deframer.push(hex(text), 0)).toEqual([]);
    expect(deframer.push(bulkFraming.encode(frame), 0)).toEqual([frame]);
  },
);

test('serial: a line without end costs no more memory than one frame, and the frame behind it arrives', () => {
  const deframer = serialFraming.openDeframer();
  const noise = Buffer.alloc(65_536, 0x55);
  for (let count = 0; count < 100; count += 1) expect(deframer.push(noise, 0)).toEqual([]);
  expect(deframer.garbageBytes).toBe(100 * noise.length);
  expect(deframer.push(serialFraming.encode(frame), 0)).toEqual([frame]);
  expect(deframer.garbageBytes).toBe(0);
});

test('serial: a knock is heard between frames, behind any noise, and not inside them', () => {
  const deframer = serialFraming.openDeframer();
  deframer.push(hex('414243'), 0);
  expect(deframer.isKnocked).toBe(false);
  deframer.push(serialFraming.knock, 0);
  expect(deframer.isKnocked).toBe(true);
  // More noise than the largest frame, and a knock in two pieces.
  deframer.push(Buffer.alloc(2 * maxFrameBytes, 0x55), 0);
  expect(deframer.isKnocked).toBe(false);
  for (const byte of serialFraming.knock) deframer.push(Uint8Array.of(byte), 0);
  expect(deframer.isKnocked).toBe(true);
  deframer.push(serialFraming.encode(frame), 0);
  expect(deframer.isKnocked).toBe(false);
});

test.each(framings)('%s: mutated lines give only frames that were sent', (_name, framing) => {
  const sent = Array.from({ length: 8 }, (_, sequence) => ({
    type: 17,
    sequence,
    body: new Uint8Array(randomBytes(sequence * 9)),
  }));
  const line = Buffer.concat(sent.map((one) => framing.encode(one)));
  const known = new Set(sent.map((one) => asHex(encodeFrame(one))));
  const mutation = fc.record({
    at: fc.nat(line.length - 1),
    cut: fc.nat(30),
    insert: fc.uint8Array({ maxLength: 20 }),
  });
  let tried = 0;
  fc.assert(
    fc.property(
      fc.array(mutation, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 64 }),
      (mutations, pieceBytes) => {
        let bytes: Buffer = Buffer.from(line);
        for (const { at, cut, insert } of mutations)
          bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + cut)]);
        for (const found of framesOf(framing, bytes, pieceBytes))
          expect(known).toContain(asHex(encodeFrame(found)));
        tried += 1;
      },
    ),
    { numRuns: 5000 },
  );
  expect(tried).toBe(5000);
});
