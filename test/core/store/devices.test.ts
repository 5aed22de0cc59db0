import { expect, test } from 'vitest';
import {
  findDevices,
  hadAgent,
  pinDevice,
  readElsewhere,
  readListed,
  readPinned,
  readSightings,
  recordSeen,
  replaceFactoryList,
} from '../../../electron/core/store/devices.ts';
import { openTestStore } from '../../helpers/open-store.ts';
import { appraise, testIdentity } from '../../helpers/verdicts.ts';

const seenAs = (serial: string | null, bootId = 'boot-1', kind: 'console' | 'agent' = 'console') => {
  const identity = { ...testIdentity, serialNumber: serial, bootId };
  return { identity, verdict: appraise({ identity }), evidence: null, link: { kind, port: '/dev/ttyUSB0' } };
};

test('a device that is seen twice is one device with two sightings', async () => {
  const { db } = await openTestStore();
  await recordSeen(db, seenAs('S1', 'boot-1'));
  await recordSeen(db, seenAs('S1', 'boot-2'));
  expect((await readSightings(db, 'S1')).map(({ bootId }) => bootId)).toEqual(['boot-1', 'boot-2']);
  expect(await findDevices(db, '')).toMatchObject([{ serial: 'S1', level: 'L0', pinned_fingerprint: null }]);
});

test('whether an agent answered on a port last time', async () => {
  const { db } = await openTestStore();
  expect(await hadAgent(db, '/dev/ttyUSB0')).toBe(false);
  await recordSeen(db, seenAs('S1', 'boot-1', 'agent'));
  expect(await hadAgent(db, '/dev/ttyUSB0')).toBe(true);
  expect(await hadAgent(db, '/dev/ttyUSB1')).toBe(false);
  const later = seenAs('S2');
  await recordSeen(db, { ...later, verdict: { ...later.verdict, at: '2999-01-01T00:00:00.000Z' } });
  expect(await hadAgent(db, '/dev/ttyUSB0')).toBe(false);
});

test('a device without a serial number leaves its verdict and no sighting', async () => {
  const { db } = await openTestStore();
  await recordSeen(db, seenAs(null));
  expect(await findDevices(db, '')).toEqual([]);
  expect(await db.selectFrom('verdicts').select('serial').execute()).toEqual([{ serial: null }]);
});

test('a key seen under another serial number is found, under its own it is not', async () => {
  const { db } = await openTestStore();
  await recordSeen(db, seenAs('S1'));
  const { fingerprint } = seenAs('S1').verdict.publicKey;
  expect(await readElsewhere(db, fingerprint, 'S2')).toMatchObject({ serial: 'S1', fingerprint });
  expect(await readElsewhere(db, fingerprint, 'S1')).toBeNull();
});

test('devices are found by the beginning of a serial number or of a fingerprint, as people write it', async () => {
  const { db } = await openTestStore();
  for (const serial of ['AB-1', 'AB-2', 'CD-1']) await recordSeen(db, seenAs(serial));
  const { fingerprint } = seenAs('x').verdict.publicKey;
  const grouped = `${fingerprint.slice(0, 4)} ${fingerprint.slice(4, 8)}`.toUpperCase();
  expect((await findDevices(db, 'AB')).map(({ serial }) => serial)).toEqual(['AB-1', 'AB-2']);
  expect(await findDevices(db, grouped)).toHaveLength(3);
  expect(await findDevices(db, grouped, 2)).toHaveLength(2);
  expect(await findDevices(db, "' or 1=1 --")).toEqual([]);
  expect(await findDevices(db, '%')).toEqual([]);
});

test('a pin holds until it is taken away, and stays when the device is seen again', async () => {
  const { db } = await openTestStore();
  expect(await pinDevice(db, 'S1', 'f')).toBe(false);
  await recordSeen(db, seenAs('S1'));
  expect(await readPinned(db, 'S1')).toBeNull();
  expect(await pinDevice(db, 'S1', 'f')).toBe(true);
  await recordSeen(db, seenAs('S1'));
  expect(await readPinned(db, 'S1')).toBe('f');
  await pinDevice(db, 'S1', null);
  expect(await readPinned(db, 'S1')).toBeNull();
});

test('a factory list replaces the one before it, whole', async () => {
  const { db } = await openTestStore();
  const many = new Map(Array.from({ length: 1201 }, (_, n) => [`S${n}`, `f${n}`]));
  await replaceFactoryList(db, many);
  expect(await readListed(db, 'S1200')).toBe('f1200');
  await replaceFactoryList(db, new Map([['S1', 'other']]));
  expect(await readListed(db, 'S1')).toBe('other');
  expect(await readListed(db, 'S1200')).toBeNull();
});
