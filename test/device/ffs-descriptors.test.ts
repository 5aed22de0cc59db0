// The bytes that a gadget writes to ep0, against the layout in Linux' functionfs.h. That a kernel takes them and a host
// understands them is the USB lab's to prove.
import { expect, test } from 'vitest';
import { encodeDescriptors, encodeStrings, packetBytes, parseEvents } from '../../device/ffs-descriptors.ts';
import { toHex } from '../../shared/bytes.ts';

const numberAt = (bytes: Uint8Array, offset: number) => new DataView(bytes.buffer).getUint32(offset, true);

test('the head says format 2, its length, three speeds and how many descriptors each has', () => {
  const bytes = encodeDescriptors();
  expect([0, 4, 8, 12, 16, 20].map((offset) => numberAt(bytes, offset))).toEqual([
    3,
    bytes.length,
    1 | 2 | 4,
    3,
    3,
    5,
  ]);
});

test('the descriptors are one vendor interface with bulk IN 1 and bulk OUT 2 at each speed', () => {
  const body = toHex(encodeDescriptors().subarray(24));
  const head = '0904000002ff000000';
  expect(body).toBe(
    [
      ...[head, '0705810240 0000', '0705020240 0000'],
      ...[head, '0705810200 0200', '0705020200 0200'],
      ...[head, '0705810200 0400', '063000000000', '0705020200 0400', '063000000000'],
    ]
      .join('')
      .replaceAll(' ', ''),
  );
});

test('the strings are none', () => {
  expect(toHex(encodeStrings())).toBe('02000000100000000000000000000000');
});

test('a packet of the slowest speed divides those of the others, so that one rule ends transfers at every speed', () => {
  expect([packetBytes.high % packetBytes.full, packetBytes.super % packetBytes.full]).toEqual([0, 0]);
});

const event = (type: number) => [0, 0, 0, 0, 0, 0, 0, 0, type, 0, 0, 0];

test('events are read in order, unknown ones and a torn end left out', () => {
  const bytes = Uint8Array.from([...event(0), ...event(2), ...event(99), ...event(3), 0, 0, 0]);
  expect(parseEvents(bytes)).toEqual(['bind', 'enable', 'disable']);
});
