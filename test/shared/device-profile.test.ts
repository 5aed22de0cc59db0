import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceProfiles, findProfile, profileForModel } from '../../shared/device-profile.ts';
import { codeOf, detailsOf } from '../helpers/errors.ts';
import { refusesGarbage } from '../helpers/refuses-garbage.ts';

test('each profile is found by its name, and no two have the same', () => {
  for (const profile of deviceProfiles) expect(findProfile(profile.name)).toBe(profile);
  expect(new Set(deviceProfiles.map(({ name }) => name)).size).toBe(deviceProfiles.length);
});

test.each([
  ['TrustBox Edge 201', 'trustbox-edge-201'],
  ['Scalys trustbox edge 201 rev B', 'trustbox-edge-201'],
  ['CPM simulator', 'checking-cpm'],
  ['TrustBox Edge 999', 'unknown-cpm'],
  ['', 'unknown-cpm'],
  [null, 'unknown-cpm'],
])('a device that calls itself "%s" is a %s', (model, name) => {
  expect(profileForModel(model).name).toBe(name);
});

test('another name is refused, and says which there are', () => {
  const attempt = () => findProfile('trustbox');
  expect(codeOf(attempt)).toBe('package.input-invalid');
  expect(detailsOf(attempt)).toEqual({ field: 'profile' });
  for (const { name } of deviceProfiles) expect(attempt).toThrow(name);
});

test('garbage gives only refusals by name, and the cautious profile by model', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', 'name'));
  expect(refusesGarbage(text, findProfile, 500).taken).toBe(0);
  fc.assert(
    fc.property(text, (model) => {
      expect(profileForModel(model).name).toBe('unknown-cpm');
    }),
  );
});
