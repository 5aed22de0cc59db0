import { expect, test } from 'vitest';
import { appendRegistration, listOutbox } from '../../../electron/core/store/outbox.ts';
import { openTestStore } from '../../helpers/open-store.ts';
import { testClock } from '../../helpers/verdicts.ts';

const registration = {
  serial: 'S1',
  model: 'TrustBox Edge 201',
  fingerprint: 'a'.repeat(64),
  publicKey: 'AAAA',
  level: 'L1',
  policyHash: 'b'.repeat(64),
};

test('a registration waits in the outbox, once, however often it is appended', async () => {
  const { db } = await openTestStore();
  const first = await appendRegistration(db, testClock, registration);
  const again = await appendRegistration(db, testClock, { ...registration, level: 'L0' });
  expect(again).toEqual(first);
  expect(await listOutbox(db)).toMatchObject([{ ...first, state: 'pending', body: registration }]);
});

test('another key or another device is another registration', async () => {
  const { db } = await openTestStore();
  const keys = [
    registration,
    { ...registration, fingerprint: 'c'.repeat(64) },
    { ...registration, serial: 'S2' },
    { ...registration, serial: null },
  ].map((body) => appendRegistration(db, testClock, body));
  expect(new Set((await Promise.all(keys)).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(4);
  expect(await listOutbox(db)).toHaveLength(4);
});
