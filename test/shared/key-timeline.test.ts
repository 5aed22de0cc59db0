// How a change of a device's key reads, and what speaks for it.
import { expect, test } from 'vitest';
import { type KeySighting, readTimeline } from '../../shared/key-timeline.ts';
import { say } from '../../shared/sentences/sentence.ts';

const tee = { signer: 'tee-1', firmware: 'v1' };
const seen = (changes: Partial<KeySighting> = {}): KeySighting => ({
  ...{ fingerprint: 'a'.repeat(64), bootId: 'boot-1', port: '/dev/ttyUSB0', level: 'L0', attested: null },
  at: '2026-11-24T00:00:00.000Z',
  ...changes,
});
const newKey = { fingerprint: 'b'.repeat(64) };
const newBoot = { bootId: 'boot-2' };
const readingOf = (before: Partial<KeySighting>, after: Partial<KeySighting>) =>
  readTimeline([seen(before), seen(after)]).at(-1);

test('sightings in a row that differ in nothing are one period', () => {
  const at = (hour: number) => `2026-11-24T0${hour}:00:00.000Z`;
  const [first, second, ...more] = readTimeline(
    [1, 2, 3].map((hour) => seen({ at: at(hour) })).concat(seen(newBoot)),
  );
  expect(first).toMatchObject({ reading: 'first', from: at(1), to: at(3), count: 3, signs: [] });
  expect(second).toMatchObject({ reading: 'same', count: 1, bootId: 'boot-2' });
  expect(more).toEqual([]);
  expect(readTimeline([])).toEqual([]);
});

test.each([
  ['reboot', {}, { ...newKey, ...newBoot }],
  ['reboot', { attested: tee }, { ...newKey, ...newBoot, attested: tee }],
  ['attack', {}, newKey],
  ['attack', { attested: tee }, { ...newKey, attested: tee }],
  ['attack', { attested: tee }, { attested: { ...tee, signer: 'tee-2' } }],
  ['swap', { attested: tee }, { ...newKey, ...newBoot, attested: { ...tee, signer: 'tee-2' } }],
  ['reflash', { attested: tee }, { ...newKey, ...newBoot, attested: { ...tee, firmware: 'v2' } }],
  ['reflash', { attested: tee }, { ...newBoot, attested: { ...tee, firmware: 'v2' } }],
  ['unclear', { bootId: null }, { ...newKey, ...newBoot }],
  ['unclear', { attested: tee }, { ...newKey, ...newBoot }],
  ['same', {}, { port: '/dev/ttyUSB1' }],
  ['same', {}, { attested: tee }],
] as const)('%s', (reading, before, after) => {
  expect(readingOf(before, after)?.reading).toBe(reading);
});

test('each sign is said', () => {
  expect(
    readingOf(
      { attested: tee },
      { ...newKey, ...newBoot, port: '/dev/ttyUSB1', attested: { ...tee, firmware: 'v2' } },
    )?.signs,
  ).toEqual([
    say('sign.key-per-boot'),
    say('sign.signer-same'),
    say('sign.firmware-changed'),
    say('sign.port-changed'),
  ]);
  expect(readingOf({ attested: tee }, newKey)?.signs).toEqual([
    say('sign.boot-same'),
    say('sign.evidence-gone'),
  ]);
  expect(readingOf({ bootId: null }, newKey)?.signs).toEqual([say('sign.boot-unknown')]);
});
