// Packages that were loaded from this station.
import type { Clock } from '../clock.ts';
import type { VerifiedPackage } from '../package/verify.ts';
import type { Database } from './database.ts';

/** The same content is one row, however often it is loaded. */
export async function recordPackage(db: Database, clock: Clock, loaded: VerifiedPackage): Promise<void> {
  await db
    .insertInto('packages')
    .values({
      digest: loaded.packageDigest,
      package_id: loaded.id,
      name: loaded.name,
      vendor: loaded.vendor,
      version: loaded.version,
      file_sha256: loaded.fileSha256,
      signer: loaded.signerFingerprint,
      at: clock.now().toISOString(),
    })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
}
