// 100 000 devices in the store: how long one search by the beginning of a serial number or a fingerprint takes.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openVault } from '../electron/core/keys/vault.ts';
import { type Database, openDatabase } from '../electron/core/store/database.ts';
import { findDevices } from '../electron/core/store/devices.ts';
import { type Bench, median } from './table.ts';

const deviceCount = 100_000;
const searches = 200;

const serialOf = (n: number) => `TBE201-${String(n).padStart(6, '0')}`;
const fingerprintOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');
const deviceOf = (n: number) => ({
  ...{ serial: serialOf(n), fingerprint: fingerprintOf(n), model: 'TrustBox Edge 201', hostname: null },
  ...{ level: 'L1', boot_id: null, port: '/dev/ttyUSB0', pinned_fingerprint: null },
  ...{ first_seen: '2026-11-23T10:00:00.000Z', last_seen: '2026-11-23T10:00:00.000Z' },
});

async function insertDevices(db: Database): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (let at = 0; at < deviceCount; at += 1000) {
      const rows = Array.from({ length: 1000 }, (_, n) => deviceOf(at + n));
      await tx.insertInto('devices').values(rows).execute();
    }
  });
}

async function timeMs(run: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}

/** The slowest and the middle one of many searches. */
async function timeSearches(db: Database, textOf: (n: number) => string) {
  const times: number[] = [];
  for (let n = 0; n < searches; n += 1) {
    const text = textOf((n * 7919) % deviceCount);
    times.push(await timeMs(() => findDevices(db, text)));
  }
  return { worst: Math.max(...times), middle: median(times) };
}

export const bench: Bench = {
  name: 'store',
  async run(report) {
    const folder = await mkdtemp(join(tmpdir(), 'trustbox-bench-'));
    const db = openDatabase(join(folder, 'station.db'));
    try {
      const insertMs = await timeMs(() => insertDevices(db));
      report({ name: 'insert 100 000 devices', value: insertMs, unit: 'ms', note: 'one transaction' });
      const kinds = [
        ['serial', serialOf],
        ['first 10 of a serial', (n: number) => serialOf(n).slice(0, 10)],
        ['first 8 of a fingerprint', (n: number) => fingerprintOf(n).slice(0, 8)],
      ] as const;
      for (const [name, textOf] of kinds) {
        const { worst, middle } = await timeSearches(db, textOf);
        const note = `slowest of ${searches}; middle ${middle.toFixed(2)} ms`;
        report({ name: `search by ${name}`, value: worst, unit: 'ms', target: { atMost: 50 }, note });
      }
      report({ name: 'newest 200 of all', value: await timeMs(() => findDevices(db, '')), unit: 'ms' });
      const clock = { now: () => new Date() };
      await openVault(db, clock, { passphrase: 'TEST passphrase of the bench' });
      const unlockMs = await timeMs(() =>
        openVault(db, clock, { passphrase: 'TEST passphrase of the bench' }),
      );
      report({
        name: 'unlock the vault',
        value: unlockMs,
        unit: 'ms',
        target: { atMost: 1000 },
        note: 'scrypt, 64 MiB',
      });
    } finally {
      await db.destroy();
      await rm(folder, { recursive: true });
    }
  },
};
