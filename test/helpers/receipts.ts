// A receipt's content for tests, and a station key that is for tests only.
import { ed25519 } from '@noble/curves/ed25519.js';
import { toHex } from '../../shared/bytes.ts';
import type { ReceiptBody } from '../../shared/receipt.ts';

export const testStationSecret = new Uint8Array(32).fill(7);
export const testStationPublic = toHex(ed25519.getPublicKey(testStationSecret));

export const receiptBody = (id = 'job-1', changes: Partial<ReceiptBody> = {}): ReceiptBody => ({
  receipt: 1,
  id,
  device: { serial: 'TBE201-0001', model: 'TrustBox Edge 201', bootId: 'boot-1', port: '/dev/ttyUSB0' },
  key: { fingerprint: 'a'.repeat(64), level: 'L1', notProven: ['x'], reading: 'first' },
  policyHash: 'b'.repeat(64),
  package: {
    id: 'app-1',
    name: 'App',
    vendor: 'Vendor',
    version: '1.2.3',
    digest: 'c'.repeat(64),
    fileSha256: 'd'.repeat(64),
    signer: 'e'.repeat(64),
  },
  classKey: { name: 'app-1', id: 'f'.repeat(64), wrap: 'rsaes-pkcs1-v1_5' },
  operator: { name: 'Ada', reason: 'because' },
  station: { name: 'line-1', publicKey: testStationPublic },
  startedAt: '2026-11-23T10:00:00.000Z',
  endedAt: '2026-11-23T10:01:00.000Z',
  outcome: { state: 'done', summary: 'installed', confirmed: ['read back'], notConfirmed: [] },
  ...changes,
});
