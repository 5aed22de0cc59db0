// The fixed inputs of the golden packages: what they are made from and what they must open to, for ever.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { encodeUtf8 } from '../../shared/bytes.ts';

/** The folder of the fixtures. */
export const fixturesDir: string = join(import.meta.dirname, '..', 'fixtures');

export const golden = {
  identity: {
    id: 'test-golden',
    name: 'TEST golden application',
    vendor: 'TEST vendor',
    version: { maj: 1, min: 2, rev: 3 },
  },
  payload: encodeUtf8('TEST payload of the golden package, not a trusted application\n'.repeat(12)),
  classKey: {
    name: 'test-golden',
    secret: new Uint8Array(createHash('sha256').update('TEST golden class key').digest()),
  },
  /** When it was built, and inside the dates of its certificate. */
  clock: { now: () => new Date('2026-11-23T12:00:00.000Z') },
  certificateDates: {
    notBefore: new Date('2026-01-01T00:00:00.000Z'),
    notAfter: new Date('2046-01-01T00:00:00.000Z'),
  },
} as const;
